import { expect, test } from 'vitest';
import { silentEnd } from '../../../src-main/causes/end-cause.ts';
import { recordOfEvent } from '../../../src-main/metrics/event-record.ts';
import { nodeFromEnode } from '../../../src-main/node-record/node-factory.ts';
import { SOME_ENODE } from '../../support/some-enode.ts';

const NODE = nodeFromEnode(SOME_ENODE);

test('a failed dial has its node and its cause as attributes', () => {
  const cause = silentEnd('remote', 'hello', 'too-many-peers');
  const record = recordOfEvent(
    { type: 'dial/ended', node: NODE, kind: 'static', cause, durationMs: 12 },
    5_000,
  );
  expect(record).toMatchObject({ eventName: 'enodeck.dial.ended', timestamp: 5_000, severityText: 'WARN' });
  expect(record?.body).toMatch(/too many peers/i);
  expect(record?.attributes).toEqual({
    ...{ 'node.id': NODE.idHex, 'node.ip': '192.0.2.7', 'node.udp': 30303, 'node.tcp': 30303 },
    ...{ 'cause.code': 'too-many-peers', 'cause.by': 'remote', 'cause.stage': 'hello' },
    ...{ kind: 'static', durationMs: 12 },
  });
});

test('a start that failed is an error', () => {
  const record = recordOfEvent(
    { type: 'node/phase', phase: 'failed', code: 'port-in-use', reason: 'TCP port 1 is in use.' },
    0,
  );
  expect(record).toMatchObject({
    severityText: 'ERROR',
    attributes: { code: 'port-in-use', phase: 'failed' },
  });
});

test('numbers beyond 2^53 and lists become text, and text of peers loses its control characters', () => {
  expect(
    recordOfEvent({ type: 'record/updated', seq: 2n ** 60n, keys: ['eth', 'ip'] }, 0)?.attributes,
  ).toEqual({
    seq: (2n ** 60n).toString(),
    keys: 'eth, ip',
  });
  const hostile = { idHex: NODE.idHex, ip: undefined, detail: `\u001b[31m${'x'.repeat(5_000)}` };
  const record = recordOfEvent({ type: 'peer/offence', offence: 'timeout', ...hostile }, 0);
  const detail = record?.attributes?.['detail'];
  expect(detail).not.toContain('\u001b');
  expect(detail).toHaveLength(1_024);
  expect(record?.attributes).not.toHaveProperty('ip');
});

test('single packets and messages are no log events', () => {
  const at = { ip: '192.0.2.7', port: 30303 };
  expect(
    recordOfEvent({ type: 'discovery/packet', direction: 'in', packet: 'ping', bytes: 1, ...at }, 0),
  ).toBeUndefined();
  expect(
    recordOfEvent({ type: 'discovery/dropped', reason: 'expired', bytes: 1, ip: at.ip }, 0),
  ).toBeUndefined();
});
