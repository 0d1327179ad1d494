import { beforeEach, describe, expect, test } from 'vitest';
import type { SessionChange } from '../../../shared/model/session.ts';
import { createFeeds } from '../../../src-main/api/rpc-feeds.ts';
import { createRpcTable } from '../../../src-main/api/rpc-methods.ts';
import { FakeBackend } from '../../support/fake-backend.ts';
import { rpcCall } from '../../support/rpc-call.ts';
import { sessionOf } from '../../support/saved-sessions.ts';

const ID = 'ab'.repeat(32);
let backend: FakeBackend;
let seen: unknown[];

beforeEach(() => {
  backend = new FakeBackend();
  seen = [];
});

/** Starts a subscription. @returns a function that ends it */
function follow(name: string, ...params: unknown[]): () => void {
  const feed = createRpcTable(backend, true).feeds.get(name);
  if (feed === undefined) throw new Error(`no subscription ${name}`);
  return feed(params)((result) => seen.push(result));
}

describe('the subscriptions', () => {
  test('are those of the table with the admin flag, and none without it', () => {
    const names = createFeeds(backend).map(([name]) => name);
    expect([...createRpcTable(backend, true).feeds.keys()]).toEqual(names);
    expect(createRpcTable(backend, false).feeds.size).toBe(0);
    for (const name of names.filter((one) => one !== 'enodeck_records'))
      expect(() => follow(name, 'x')).toThrow(/too many arguments/);
  });

  test('"health" reports the health list', () => {
    const end = follow('enodeck_health');
    const check = {
      id: 'clock',
      state: 'bad',
      title: 'Clock is off',
      evidence: '9 s',
      advice: null,
    } as const;
    for (const listener of backend.healthListeners) listener([check]);
    end();
    expect(seen).toEqual([[check]]);
    expect(backend.healthListeners.size).toBe(0);
  });

  test('"sessions" reports what starts, and what ends as enodeck_sessions returns it', async () => {
    const end = follow('enodeck_sessions');
    const ended = { ...sessionOf(ID, 1, 5_000), key: 'k' };
    const { nodeId, name, label, ip, port, direction, startedAt } = ended;
    const started: SessionChange = {
      ...{ type: 'started', session: { nodeId, name, label, ip, port, direction, startedAt } },
    };
    for (const change of [started, { type: 'ended', session: ended } as const])
      for (const listener of backend.sessionListeners) listener(change);
    end();
    backend.records = [ended];
    const page = (await rpcCall({ backend }, 'enodeck_sessions')) as { records: unknown[] };
    expect(seen).toEqual([started, { type: 'ended', session: page.records[0] }]);
    expect(seen[1]).toMatchObject({ session: { message: expect.stringMatching(/\w/) as string } });
    expect(backend.sessionListeners.size).toBe(0);
  });

  test('"doctor" reports the progress of tests, until it ends', async () => {
    const end = follow('enodeck_doctor');
    await rpcCall({ backend }, 'enodeck_doctor', 'enode://zz');
    expect(seen).toMatchObject([
      {
        input: 'enode://zz',
        verdict: null,
        steps: [{ step: 'parse', state: 'running' }, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}],
      },
      {
        verdict: null,
        steps: expect.arrayContaining([expect.objectContaining({ state: 'failed' })]) as unknown,
      },
      { verdict: { result: 'not-tested' } },
    ]);
    end();
    await rpcCall({ backend }, 'enodeck_doctor', 'enode://zz');
    expect(seen).toHaveLength(3);
  });
});
