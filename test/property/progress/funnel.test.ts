import { nextStepText } from '../../../shared/causes/next-steps.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WHY_STEPS } from '../../../shared/model/why.ts';
import type { ConnectionStage, EndedBy, NodeEvent } from '../../../src-main/events/events.ts';
import { causeOf, ProgressWorld, numbered } from '../../support/progress-world.ts';

const NODES = 12;
const forks = ['ours', 'other', 'stale', 'none'] as const;
const stages: readonly ConnectionStage[] = ['connect', 'encryption', 'hello', 'status', 'running'];
const sides: readonly EndedBy[] = ['local', 'remote', 'network'];
const codes = ['too-many-peers', 'timed-out', 'useless-peer', 'aborted', 'wrong-fork'] as const;
const refusals = ['banned', 'no-port', 'other-network', 'backing-off', 'self', 'already-connected'] as const;

const node = fc
  .tuple(fc.nat(NODES - 1), fc.option(fc.constantFrom(...forks), { nil: undefined }))
  .map(([number, fork]) => numbered(number, fork));
const idHex = node.map((one) => one.idHex);
const direction = fc.constantFrom('inbound', 'outbound');
const cause = fc
  .tuple(fc.constantFrom(...codes), fc.constantFrom(...stages), fc.constantFrom(...sides))
  .map(([code, stage, by]) => causeOf(code, { stage, by }));
const ip = fc.constant('10.0.0.1');
const at = { name: fc.string(), ip, port: fc.constant(30_303) };

/** Any fact at any time: streams that no node would state must do no harm either. */
const event: fc.Arbitrary<NodeEvent> = fc.oneof(
  fc.record({
    type: fc.constant('discovery/found'),
    node,
    source: fc.constantFrom('v4', 'inbound', 'bootnode'),
    from: fc.option(idHex, { nil: undefined }),
  }),
  fc.record({ type: fc.constant('discovery/bonded'), idHex, ip }),
  fc.record({ type: fc.constant('discovery/silent'), idHex, ip }),
  fc.record({ type: fc.constant('discovery/record'), node }),
  fc.record({ type: fc.constant('discovery/dropped'), reason: fc.constant('expired'), bytes: fc.nat(), ip }),
  fc.record({ type: fc.constant('dial/started'), node, kind: fc.constantFrom('static', 'dynamic') }),
  fc.record({ type: fc.constant('dial/refused'), node, reason: fc.constantFrom(...refusals) }),
  fc.record({
    type: fc.constant('dial/ended'),
    node,
    kind: fc.constantFrom('static', 'dynamic'),
    cause: fc.option(cause, { nil: undefined }),
    durationMs: fc.nat(),
  }),
  fc.record({
    type: fc.constant('connection/passed'),
    idHex,
    direction,
    stage: fc.constantFrom('encryption', 'hello'),
    ip,
  }),
  fc.record({
    type: fc.constant('inbound/ended'),
    ip,
    port: fc.nat(65_535),
    idHex: fc.option(idHex, { nil: undefined }),
    cause,
  }),
  fc.record({ type: fc.constant('peer/added'), idHex, direction, ...at }),
  fc.record({ type: fc.constant('peer/established'), idHex, detail: fc.string() }),
  fc.record({
    type: fc.constant('peer/dropped'),
    idHex,
    direction,
    ...at,
    cause,
    ageMs: fc.nat(),
    kind: fc.constant('dynamic'),
    capabilities: fc.constant([]),
    bytesIn: fc.nat(),
    bytesOut: fc.nat(),
  }),
  fc.record({ type: fc.constant('node/phase'), phase: fc.constantFrom('running', 'stopped') }),
);

const history = fc.array(fc.tuple(fc.nat(1_200_000), event), { maxLength: 120 });

describe('for any stream of facts the funnel', () => {
  it('never widens, and at each step the causes add up to what was lost there', async () => {
    await fc.assert(
      fc.asyncProperty(history, fc.subarray([...Array(NODES).keys()]), async (events, statics) => {
        const world = new ProgressWorld();
        for (const number of statics) world.statics.add(numbered(number).idHex);
        for (const [wait, one] of events) {
          await world.clock.advance(wait % 7 === 0 ? wait : 1);
          world.tell(one);
        }
        for (const span of ['10m', '1h', '24h'] as const) {
          const { steps, nodes, total, focus } = world.funnel.why(span, null, null);
          expect(steps.map(({ step }) => step)).toEqual(WHY_STEPS);
          steps.forEach((step, index) => {
            const before = steps[index - 1]?.reached ?? step.reached;
            expect(step.lost).toBe(before - step.reached);
            expect(step.lost).toBeGreaterThanOrEqual(0);
            expect(step.causes.reduce((sum, { count }) => sum + count, 0)).toBe(step.lost);
          });
          expect(total).toBe((steps[0]?.reached ?? 0) - (steps.at(-1)?.reached ?? 0));
          expect(nodes).toHaveLength(total);
          expect(
            steps.every(({ lost }) => lost <= (steps.find(({ step }) => step === focus)?.lost ?? 0)),
          ).toBe(true);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('agrees with its own lists: the nodes of a step and cause are as many as it counted', () => {
    fc.assert(
      fc.property(history, (events) => {
        const world = new ProgressWorld();
        for (const [, one] of events) world.tell(one);
        const { steps } = world.funnel.why('1h', null, null);
        for (const { step, lost, causes } of steps) {
          if (step === 'found') continue;
          expect(world.funnel.why('1h', step, null).total).toBe(lost);
          for (const { code, count } of causes) {
            expect(world.funnel.why('1h', step, code).total).toBe(count);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it('tells of each node a trace that stops where the funnel lost it', () => {
    fc.assert(
      fc.property(history, (events) => {
        const world = new ProgressWorld();
        for (const [, one] of events) world.tell(one);
        for (const { id, to, code } of world.funnel.why('24h', null, null).nodes) {
          const trace = world.funnel.trace(id);
          const stop = trace.steps.find(({ state }) => state === 'stopped' || state === 'now');
          expect(stop?.step).toBe(to);
          expect(trace.cause?.code ?? code).toBe(code);
          expect(nextStepText(trace.next, 0)).not.toBe('');
        }
      }),
      { numRuns: 100 },
    );
  });
});
