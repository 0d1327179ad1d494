import { describe, expect, test } from 'vitest';
import type { HealthCheck } from '../../../shared/model/node.ts';
import { Probes, type ProbedStatus } from '../../../src-main/api/probes.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const checkOf = (id: string, state: HealthCheck['state']): HealthCheck => ({
  ...{ id, state, title: 'secret title', evidence: 'secret evidence', advice: 'secret advice' },
});

const RUNNING: ProbedStatus = {
  phase: 'running',
  listening: [
    { protocol: 'udp', ip: '0.0.0.0', port: 30_303 },
    { protocol: 'tcp', ip: '0.0.0.0', port: 30_303 },
  ],
  health: [checkOf('clock', 'good'), checkOf('inbound', 'warning'), checkOf('nat', 'pending')],
};

const readinessOf = (change: Partial<ProbedStatus>) =>
  new Probes(() => ({ ...RUNNING, ...change }), new VirtualClock()).readiness();

describe('a node is ready', () => {
  test('when it runs, listens and has no bad check; a warning does not count', () => {
    expect(readinessOf({})).toEqual({ status: 'ready', failing: [] });
  });

  test.each(['starting', 'stopping', 'stopped', 'failed'] as const)('not while it is %s', (phase) => {
    const health = phase === 'failed' ? [checkOf('node', 'bad')] : [];
    expect(readinessOf({ phase, health, listening: [] })).toEqual({ status: 'not ready', failing: ['node'] });
  });

  test('not without a TCP socket', () => {
    const listening = RUNNING.listening.filter(({ protocol }) => protocol === 'udp');
    expect(readinessOf({ listening })).toEqual({ status: 'not ready', failing: ['listener'] });
  });

  test('not with a bad check, which the answer names without its texts', () => {
    const readiness = readinessOf({
      health: [...RUNNING.health, checkOf('sentry', 'bad'), checkOf('database', 'bad')],
    });
    expect(readiness).toEqual({ status: 'not ready', failing: ['sentry', 'database'] });
    expect(JSON.stringify(readiness)).not.toContain('secret');
  });
});

test('many requests within a second take one reading', async () => {
  const clock = new VirtualClock();
  let readings = 0;
  const probes = new Probes(() => {
    readings += 1;
    return RUNNING;
  }, clock);
  for (let at = 0; at < 100; at++) probes.readiness();
  expect(readings).toBe(1);
  await clock.advance(1_000);
  probes.readiness();
  expect(readings).toBe(2);
});
