import { describe, expect, it } from 'vitest';
import { causeSpec } from '../../../shared/causes/catalogue.ts';
import { systemClock } from '../../../src-main/base/system-runtime.ts';
import { ClockDrift } from '../../../src-main/health/clock-drift.ts';
import type { NodeTrace } from '../../../shared/model/why.ts';
import { healthyFacts, ProgressWorld } from '../../support/progress-world.ts';
import { startedDiscovery } from '../../support/started-discovery.ts';

const HOUR = 3_600_000;
/** At least five nodes are needed to compare clocks. */
const OTHERS = 6;

const start = startedDiscovery();

/** The clock drift that a node with a wrong clock measures, and its trace of another node. */
async function measure(offMs: number): Promise<{ drift: ClockDrift; trace: NodeTrace; answered: boolean }> {
  const clock = { ...systemClock, now: () => systemClock.now() + offMs };
  const us = await start.node('127.0.0.1', { clock });
  const others = await Promise.all(Array.from({ length: OTHERS }, () => start.node('127.0.0.1')));
  const answers = await Promise.allSettled(
    others.map((other) => us.discovery.v4!.transport.ping(other.node)),
  );
  await Promise.allSettled(others.map((other) => other.discovery.v4!.transport.ping(us.node)));
  const drift = new ClockDrift(clock);
  for (const event of us.events) drift.apply(event);
  const world = new ProgressWorld();
  world.facts = { ...healthyFacts, clockOffsetMs: drift.status?.offsetMs ?? null };
  const [other] = others;
  if (other === undefined) throw new Error('There are other nodes');
  world.tell({ type: 'discovery/found', node: other.node, source: 'v4', from: undefined }, ...us.events);
  return {
    drift,
    trace: world.funnel.trace(other.node.idHex),
    answered: answers.some(({ status }) => status === 'fulfilled'),
  };
}

describe('the cause when no node answers', () => {
  it.each([
    ['an hour ahead, so that every answer has expired', HOUR],
    ['an hour behind, so that no node answers', -HOUR],
  ])('is our own clock: it is %s', async (_, offMs) => {
    const { drift, trace, answered } = await measure(offMs);
    expect(answered).toBe(false);
    expect(drift.status?.samples).toBeGreaterThanOrEqual(5);
    expect(Math.abs((drift.status?.offsetMs ?? 0) + offMs)).toBeLessThan(2_000);
    expect(trace.cause).toMatchObject({ code: 'clock', by: 'local' });
    expect(causeSpec('clock').fault).toBe('ours');
    expect(trace.steps.find(({ step }) => step === 'bonded')?.state).toBe('stopped');
  });

  it('is not our clock when it is right', async () => {
    const { drift, trace, answered } = await measure(0);
    expect(answered).toBe(true);
    expect(Math.abs(drift.status?.offsetMs ?? HOUR)).toBeLessThan(2_000);
    expect(trace.cause?.code).not.toBe('clock');
  });
});
