import { beforeEach, describe, expect, test } from 'vitest';
import { ApiError } from '../../../src-main/api/api-error.ts';
import { FakeBackend } from '../../support/fake-backend.ts';
import { rpcCall } from '../../support/rpc-call.ts';

/** The record of FakeBackend's own node, and its ID. */
const OWN = { id: 'bb'.repeat(32), enr: 'enr:-x' };
const other = 'ab'.repeat(32);

let backend: FakeBackend;

beforeEach(() => {
  backend = new FakeBackend();
});

const call = (method: string, ...params: unknown[]): Promise<unknown> =>
  rpcCall({ backend }, method, ...params);

describe('the methods of the discv5 namespace', () => {
  test('are available only with the admin flag', async () => {
    for (const method of ['discv5_nodeInfo', 'discv5_addEnr', 'discv5_ping', 'discv5_talkReq'])
      expect(await rpcCall({ backend, admin: false }, method)).toMatchObject({ code: -32601 });
    expect(await call('rpc_modules')).toMatchObject({ discv5: '1.0' });
  });

  test('discv5_nodeInfo returns record and ID', async () => {
    expect(await call('discv5_nodeInfo')).toEqual({ enr: OWN.enr, nodeId: `0x${OWN.id}` });
    expect(await call('discv5_nodeInfo', 1)).toMatchObject({ code: -32602 });
  });

  test('discv5_routingTableInfo returns the IDs of each bucket, the nearest bucket and the oldest entry first', async () => {
    const entry = backend.v5Table.buckets[1]!.entries[0]!;
    const newer = { ...entry, id: 'cc'.repeat(32), addedToBucket: entry.addedToBucket + 1 };
    backend.v5Table = {
      ...backend.v5Table,
      buckets: [
        { distance: 256, entries: [newer, entry], replacements: [newer] },
        { distance: 255, entries: [], replacements: [] },
      ],
    };
    expect(await call('discv5_routingTableInfo')).toEqual({
      localNodeId: `0x${OWN.id}`,
      buckets: [[], [`0x${entry.id}`, `0x${newer.id}`]],
    });
  });

  test('discv5_getEnr returns known records, our own too', async () => {
    backend.knownRecords.set(other, 'enr:-known');
    backend.network.set('cd'.repeat(32), 'enr:-far');
    expect(await call('discv5_getEnr', `0x${other}`)).toBe('enr:-known');
    expect(await call('discv5_getEnr', `0x${OWN.id}`)).toBe(OWN.enr);
    expect(await call('discv5_getEnr', `0x${'cd'.repeat(32)}`)).toEqual({
      code: -32000,
      message: 'record not found',
    });
  });

  test('discv5_lookupEnr looks up a record in the network', async () => {
    backend.knownRecords.set(other, 'enr:-old');
    backend.network.set(other, 'enr:-new');
    expect(await call('discv5_lookupEnr', `0x${other.toUpperCase()}`)).toBe('enr:-new');
    expect(await call('discv5_lookupEnr', `0x${'cd'.repeat(32)}`)).toMatchObject({ code: -32000 });
  });

  test.each([[], ['0x12'], [7], [`0x${'zz'.repeat(32)}`], [`0x${other}`, 1]])(
    'refuses an invalid node ID: %j',
    async (...params) => {
      expect(await call('discv5_getEnr', ...params)).toMatchObject({ code: -32602 });
      expect(await call('discv5_lookupEnr', ...params)).toMatchObject({ code: -32602 });
    },
  );

  test('discv5_talkReq sends and returns bytes', async () => {
    expect(await call('discv5_talkReq', 'enr:-peer', '0x500a', '0x0102')).toBe('0x0201');
    expect(backend.talks).toEqual([
      { node: 'enr:-peer', protocol: Uint8Array.of(0x50, 0x0a), payload: Uint8Array.of(1, 2) },
    ]);
    expect(await call('discv5_talkReq', 'enr:-peer', '0x500a', '0x')).toBe('0x');
  });

  test.each([
    ['enr:-peer', '500a', '0x'],
    ['enr:-peer', '0x500', '0x'],
    ['enr:-peer', `0x${'00'.repeat(65)}`, '0x'],
    ['enr:-peer', '0x500a', `0x${'00'.repeat(1_025)}`],
    ['enr:-peer', '0x500a'],
    ['enr:-peer', '0x500a', '0x', 1],
  ])('discv5_talkReq refuses invalid arguments: %.12s %.12s %.12s', async (...params) => {
    expect(await call('discv5_talkReq', ...params)).toMatchObject({ code: -32602 });
    expect(backend.talks).toEqual([]);
  });

  test('discv5_findNode takes each distance once', async () => {
    expect(await call('discv5_findNode', OWN.enr, [256, 255, 256])).toMatchObject({
      code: -32602,
      message: expect.stringContaining('must have each distance once') as string,
    });
  });

  test('discv5_updateNodeInfo is refused with what to do instead', async () => {
    expect(await call('discv5_updateNodeInfo', '192.0.2.1:9000', false)).toMatchObject({
      code: -32000,
      message: expect.stringContaining('nat (extip:IP)') as string,
    });
  });

  test('reports why there is no answer', async () => {
    backend.discovery.talk = () =>
      Promise.reject(new ApiError('not-running', 'Discovery v5 is not running.'));
    expect(await call('discv5_talkReq', 'enr:-peer', '0x500a', '0x')).toEqual({
      code: -32000,
      message: 'Discovery v5 is not running.',
    });
  });
});
