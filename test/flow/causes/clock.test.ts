import { afterEach, describe, expect, it } from 'vitest';
import type { Clock } from '../../../src-main/base/runtime.ts';
import { systemClock, systemRandom } from '../../../src-main/base/system-runtime.ts';
import { systemDatagramTransport } from '../../../src-main/base/udp.ts';
import { ClockDrift } from '../../../src-main/health/clock-drift.ts';
import type { NodeTrace } from '../../../shared/model/why.ts';
import { DiscoveryNode } from '../../support/discovery-node.ts';
import { healthyFacts, JourneyWorld } from '../../support/journey-world.ts';

const HOUR = 3_600_000;
/** Others must be five before our clock is compared with theirs. */
const OTHERS = 6;

const nodes: DiscoveryNode[] = [];

async function started(clock: Clock): Promise<DiscoveryNode> {
  const node = new DiscoveryNode({
    transport: systemDatagramTransport,
    clock,
    random: systemRandom,
    addresses: [{ ip: '127.0.0.1', port: 0 }],
  });
  nodes.push(node);
  await node.start();
  return node;
}

afterEach(async () => {
  await Promise.all(nodes.splice(0).map((node) => node.stop()));
});

/** What our node, whose clock is off by so much, says of its clock and of another node. */
async function meet(offMs: number): Promise<{ drift: ClockDrift; trace: NodeTrace; answered: boolean }> {
  const clock = { ...systemClock, now: () => systemClock.now() + offMs };
  const us = await started(clock);
  const others = await Promise.all(Array.from({ length: OTHERS }, () => started(systemClock)));
  const answers = await Promise.allSettled(
    others.map((other) => us.discovery.v4!.transport.ping(other.node)),
  );
  await Promise.allSettled(others.map((other) => other.discovery.v4!.transport.ping(us.node)));
  const drift = new ClockDrift(clock);
  for (const event of us.events) drift.apply(event);
  const world = new JourneyWorld();
  world.facts = { ...healthyFacts, clockOffsetMs: drift.status?.offsetMs ?? null };
  const [other] = others;
  if (other === undefined) throw new Error('There are others');
  world.tell({ type: 'discovery/found', node: other.node, source: 'v4', from: undefined }, ...us.events);
  return {
    drift,
    trace: world.journeys.trace(other.node.idHex),
    answered: answers.some(({ status }) => status === 'fulfilled'),
  };
}

describe('the cause of a silent network', () => {
  it.each([
    ['an hour ahead, so that every answer has expired', HOUR],
    ['an hour behind, so that nobody answers us', -HOUR],
  ])('is our own clock: it is %s', async (_, offMs) => {
    const { drift, trace, answered } = await meet(offMs);
    expect(answered).toBe(false);
    expect(drift.status?.samples).toBeGreaterThanOrEqual(5);
    expect(Math.abs((drift.status?.offsetMs ?? 0) + offMs)).toBeLessThan(2_000);
    expect(trace.cause).toMatchObject({ code: 'clock', by: 'local', fault: 'ours' });
    expect(trace.steps.find(({ step }) => step === 'bonded')?.state).toBe('stopped');
  });

  it('is not our clock where it is right: others answer', async () => {
    const { drift, trace, answered } = await meet(0);
    expect(answered).toBe(true);
    expect(Math.abs(drift.status?.offsetMs ?? HOUR)).toBeLessThan(2_000);
    expect(trace.cause?.code).not.toBe('clock');
  });
});
