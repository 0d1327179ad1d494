import { describe, expect, it } from 'vitest';
import { WHY_STEPS, type WhyStep, type WhyStepName } from '../../../shared/model/why.ts';
import { isClockWrong, statementsOf, type WhyFigures } from '../../../src-main/progress/why-statements.ts';
import { CAUSES, type CauseCode } from '../../../shared/causes/catalogue.ts';
import { statementText } from '../../../shared/causes/why-statements.ts';
import { healthyFacts } from '../../support/progress-world.ts';

/** Figures in which nodes are lost at the step `focus` only. */
function figuresOf(
  focus: WhyStepName,
  reached: number,
  causes: Readonly<Partial<Record<CauseCode, number>>>,
  parts: Partial<WhyFigures> = {},
): WhyFigures {
  const lost = Object.values(causes).reduce((sum, count) => sum + count, 0);
  const at = WHY_STEPS.indexOf(focus);
  const steps: WhyStep[] = WHY_STEPS.map((step, index) => ({
    step,
    reached: index < at ? reached : reached - lost,
    lost: index === at ? lost : 0,
    causes:
      index !== at ? [] : Object.entries(causes).map(([code, count]) => ({ code: code as CauseCode, count })),
  }));
  return { span: '1h', steps, focus, inbound: 0, facts: healthyFacts, ...parts };
}
const sentencesOf = (figures: WhyFigures): string[] => statementsOf(figures).map(statementText);
const textOf = (...args: Parameters<typeof figuresOf>): string => sentencesOf(figuresOf(...args)).join(' ');

describe('what the figures mean', () => {
  it('is that nodes are full, where they are, with their share and the way in', () => {
    const sentences = sentencesOf(
      figuresOf(
        'status',
        188,
        { 'too-many-peers': 118, 'no-shared-version': 5, 'timed-out': 4 },
        { inbound: 12 },
      ),
    );
    expect(sentences).toEqual([
      'In the last hour, of 188 nodes that exchanged Hello, 127 did not exchange a compatible Status.',
      '118 of them (93%) were full and reported it; nothing is wrong on this side, and a later attempt may succeed.',
      'Inbound peers arrive as well: our port is reachable from the internet, and 12 nodes connected to us within the last hour.',
    ]);
  });

  it('has its own words for one node', () => {
    const text = textOf('bonded', 1, { silent: 1 });
    expect(text).toContain('In the last hour, the one node that was found did not');
    expect(text).toContain('did not answer our Ping');
    expect(text).toContain('It did not answer our Ping');
    expect(text).not.toMatch(/\b1 nodes|All 1\b/);
  });

  it('counts all where they have one cause', () => {
    expect(textOf('fork', 40, { 'other-network': 40 })).toContain('All 40 have fork IDs of another chain');
  });

  it('has a cause on our side also where it is not the main cause', () => {
    const text = textOf('hello', 30, { 'too-many-peers': 20, 'too-many-peers-by-us': 4 });
    expect(text).toContain('20 of them (83%) were full');
    expect(text).toContain(
      '4 of them (17%) were refused by this node, because all its peer slots were taken.',
    );
  });

  it('says that nothing is wrong on this side only where the figures prove it', () => {
    expect(textOf('hello', 30, { 'useless-peer': 20 })).toContain('Nothing is wrong on this side.');
    expect(textOf('hello', 30, { 'useless-peer': 9, 'timed-out': 11 })).not.toContain('Nothing is wrong');
    expect(textOf('hello', 30, { 'useless-peer': 20 })).toContain(
      'Useless peer: all 20. The remote side has no use',
    );
    expect(textOf('hello', 1, { 'useless-peer': 1 })).toContain(
      'did not exchange Hello. Useless peer. The remote side',
    );
    expect(textOf('hello', 30, { banned: 20 })).not.toContain('nothing is wrong');
  });

  it('suspects a firewall on this side only when none of many dials succeeded', () => {
    expect(textOf('encrypted', 40, { 'timed-out': 40 })).toContain(
      'Not one of 40 TCP connections was established',
    );
    expect(textOf('encrypted', 40, { 'timed-out': 39 })).not.toContain('firewall on this side');
    expect(textOf('encrypted', 9, { 'timed-out': 9 })).not.toContain('firewall on this side');
  });

  it('calls our port reachable only after a connection from the internet', () => {
    const local = { ...healthyFacts, isReachable: false };
    expect(textOf('hello', 30, { 'too-many-peers': 20 }, { facts: local })).toContain(
      'No node connected to us within the last hour: if port 30303 is reachable from the internet, other nodes can connect to us.',
    );
    expect(textOf('hello', 30, { 'too-many-peers': 20 }, { facts: local, inbound: 9 })).toContain(
      '9 nodes connected to us within the last hour, none of them from the internet.',
    );
    expect(textOf('hello', 30, { 'too-many-peers': 20 })).toContain(
      'No node connected to us within the last hour, although our port is reachable from the internet.',
    );
    const young = { ...healthyFacts, uptimeMs: 60_000 };
    expect(textOf('hello', 30, { 'too-many-peers': 20 }, { facts: young })).toContain(
      'No node connected to us since the node started',
    );
    const closed = { ...healthyFacts, port: null };
    expect(textOf('hello', 30, { 'too-many-peers': 20 }, { facts: closed })).not.toMatch(/\bport\b/);
  });

  it('says that the slots for inbound peers are taken', () => {
    const facts = { ...healthyFacts, peers: { total: 40, inbound: 33, outbound: 7 } };
    expect(textOf('hello', 30, { 'too-many-peers': 20 }, { facts, inbound: 50 })).toContain(
      'All 33 slots for inbound peers are taken',
    );
    const one = {
      ...facts,
      limits: { ...facts.limits, maxInbound: 1 },
      peers: { total: 2, inbound: 1, outbound: 1 },
    };
    expect(textOf('hello', 30, { 'too-many-peers': 20 }, { facts: one, inbound: 50 })).toContain(
      'The only slot for inbound peers is taken',
    );
  });

  it('needs no more peers when all slots are taken', () => {
    const facts = { ...healthyFacts, peers: { total: 50, inbound: 33, outbound: 17 } };
    const text = textOf('status', 30, { 'too-many-peers': 20 }, { facts });
    expect(text).toContain('All 50 peer slots are taken: the node needs no more peers.');
    expect(text).not.toContain('connected to us');
  });

  it('begins with our clock when it is wrong', () => {
    const facts = { ...healthyFacts, clockOffsetMs: 95_000 };
    expect(sentencesOf(figuresOf('bonded', 30, { clock: 25 }, { facts }))[0]).toBe(
      'The clock of this machine is 1 min behind the clocks of other nodes, so they drop our packets as expired: set the clock.',
    );
    expect(isClockWrong(19_000)).toBe(false);
    expect(isClockWrong(null)).toBe(false);
    expect(isClockWrong(-21_000)).toBe(true);
  });

  it('says that no node was found, and why where that is known', () => {
    const none = figuresOf('found', 0, {});
    expect(sentencesOf(none)[0]).toBe('No node was found within the last hour.');
    const facts = { ...healthyFacts, discoveryEnabled: false };
    expect(sentencesOf({ ...none, facts })[0]).toBe(
      'No node was found within the last hour: discovery is off.',
    );
    expect(sentencesOf({ ...none, facts: { ...facts, running: false } })[0]).toContain('The node is stopped');
  });

  it('says that no node was lost', () => {
    expect(textOf('session', 12, {})).toContain(
      'In the last hour, all 12 nodes that exchanged a compatible Status passed the next step.',
    );
  });

  it('is at most four statements, without a figure that was not given, for every cause and step', () => {
    for (const code of Object.keys(CAUSES) as CauseCode[]) {
      for (const focus of WHY_STEPS.slice(1)) {
        for (const span of ['10m', '24h'] as const) {
          const sentences = sentencesOf(
            figuresOf(
              focus,
              4_321,
              { [code]: 1_234, silent: 77 },
              {
                span,
              },
            ),
          );
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
