import { describe, expect, test } from 'vitest';
import { silentEnd } from '../../../src-main/causes/end-cause.ts';
import type { NodeEvent } from '../../../src-main/events/events.ts';
import { nodeFromEnode } from '../../../src-main/node-record/node-factory.ts';
import { ConnectionCounters } from '../../../src-main/stats/connection-counters.ts';
import { SOME_ENODE } from '../../support/some-enode.ts';

const NODE = nodeFromEnode(SOME_ENODE);
const dialEnded = (cause: Extract<NodeEvent, { type: 'dial/ended' }>['cause']): NodeEvent => ({
  ...{ type: 'dial/ended', node: NODE, kind: 'dynamic', cause, durationMs: 20 },
});
const message = (code: number, direction: 'in' | 'out', protocol = 'eth/69'): NodeEvent => ({
  ...{ type: 'peer/message', idHex: '', direction, protocol, name: 'Status', code, size: 1, bytes: 32 },
});
const STARTING: NodeEvent = { type: 'node/phase', phase: 'starting' };

function counted(...events: readonly NodeEvent[]): ConnectionCounters {
  const counters = new ConnectionCounters();
  for (const event of events) counters.apply(event);
  return counters;
}

describe('the counters of connections', () => {
  test('count dials and why they failed', () => {
    const counters = counted(
      { type: 'dial/started', node: NODE, kind: 'dynamic' },
      { type: 'dial/started', node: NODE, kind: 'static' },
      dialEnded(undefined),
      dialEnded(silentEnd('remote', 'hello', 'too-many-peers')),
      dialEnded(silentEnd('remote', 'hello', 'too-many-peers')),
      dialEnded(silentEnd('local', 'hello', 'too-many-peers')),
      { type: 'dial/refused', node: NODE, reason: 'banned' },
    );
    expect([counters.dialsStarted, counters.dialsConnected]).toEqual([2, 1]);
    expect(counters.dials).toEqual({ count: 4, ms: 80 });
    expect(counters.dialFailures.list()).toEqual([
      { labels: { code: 'too-many-peers', stage: 'hello' }, count: 2 },
      { labels: { code: 'too-many-peers-by-us', stage: 'hello' }, count: 1 },
    ]);
    expect(counters.dialRefusals.list()).toEqual([{ labels: { code: 'banned' }, count: 1 }]);
  });

  test('count inbound connections and the ends of sessions', () => {
    const at = { ip: '192.0.2.1', port: 1 };
    const counters = counted(
      { type: 'inbound/accepted', ...at },
      {
        type: 'inbound/ended',
        ...at,
        idHex: undefined,
        cause: silentEnd('remote', 'encryption', 'connection-lost'),
      },
      {
        ...{
          type: 'peer/dropped',
          idHex: '',
          name: '',
          direction: 'inbound',
          ...at,
          ageMs: 1,
          kind: 'dynamic',
        },
        ...{ capabilities: [], bytesIn: 0, bytesOut: 0 },
        cause: silentEnd('remote', 'running', 'client-quitting'),
      },
      { type: 'peer/offence', idHex: '', ip: undefined, offence: 'timeout', detail: '' },
      { type: 'peer/limited', idHex: '', direction: 'in', protocol: 'eth/69', name: 'Transactions' },
    );
    expect(counters.accepted).toBe(1);
    expect(counters.inboundFailures.list()).toEqual([
      { labels: { code: 'connection-lost', stage: 'encryption' }, count: 1 },
    ]);
    expect(counters.sessionEnds.list()).toEqual([
      { labels: { code: 'client-quitting', by: 'remote' }, count: 1 },
    ]);
    expect(counters.offences.list()).toEqual([{ labels: { offence: 'timeout' }, count: 1 }]);
    expect(counters.limited.list()).toEqual([{ labels: { direction: 'in' }, count: 1 }]);
  });

  test('count messages by protocol, code and direction', () => {
    const { messages } = counted(message(0, 'in'), message(0, 'in'), message(0, 'out'), message(3, 'in'));
    expect(messages.of('eth/69', 0, 'in')).toEqual({ messages: 2, bytes: 64 });
    expect(messages.of('eth/69', 0, 'out')).toEqual({ messages: 1, bytes: 32 });
    expect(messages.of('eth/69', 3, 'out')).toBeUndefined();
    expect(messages.of('eth/68', 0, 'in')).toBeUndefined();
  });

  test('keep a bounded number of protocols and codes', () => {
    const { messages } = counted(
      ...Array.from({ length: 40 }, (_, index) => message(0, 'in', `eth/${String(index)}`)),
      message(1e9, 'in', 'eth/0'),
    );
    expect(messages.of('eth/15', 0, 'in')).toBeDefined();
    expect(messages.of('eth/16', 0, 'in')).toBeUndefined();
    expect(messages.of('eth/0', 1e9, 'in')).toBeUndefined();
  });

  test('count from zero when the node starts again', () => {
    const counters = counted(
      { type: 'dial/started', node: NODE, kind: 'dynamic' },
      dialEnded(silentEnd('remote', 'hello', 'too-many-peers')),
      { type: 'discovery/lookup-done', target: '', rounds: 1, found: 1, durationMs: 10 },
      message(0, 'in'),
    );
    expect(counters.lookups).toEqual({ count: 1, ms: 10 });
    counters.apply(STARTING);
    expect([counters.dialsStarted, counters.dials.count, counters.lookups.count]).toEqual([0, 0, 0]);
    expect(counters.dialFailures.list()).toEqual([]);
    expect(counters.messages.of('eth/69', 0, 'in')).toBeUndefined();
  });
});
