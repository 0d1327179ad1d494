import { systemClock } from '../../../src-main/base/system-runtime.ts';
import { beforeEach, describe, expect, test } from 'vitest';
import { NO_KNOWN_FILTER } from '../../../shared/model/known-node.ts';
import { createRpcDispatcher } from '../../../src-main/api/json-rpc.ts';
import { createRpcTable } from '../../../src-main/api/rpc-methods.ts';
import { FakeBackend } from '../../support/fake-backend.ts';
import { recordedLog } from '../../support/recorded-log.ts';

let backend: FakeBackend;

beforeEach(() => {
  backend = new FakeBackend();
});

const call = async (...params: unknown[]): Promise<unknown> => {
  const rpc = createRpcDispatcher(createRpcTable(backend, true), recordedLog().logger, systemClock);
  const request = { jsonrpc: '2.0', id: 1, method: 'enodeck_nodes', params };
  const answer = JSON.parse((await rpc.answer(JSON.stringify(request))) ?? 'null') as Record<string, unknown>;
  return answer.error ?? answer.result;
};

describe('enodeck_nodes', () => {
  test('without arguments asks for the nodes that answered last', async () => {
    expect(await call()).toEqual({ nodes: [], next: null, matching: 0, total: 0 });
    expect(backend.known.queries).toEqual([
      {
        filter: NO_KNOWN_FILTER,
        sort: { by: 'lastPong', order: 'descending' },
        limit: 100,
        after: null,
      },
    ]);
  });

  test('takes any of its fields', async () => {
    await call({ filter: { fork: 'ours', client: '' }, sort: { by: 'id' }, limit: 7, after: 'aa' });
    expect(backend.known.queries).toEqual([
      {
        filter: { ...NO_KNOWN_FILTER, fork: 'ours', client: '' },
        sort: { by: 'id', order: 'descending' },
        limit: 7,
        after: 'aa',
      },
    ]);
  });

  test.each([
    [{ filter: { fork: 'mine' } }, 'filter.fork'],
    [{ filter: { colour: 'red' } }, 'filter'],
    [{ sort: { by: 'age' } }, 'sort.by'],
    [{ limit: 501 }, 'limit'],
    [{ limit: 0 }, 'limit'],
    [{ after: 7 }, 'after'],
    [7, 'argument 0: it must be an object'],
  ])('refuses %j and names the field', async (query, field) => {
    expect(await call(query)).toMatchObject({
      code: -32602,
      message: expect.stringContaining(field) as string,
    });
    expect(backend.known.queries).toEqual([]);
  });
});
