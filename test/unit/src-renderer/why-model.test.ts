import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { WHY_STEPS } from '../../../shared/model/why.ts';
import { fitColumns } from '../../../src-renderer/model/fit-columns.ts';
import { formatEndpoint, formatScore, splitEndpoint } from '../../../src-renderer/model/format.ts';
import { healthList } from '../../../src-renderer/model/health-list.ts';
import {
  faultColour,
  filterWhyNodes,
  funnelSegments,
  logHeight,
  namesNode,
  stepBefore,
} from '../../../src-renderer/model/why-steps.ts';
import { whatNow, whyName } from '../../../src-renderer/model/why-text.ts';
import type { HealthCheck } from '../../../shared/model/node.ts';
import { keyWords as words } from '../../support/key-words.ts';
import { makeWhy } from '../../support/window-preview/fixture-why.ts';

const NOW = 1_800_000_000_000;

describe('the funnel', () => {
  it('has height 0 for no node, a visible height for one, and full height for the maximum', () => {
    expect(logHeight(0, 2_318)).toBe(0);
    expect(logHeight(1, 2_318)).toBeGreaterThan(0.05);
    expect(logHeight(2_318, 2_318)).toBe(1);
  });

  it('has a height that grows with the number of nodes and stays within its box', () => {
    fc.assert(
      fc.property(fc.nat(1_000_000), fc.nat(1_000_000), fc.nat(1_000_000), (a, b, most) => {
        const [low, high] = [logHeight(Math.min(a, b), most), logHeight(Math.max(a, b), most)];
        expect(low).toBeLessThanOrEqual(high + 1e-12);
        expect(high).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('has one segment per step; each starts where the previous one ends, and the last one is level', () => {
    const { steps } = makeWhy('typical', NOW, '1h', null, null);
    const segments = funnelSegments(steps, 900, 100);
    expect(segments.map(({ step }) => step)).toEqual(WHY_STEPS);
    const corners = segments.map(({ path }) =>
      /V([\d.]+) L[\d.]+,([\d.]+) V/.exec(path)!.slice(1).map(Number),
    );
    for (let at = 1; at < corners.length; at++) expect(corners[at]![0]).toBe(corners[at - 1]![1]);
    expect(corners[8]![0]).toBe(corners[8]![1]);
  });

  it('draws a flat line when no node was found', () => {
    const { steps } = makeWhy('empty', NOW, '1h', null, null);
    for (const { path } of funnelSegments(steps, 900, 100)) expect(path).not.toContain('NaN');
  });

  it('returns the previous step, and null for the first', () => {
    expect(stepBefore('status')).toBe('hello');
    expect(stepBefore('found')).toBeNull();
  });

  it('has a different colour for each side of a cause', () => {
    expect(new Set((['ours', 'theirs', 'none', 'network'] as const).map(faultColour)).size).toBe(4);
  });
});

describe('nodes that are not peers', () => {
  const { nodes } = makeWhy('typical', NOW, '1h', null, null);

  it('match words of their name, address, cause and kind, in any order', () => {
    expect(filterWhyNodes(nodes, 'STATIC archive').map(({ name }) => name)).toEqual(['archive-3']);
    expect(filterWhyNodes(nodes, '')).toBe(nodes);
    expect(filterWhyNodes(nodes, 'no-such-name')).toEqual([]);
  });

  it('are found by a text that is a node ID, an enode URL or an ENR', () => {
    expect(namesNode('a'.repeat(64))).toBe(true);
    expect(namesNode(`0x${'A'.repeat(64)}`)).toBe(true);
    expect(namesNode(' enode://12@192.0.2.1:30303 ')).toBe(true);
    expect(namesNode('enr:-KO4Q')).toBe(true);
    expect(namesNode('198.51.100.21')).toBe(false);
    expect(namesNode('enode://')).toBe(false);
    expect(namesNode('geth')).toBe(false);
  });

  it('have short client names, unchanged labels, and visible control characters', () => {
    expect(whyName('Geth/v1.17.8-stable/linux-amd64/go1.25')).toBe('Geth v1.17.8');
    expect(whyName('archive-3')).toBe('archive-3');
    expect(whyName('\u202Eevil')).toBe('\u{fffd}evil');
    expect(whyName(' ')).toBeNull();
    expect(whyName(null)).toBeNull();
  });

  it('show the advice first, then the time to the next attempt', () => {
    const advice = { code: 'advice', params: { cause: 'clock' } } as const;
    const nextTry = { code: 'next-try', params: { at: NOW + 60_000 } } as const;
    const none = { code: 'expected', params: { cause: 'connected' } } as const;
    expect(whatNow({ next: none, nextTryAt: NOW + 7 * 60_000 }, words, NOW)).toBe('why.nextTry in 7 min');
    expect(whatNow({ next: nextTry, nextTryAt: NOW + 60_000 }, words, NOW)).toBe('why.nextTry in 1 min');
    expect(whatNow({ next: advice, nextTryAt: NOW + 60_000 }, words, NOW)).toBe(
      'Set the clock of this machine · why.nextTry in 1 min',
    );
    expect(whatNow({ next: advice, nextTryAt: null }, words, NOW)).toBe('Set the clock of this machine');
    expect(whatNow({ next: none, nextTryAt: NOW - 1 }, words, NOW)).toBe('why.dueNow');
  });
});

describe('the health list', () => {
  const check = (id: string, state: HealthCheck['state'], advice: string | null = null): HealthCheck => ({
    id,
    state,
    title: id,
    evidence: '',
    advice,
  });
  const good = (count: number): HealthCheck[] =>
    Array.from({ length: count }, (_, at) => check(`good-${at}`, 'good'));

  it('shows all checks that fit', () => {
    expect(healthList(good(7), 7, false)).toEqual({ shown: good(7), folded: 0 });
  });

  it('folds good checks only', () => {
    const bad = ['a', 'b', 'c', 'd'].map((id) => check(id, 'bad', 'do this'));
    const { shown, folded } = healthList([...good(9), ...bad], 7, false);
    expect(shown).toEqual(bad);
    expect(folded).toBe(9);
    expect(healthList([...good(9), ...bad], 7, true).shown).toHaveLength(13);
  });

  it('shows fewer good checks when the evidence of a warning wraps', () => {
    const short = { ...check('nat', 'warning'), evidence: 'no gateway' };
    const long = {
      ...short,
      evidence: 'The gateway refused the mapping of udp 30303, next attempt in 4 min',
    };
    expect(healthList([short, ...good(9)], 7, false).shown).toHaveLength(6);
    expect(healthList([long, ...good(9)], 7, false).shown).toHaveLength(4);
  });

  it('sorts by state, and keeps the order within a state', () => {
    const list = [
      check('one', 'good'),
      check('two', 'warning'),
      check('three', 'bad'),
      check('four', 'pending'),
    ];
    expect(healthList(list, 9, false).shown.map(({ id }) => id)).toEqual(['three', 'two', 'four', 'one']);
  });

  it('has each check exactly once', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('good', 'warning', 'bad', 'pending'), { maxLength: 20 }),
        fc.nat(12),
        (states, room) => {
          const list = states.map((state, at) => check(String(at), state));
          const { shown, folded } = healthList(list, room, false);
          expect(shown.length + folded).toBe(list.length);
          expect(new Set(shown.map(({ id }) => id)).size).toBe(shown.length);
          expect(list.filter(({ state }) => state !== 'good').every((entry) => shown.includes(entry))).toBe(
            true,
          );
        },
      ),
    );
  });
});

describe('columns', () => {
  it('are hidden by importance, keep their order, and include the first column always', () => {
    const columns = [
      { id: 'a', need: 100, most: '1fr', importance: 0 },
      { id: 'b', need: 100, most: '1fr', importance: 2 },
      { id: 'c', need: 100, most: '1fr', importance: 1 },
    ];
    expect(fitColumns(columns, 300).map(({ id }) => id)).toEqual(['a', 'b', 'c']);
    expect(fitColumns(columns, 299).map(({ id }) => id)).toEqual(['a', 'c']);
    expect(fitColumns(columns, 10).map(({ id }) => id)).toEqual(['a']);
  });
});

describe('endpoints and scores', () => {
  it('splits an endpoint that it formatted', () => {
    for (const ip of ['192.0.2.1', '2001:db8::1'])
      expect(splitEndpoint(formatEndpoint(ip, 30_303))).toEqual({ ip, port: 30_303 });
    expect(splitEndpoint('192.0.2.1')).toBeNull();
    expect(splitEndpoint('2001:db8::1:30303')).toBeNull();
  });

  it('writes a score with its sign', () => {
    expect([12, 0, -1_024].map(formatScore)).toEqual(['+12', '0', '−1,024']);
  });
});
