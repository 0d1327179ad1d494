import { beforeEach, describe, expect, test } from 'vitest';
import { createRpcDispatcher } from '../../../src-main/api/json-rpc.ts';
import { createRpcTable } from '../../../src-main/api/rpc-methods.ts';
import { nodeFromEnode } from '../../../src-main/node-record/node-factory.ts';
import { FakeBackend, peerRowOf, SOME_ENODE } from '../../support/fake-backend.ts';
import { recordedLog } from '../../support/recorded-log.ts';

let backend: FakeBackend;

beforeEach(() => {
  backend = new FakeBackend();
});

const call = async (...params: unknown[]): Promise<unknown> => {
  const rpc = createRpcDispatcher(createRpcTable(backend, true), recordedLog().logger);
  const request = { jsonrpc: '2.0', id: 1, method: 'enodeck_session', params };
  const answer = JSON.parse((await rpc.answer(JSON.stringify(request))) ?? 'null') as Record<string, unknown>;
  return answer.error ?? answer.result;
};

describe('enodeck_session', () => {
  const { idHex } = nodeFromEnode(SOME_ENODE);

  test('returns the facts of a live session', async () => {
    backend.rows = [peerRowOf(idHex)];
    expect(await call(idHex)).toMatchObject({
      id: idHex,
      p2pVersion: 5,
      localAddress: '127.0.0.1:1',
      capabilities: { offered: ['eth/68', 'eth/69'], agreed: ['eth/69'] },
      eth: { version: 69, networkId: '1', forkId: { hash: '0x07c9462e' }, forkName: 'BPO2' },
      snap: null,
      enrSeq: null,
      messages: [],
      requests: { answered: 0, timedOut: 0, kinds: [], open: [] },
    });
  });

  test('takes a node ID with 0x and an enode URL', async () => {
    backend.rows = [peerRowOf(idHex)];
    expect(await call(`0x${idHex.toUpperCase()}`)).toMatchObject({ id: idHex });
    expect(await call(SOME_ENODE)).toMatchObject({ id: idHex });
  });

  test('refuses a node without a session, and what is no node', async () => {
    expect(await call(idHex)).toMatchObject({ message: 'there is no session with this node' });
    expect(await call('enode://00')).toMatchObject({ code: -32602 });
    expect(await call()).toMatchObject({ code: -32602 });
    expect(await call(7)).toMatchObject({ code: -32602 });
    expect(await call(idHex, idHex)).toMatchObject({ code: -32602 });
  });
});
