import { beforeEach, describe, expect, test } from 'vitest';
import { NO_KNOWN_FILTER } from '../../../shared/model/known-node.ts';
import { FakeBackend } from '../../support/fake-backend.ts';
import { rpcCall } from '../../support/rpc-call.ts';

let backend: FakeBackend;

beforeEach(() => {
  backend = new FakeBackend();
});

const call = (...params: unknown[]): Promise<unknown> => rpcCall({ backend }, 'enodeck_nodes', ...params);

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
