import type { SessionRecord } from '../../shared/model/session.ts';

/** The session that the store writer ends with its n-th node. */
export const sessionOf = (nodeId: string, number: number, now: number): Omit<SessionRecord, 'key'> => ({
  nodeId,
  name: `number ${String(number)}`,
  label: null,
  ip: '10.0.0.1',
  port: 30_303,
  direction: 'inbound',
  kind: 'dynamic',
  capabilities: ['eth/69'],
  startedAt: now - 1_000,
  endedAt: now,
  code: 'client-quitting',
  params: {},
  stage: 'running',
  message: null,
  by: 'remote',
  disconnectReason: 'client quitting',
  bytesIn: number,
  bytesOut: 0,
  reputation: 0,
});
