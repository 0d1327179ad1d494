import { describe, expect, it } from 'vitest';
import { RpcError, type RpcMethod } from '../../../src-main/api/json-rpc.ts';
import { recordFeed, recorderMethods } from '../../../src-main/api/rpc-recorder.ts';
import { encodeRlp } from '../../../src-main/base/rlp.ts';
import { FakeBackend } from '../../support/fake-backend.ts';

function open() {
  const backend = new FakeBackend();
  const methods = new Map<string, RpcMethod>(recorderMethods(backend));
  const call = (name: string, ...params: unknown[]): unknown => {
    const method = methods.get(name);
    if (method === undefined) throw new Error(`no method ${name}`);
    return method(params);
  };
  /** Of a method that answers later, or at once. */
  const answer = async (name: string, ...params: unknown[]): Promise<unknown> => await call(name, ...params);
  const tap = backend.recordings.connection('inbound', { ip: '127.0.0.1', port: 30_303 });
  const ping = (): void => {
    tap.message(2, {
      direction: 'in',
      payload: encodeRlp([]),
      wireBytes: 32,
      compressedBytes: null,
      timing: null,
    });
  };
  return { backend, call, answer, ping };
}

describe('enodeck_recorder', () => {
  it('starts, reports, stops and clears the recording', async () => {
    const { call, ping } = open();
    expect(call('enodeck_recorder')).toMatchObject({ isRecording: false, records: 0 });
    expect(await call('enodeck_recorder', { action: 'start' })).toMatchObject({
      isRecording: true,
      scope: { nodes: null, discovery: false },
    });
    ping();
    expect(call('enodeck_recorder', { action: 'stop' })).toMatchObject({ isRecording: false, records: 1 });
    expect(call('enodeck_recorder', { action: 'clear' })).toMatchObject({ records: 0 });
  });

  it('sets the bounds with the start, and starts nothing with a wrong one', async () => {
    const { backend, call } = open();
    const bounds = { recordLimit: 5_000, recordMegabytes: 32 };
    expect(await call('enodeck_recorder', { action: 'start', ...bounds })).toMatchObject({
      isRecording: true,
    });
    expect(backend.values).toMatchObject(bounds);
    call('enodeck_recorder', { action: 'stop' });
    expect(() => call('enodeck_recorder', { action: 'start', recordLimit: 0 })).toThrow(/recordLimit/);
    expect(() => call('enodeck_recorder', { action: 'stop', recordLimit: 5_000 })).toThrow(RpcError);
    expect(call('enodeck_recorder')).toMatchObject({ isRecording: false });
  });

  it('refuses an unknown action and a wrong scope with the field', () => {
    const { call } = open();
    expect(() => call('enodeck_recorder', { action: 'pause' })).toThrow(RpcError);
    expect(() => call('enodeck_recorder', { action: 'start', nodes: ['x'] })).toThrow(/nodes/);
    expect(() => call('enodeck_recorder', {}, {})).toThrow(/too many arguments/);
  });
});

describe('enodeck_sessionMessages', () => {
  it('pages the decoded records, newest first', async () => {
    const { call, answer, ping } = open();
    call('enodeck_recorder', { action: 'start' });
    for (let count = 0; count < 3; count++) ping();
    const page = await answer('enodeck_sessionMessages', { limit: 2 });
    expect(page).toMatchObject([{ row: { seq: 3, name: 'Ping' } }, { row: { seq: 2 } }]);
    expect(await answer('enodeck_sessionMessages', { before: 2 })).toMatchObject([{ row: { seq: 1 } }]);
    expect(await answer('enodeck_sessionMessages', { filter: 'msg:Pong' })).toEqual([]);
  });

  it('names the character at which a filter is wrong', async () => {
    const { answer } = open();
    await expect(answer('enodeck_sessionMessages', { filter: 'dir:up' })).rejects.toThrow(/character 5/);
  });
});

describe('hostile arguments', () => {
  it.each([
    ['enodeck_sessionMessages', { limit: 0 }, /limit/],
    ['enodeck_sessionMessages', { limit: 1_001 }, /limit/],
    ['enodeck_sessionMessages', { limit: '5' }, /limit/],
    ['enodeck_sessionMessages', { limit: 1.5 }, /limit/],
    ['enodeck_sessionMessages', { limit: null }, /limit/],
    ['enodeck_sessionMessages', { before: -1 }, /before/],
    ['enodeck_sessionMessages', { before: 0 }, /before/],
    ['enodeck_sessionMessages', { before: 2 ** 60 }, /before/],
    ['enodeck_sessionMessages', { before: '0x5' }, /before/],
    ['enodeck_sessionMessages', { filter: 7 }, /filter/],
    ['enodeck_sessionMessages', { filter: 'x'.repeat(10_000) }, /filter/],
    ['enodeck_sessionMessages', { filter: 'size>>1' }, /filter/],
    ['enodeck_sessionMessages', { after: 1 }, /after/],
    ['enodeck_sessionMessages', 5, /must be an object/],
    ['enodeck_sessionMessages', [], /must be an object/],
    ['enodeck_recorder', { action: 'start', nodes: Array(1_000).fill('11'.repeat(32)) }, /nodes/],
    ['enodeck_recorder', { action: 'start', discovery: 'yes' }, /discovery/],
    ['enodeck_recorder', { action: 'stop', nodes: [] }, /nodes/],
    ['enodeck_recorder', { action: 7 }, /"action" must be start, stop, clear or status/],
    ['enodeck_recorder', {}, /"action" must be start/],
    ['enodeck_decode', { protocol: 'p2p', code: 1, payload: 'c1f' }, /payload/],
    ['enodeck_decode', { protocol: 'p2p', code: 1, payload: 7 }, /payload/],
    ['enodeck_decode', { protocol: 'p2p', code: -1, payload: '' }, /code/],
    ['enodeck_decode', { protocol: 'p2p', code: 9, payload: 'c0' }, /code/],
    ['enodeck_decode', { protocol: 'eth/67', code: 1, payload: 'c0' }, /protocol/],
    ['enodeck_decode', { protocol: '__proto__', code: 1, payload: 'c0' }, /protocol/],
    ['enodeck_decode', { code: 1, payload: 'c0' }, /protocol/],
    ['enodeck_decode', null, /missing value for required argument 0/],
    ['enodeck_decode', undefined, /missing value for required argument 0/],
  ])('are refused with the field and the reason: %#', async (name, argument, field) => {
    const { answer } = open();
    await expect(answer(name, argument)).rejects.toThrow(field);
  });

  it('of a subscription are refused with the reason', () => {
    const { backend } = open();
    for (const params of [[7], [{}], ['size>>1'], ['x'.repeat(10_000)], ['', '']]) {
      expect(() => recordFeed(backend)(params)).toThrow();
    }
  });
});

describe('enodeck_decode', () => {
  it('decodes a payload by protocol and code', () => {
    const { call } = open();
    const decoded = call('enodeck_decode', { protocol: 'p2p', code: 1, payload: 'c104' });
    expect(decoded).toMatchObject({ summary: '0x04 too many peers', fault: null });
  });
});

describe('the subscription records', () => {
  it('notifies of new records that match, until it ends', () => {
    const { backend, call, ping } = open();
    call('enodeck_recorder', { action: 'start' });
    const seen: unknown[] = [];
    const end = recordFeed(backend)(['msg:Ping'])((row) => seen.push(row));
    recordFeed(backend)(['msg:Pong'])(() => seen.push('wrong'));
    ping();
    end();
    ping();
    expect(seen).toMatchObject([{ seq: 1, name: 'Ping' }]);
  });
});
