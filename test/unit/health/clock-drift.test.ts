import { beforeEach, describe, expect, test } from 'vitest';
import type { ClockEvidence } from '../../../src-main/events/events.ts';
import { ClockDrift } from '../../../src-main/health/clock-drift.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

let clock: VirtualClock;
let drift: ClockDrift;
beforeEach(() => {
  clock = new VirtualClock();
  drift = new ClockDrift(clock);
});

/** Adds a sample of node `number`. Expirations are truncated to whole seconds: half a second on average. */
const addSample = (
  number: number,
  offsetMs: number,
  ip = `81.${String(number >> 8)}.${String(number & 255)}.1`,
  { port = 30303, evidence = 'proven' }: { port?: number; evidence?: ClockEvidence } = {},
): void => {
  drift.apply({
    ...{ type: 'discovery/clock', idHex: `id${String(number)}`, ip, port, evidence },
    offsetMs: offsetMs - 500,
  });
};

describe('the clock drift', () => {
  test('is unknown with fewer than five samples that do not agree', () => {
    for (let node = 0; node < 4; node++) addSample(node, node * 60_000);
    expect(drift.status).toBeNull();
    addSample(4, 60_000);
    expect(drift.status).toEqual({ offsetMs: 60_000, samples: 5 });
  });

  test('is known with three samples that agree', () => {
    addSample(1, -60_000);
    addSample(2, -60_900);
    expect(drift.status).toBeNull();
    addSample(3, -59_100);
    expect(drift.status).toEqual({ offsetMs: -60_000, samples: 3 });
  });

  test('is the median of the latest sample of each node, so that a few wrong clocks do not change it', () => {
    for (let node = 0; node < 7; node++) addSample(node, 9_000_000);
    for (let node = 0; node < 7; node++) addSample(node, node * 10);
    for (let node = 7; node < 11; node++) addSample(node, -9_000_000);
    expect(drift.status).toEqual({ offsetMs: 10, samples: 11 });
    addSample(11, 500);
    expect(drift.status).toEqual({ offsetMs: 15, samples: 12 });
  });

  test.each([
    ['an IPv4 /24', (host: number) => `81.9.9.${String(host)}`],
    ['an IPv6 /48', (host: number) => `2a01:4f8:1:${host.toString(16)}::1`],
    ['a socket of a local network', () => '127.0.0.1'],
  ])('counts %s once, for any number of node IDs', (_, ipOf) => {
    for (let node = 0; node < 100; node++) addSample(node, 30_000, ipOf(node));
    expect(drift.status).toBeNull();
    for (let node = 0; node < 5; node++) addSample(node, 10, '127.0.0.1', { port: 40_000 + node });
    expect(drift.status).toEqual({ offsetMs: 10, samples: 6 });
  });

  test('uses samples without an endpoint proof only while there is no proven sample', () => {
    for (let node = 0; node < 60; node++) addSample(node, 90_000, undefined, { evidence: 'asked' });
    expect(drift.status).toEqual({ offsetMs: 90_000, samples: 60 });
    addSample(7, 0);
    expect(drift.status).toBeNull();
    for (let node = 100; node < 104; node++) addSample(node, 0);
    expect(drift.status).toEqual({ offsetMs: 0, samples: 5 });
    addSample(7, 90_000, undefined, { evidence: 'asked' });
    expect(drift.status).toEqual({ offsetMs: 0, samples: 5 });
  });

  test('drops a sample after ten minutes, and all samples when the machine has slept', async () => {
    for (let node = 0; node < 5; node++) addSample(node, 0);
    await clock.advance(600_001);
    expect(drift.status).toBeNull();
    for (let node = 0; node < 5; node++) addSample(node, 0);
    expect(drift.status?.samples).toBe(5);
    drift.apply({ type: 'node/woke', sleptMs: 60_000 });
    expect(drift.status).toBeNull();
  });

  test('keeps at most 256 samples', () => {
    for (let node = 0; node < 5_000; node++) addSample(node, 0);
    expect(drift.status?.samples).toBe(256);
  });
});
