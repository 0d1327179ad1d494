import { describe, expect, it } from 'vitest';
import { WHY_STEPS, type WhyStep, type WhyStepName } from '../../../shared/model/why.ts';
import { isClockWrong, meaningOf, type WhyFigures } from '../../../src-main/progress/why-meaning.ts';
import { CAUSES } from '../../../shared/causes/catalogue.ts';
import { wordsOf } from '../../../shared/causes/sentences.ts';
import { healthyFacts } from '../../support/journey-world.ts';

/** Figures of nodes that all go on but for those lost on the way to `focus`. */
function figuresOf(
  focus: WhyStepName,
  reached: number,
  causes: Readonly<Record<string, number>>,
  parts: Partial<WhyFigures> = {},
): WhyFigures {
  const lost = Object.values(causes).reduce((sum, count) => sum + count, 0);
  const at = WHY_STEPS.indexOf(focus);
  const steps: WhyStep[] = WHY_STEPS.map((step, index) => ({
    step,
    reached: index < at ? reached : reached - lost,
    lost: index === at ? lost : 0,
    causes:
      index !== at
        ? []
        : Object.entries(causes).map(([code, count]) => {
            const { title, meaning, fault } = wordsOf(code);
            return { code, title, meaning, count, fault };
          }),
  }));
  return { span: '1h', steps, focus, cameIn: 0, facts: healthyFacts, ...parts };
}
const told = (...args: Parameters<typeof figuresOf>): string => meaningOf(figuresOf(...args)).join(' ');

describe('what the figures mean', () => {
  it('is that nodes are full, where they are, with their share and the way in', () => {
    const sentences = meaningOf(
      figuresOf(
        'status',
        188,
        { 'too-many-peers': 118, 'no-shared-version': 5, 'timed-out': 4 },
        { cameIn: 12 },
      ),
    );
    expect(sentences).toEqual([
      'In the last hour, of 188 nodes that said Hello, 127 did not agree on Status.',
      '118 of them (93%) were full and said so; nothing is wrong on this side, and a later try may find a place.',
      'Peers also come by themselves: your port is reachable from outside, and 12 nodes came in within the last hour.',
    ]);
  });

  it('counts in words that fit one node', () => {
    const text = told('bonded', 1, { silent: 1 });
    expect(text).toContain('In the last hour, the one node that we heard of did not');
    expect(text).toContain('did not answer our ping');
    expect(text).toContain('It did not answer our ping');
    expect(text).not.toMatch(/\b1 nodes|All 1\b/);
  });

  it('says that all were lost to one cause, where they were', () => {
    expect(told('fork', 40, { 'other-network': 40 })).toContain(
      'All 40 name forks that our chain does not have',
    );
  });

  it('says who of ours turned nodes away, also where that is not the main cause', () => {
    const text = told('hello', 30, { 'too-many-peers': 20, 'too-many-peers-by-us': 4 });
    expect(text).toContain('20 of them (83%) were full');
    expect(text).toContain('4 of them (17%) were turned away by us, as all our places were taken.');
  });

  it('finds nothing wrong here only where the figures say so', () => {
    expect(told('hello', 30, { 'useless-peer': 20 })).toContain('Nothing is wrong on this side.');
    expect(told('hello', 30, { 'useless-peer': 9, 'timed-out': 11 })).not.toContain('Nothing is wrong');
    expect(told('hello', 30, { 'useless-peer': 20 })).toContain(
      'Useless peer: all 20. The remote side has no use',
    );
    expect(told('hello', 1, { 'useless-peer': 1 })).toContain(
      'did not get past Hello. Useless peer. The remote side',
    );
    expect(told('hello', 30, { banned: 20 })).not.toContain('nothing is wrong');
  });

  it('suspects a firewall of ours only when not one of many dials came through', () => {
    expect(told('encrypted', 40, { 'timed-out': 40 })).toContain('Not one of 40 connections came through');
    expect(told('encrypted', 40, { 'timed-out': 39 })).not.toContain('firewall on this side');
    expect(told('encrypted', 9, { 'timed-out': 9 })).not.toContain('firewall on this side');
  });

  it('claims that our port is reachable only when somebody came from the internet', () => {
    const local = { ...healthyFacts, isReachable: false };
    expect(told('hello', 30, { 'too-many-peers': 20 }, { facts: local })).toContain(
      'No node came in within the last hour: if port 30303 can be reached from outside, peers come by themselves.',
    );
    expect(told('hello', 30, { 'too-many-peers': 20 }, { facts: local, cameIn: 9 })).toContain(
      '9 nodes came in within the last hour, none of them from the internet.',
    );
    expect(told('hello', 30, { 'too-many-peers': 20 })).toContain(
      'No node came in within the last hour, though your port is reachable from outside.',
    );
    const young = { ...healthyFacts, uptimeMs: 60_000 };
    expect(told('hello', 30, { 'too-many-peers': 20 }, { facts: young })).toContain(
      'No node came in since the node started',
    );
    const closed = { ...healthyFacts, port: null };
    expect(told('hello', 30, { 'too-many-peers': 20 }, { facts: closed })).not.toContain('port');
  });

  it('says that places for inbound peers are taken, when they are', () => {
    const facts = { ...healthyFacts, peers: { total: 40, inbound: 33, outbound: 7 } };
    expect(told('hello', 30, { 'too-many-peers': 20 }, { facts, cameIn: 50 })).toContain(
      'All 33 places for inbound peers are taken',
    );
  });

  it('needs no more peers when all places are taken', () => {
    const facts = { ...healthyFacts, peers: { total: 50, inbound: 33, outbound: 17 } };
    const text = told('status', 30, { 'too-many-peers': 20 }, { facts });
    expect(text).toContain('All 50 places for peers are taken: the node needs no more.');
    expect(text).not.toContain('come by themselves');
  });

  it('begins with our clock when that is what keeps answers away', () => {
    const facts = { ...healthyFacts, clockOffsetMs: 95_000 };
    expect(meaningOf(figuresOf('bonded', 30, { clock: 25 }, { facts }))[0]).toBe(
      'This machine’s clock is 1 min behind that of other nodes, which throw our packets away for it: set the clock.',
    );
    expect(isClockWrong(19_000)).toBe(false);
    expect(isClockWrong(null)).toBe(false);
    expect(isClockWrong(-21_000)).toBe(true);
  });

  it('of no nodes is that there were none, and why where we know', () => {
    const none = figuresOf('found', 0, {});
    expect(meaningOf(none)[0]).toBe('No node was heard of within the last hour.');
    const facts = { ...healthyFacts, discoveryEnabled: false };
    expect(meaningOf({ ...none, facts })[0]).toBe(
      'No node was heard of within the last hour: discovery is off.',
    );
    expect(meaningOf({ ...none, facts: { ...facts, running: false } })[0]).toContain('The node is stopped');
  });

  it('says that nobody was lost, where nobody was', () => {
    expect(told('kept', 12, {})).toContain(
      'In the last hour, all 12 nodes that agreed on Status went on from there.',
    );
  });

  it('is told in at most four whole sentences, with no figure that was not given, for every cause and step', () => {
    for (const code of Object.keys(CAUSES)) {
      for (const focus of WHY_STEPS.slice(1)) {
        for (const span of ['10m', '24h'] as const) {
          const sentences = meaningOf(figuresOf(focus, 4_321, { [code]: 1_234, silent: 77 }, { span }));
          expect(sentences.length).toBeLessThanOrEqual(4);
          for (const sentence of sentences) {
            expect(sentence).toMatch(/^[A-Z0-9].*\.$/);
            expect(sentence).not.toMatch(/undefined|NaN|null|!/);
            expect(sentence.length).toBeLessThan(300);
          }
          const numbers = sentences.join(' ').match(/[0-9][0-9,.]*[0-9]%?/g) ?? [];
          const given = [
            '4,321',
            '1,311',
            '1,234',
            '94%',
            '77',
            '5.9%',
            '10',
            '24',
            '30303',
            '30',
            '35',
            // Limits in meanings: seconds, system ports, bytes, and names such as secp256k1 and EIP-2124.
            ...['20', '300', '1024', '256', '2124', '600'],
            '64',
          ];
          expect(
            numbers.filter((number) => !given.includes(number)),
            sentences.join(' '),
          ).toEqual([]);
        }
      }
    }
  });
});
