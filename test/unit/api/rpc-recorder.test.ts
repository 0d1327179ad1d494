import { describe, expect, it } from 'vitest';
import { RpcError } from '../../../src-main/api/json-rpc.ts';
import { recordFeed, recorderMethods } from '../../../src-main/api/rpc-recorder.ts';
import { encodeRlp } from '../../../src-main/base/rlp.ts';
import { FakeBackend } from '../../support/fake-backend.ts';

function open() {
  const backend = new FakeBackend();
  const methods = new Map(recorderMethods(backend));
  const call = (name: string, ...params: unknown[]): unknown => {
    const method = methods.get(name);
    if (method === undefined) throw new Error(`no method ${name}`);
    return method(params);
  };
  const tap = backend.recordings.connection('inbound', { ip: '127.0.0.1', port: 30_303 });
  const ping = (): void => {
    tap.message(2, { direction: 'in', payload: encodeRlp([]), wireBytes: 32 });
  };
  return { backend, call, ping };
}

describe('enodeck_recorder', () => {
  it('starts, reports, stops and clears the recording', () => {
    const { call, ping } = open();
    expect(call('enodeck_recorder')).toMatchObject({ isRecording: false, records: 0 });
    expect(call('enodeck_recorder', { action: 'start' })).toMatchObject({
      isRecording: true,
      scope: { nodes: null, discovery: false },
    });
    ping();
    expect(call('enodeck_recorder', { action: 'stop' })).toMatchObject({ isRecording: false, records: 1 });
    expect(call('enodeck_recorder', { action: 'clear' })).toMatchObject({ records: 0 });
  });

  it('refuses an unknown action and a wrong scope with the field', () => {
    const { call } = open();
    expect(() => call('enodeck_recorder', { action: 'pause' })).toThrow(RpcError);
    expect(() => call('enodeck_recorder', { action: 'start', nodes: ['x'] })).toThrow(/nodes/);
    expect(() => call('enodeck_recorder', {}, {})).toThrow(/too many arguments/);
  });
});

describe('enodeck_sessionMessages', () => {
  it('pages the decoded records, newest first', () => {
    const { call, ping } = open();
    call('enodeck_recorder', { action: 'start' });
    for (let count = 0; count < 3; count++) ping();
    const page = call('enodeck_sessionMessages', { limit: 2 });
    expect(page).toMatchObject([{ row: { seq: 3, name: 'Ping' } }, { row: { seq: 2 } }]);
    expect(call('enodeck_sessionMessages', { before: 2 })).toMatchObject([{ row: { seq: 1 } }]);
    expect(call('enodeck_sessionMessages', { filter: 'msg:Pong' })).toEqual([]);
  });

  it('names the character at which a filter is wrong', () => {
    const { call } = open();
    expect(() => call('enodeck_sessionMessages', { filter: 'dir:up' })).toThrow(/character 5/);
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
    const end = recordFeed(backend, ['msg:Ping'])((row) => seen.push(row));
    recordFeed(backend, ['msg:Pong'])(() => seen.push('wrong'));
    ping();
    end();
    ping();
    expect(seen).toMatchObject([{ seq: 1, name: 'Ping' }]);
  });
});
