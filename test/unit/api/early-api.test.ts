import { beforeEach, describe, expect, test } from 'vitest';
import type { ApiReply } from '../../../shared/api-channels.ts';
import {
  EarlyApi,
  EARLY_REQUEST_MS,
  MAX_EARLY_REQUESTS,
  MAX_EARLY_SUBSCRIPTIONS,
  type OpenedApi,
} from '../../../src-main/api/early-api.ts';
import type { PushClient } from '../../../src-main/api/publisher.ts';
import { recordedLog } from '../../support/recorded-log.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const client: PushClient = { push: () => undefined, ready: () => true };
let clock: VirtualClock;
let log: ReturnType<typeof recordedLog>;
let api: EarlyApi;
let calls: string[];
let opened: OpenedApi;

beforeEach(() => {
  clock = new VirtualClock();
  log = recordedLog();
  api = new EarlyApi(clock, log.logger);
  calls = [];
  opened = {
    api: {
      call: (name) => {
        calls.push(`call ${name}`);
        return Promise.resolve({ ok: true, result: name });
      },
    },
    publisher: {
      subscribe: (_client, id, topic) => {
        if (topic === 'none') throw new Error('There is no such topic.');
        calls.push(`subscribe ${String(id)} ${topic}`);
      },
      unsubscribe: (_client, id) => calls.push(`unsubscribe ${String(id)}`),
      drop: () => calls.push('drop'),
      wake: () => calls.push('wake'),
    },
  };
});

const codeOf = (reply: ApiReply<unknown>): string | undefined => (reply.ok ? undefined : reply.error.code);

describe('before the backend is there', () => {
  test('a request waits for it and is then answered by it', async () => {
    const reply = api.call('nodes.add', {});
    expect(calls).toEqual([]);
    api.open(opened);
    expect(await reply).toEqual({ ok: true, result: 'nodes.add' });
    expect(clock.pendingTimers).toBe(0);
  });

  test('a request that waits too long is refused', async () => {
    const reply = api.call('nodes.add', {});
    await clock.advance(EARLY_REQUEST_MS);
    expect(codeOf(await reply)).toBe('not-running');
    api.open(opened);
    expect(calls).toEqual([]);
  });

  test('more requests than the bound are refused at once', async () => {
    const waiting = Array.from({ length: MAX_EARLY_REQUESTS }, () => api.call('a', {}));
    expect(codeOf(await api.call('b', {}))).toBe('not-running');
    api.open(opened);
    expect((await Promise.all(waiting)).every((reply) => reply.ok)).toBe(true);
  });

  test('a backend that cannot be opened refuses the requests that wait', async () => {
    const reply = api.call('nodes.add', {});
    api.abandon();
    expect(codeOf(await reply)).toBe('not-running');
    expect(clock.pendingTimers).toBe(0);
  });

  test('subscriptions are passed on when it is there, without those that ended', () => {
    const gone: PushClient = { ...client };
    api.subscribe(client, 1, 'status', {});
    api.subscribe(client, 2, 'peers', {});
    api.subscribe(gone, 1, 'logs', {});
    api.unsubscribe(client, 2);
    api.drop(gone);
    api.open(opened);
    expect(calls).toEqual(['subscribe 1 status']);
  });

  test('a refused subscription is logged, and the others are passed on', () => {
    api.subscribe(client, 1, 'none', {});
    api.subscribe(client, 2, 'status', {});
    api.open(opened);
    expect(calls).toEqual(['subscribe 2 status']);
    expect(log.lines.map((line) => line.message)).toEqual(['a subscription was refused']);
  });

  test('a client has a bounded number of subscriptions', () => {
    for (let id = 0; id < MAX_EARLY_SUBSCRIPTIONS; id += 1) api.subscribe(client, id, 'status', {});
    api.subscribe(client, 0, 'peers', {});
    expect(() => {
      api.subscribe(client, MAX_EARLY_SUBSCRIPTIONS, 'status', {});
    }).toThrow('32 subscriptions');
  });
});

test('afterwards everything goes to the backend', async () => {
  api.open(opened);
  await api.call('a', {});
  api.subscribe(client, 1, 'status', {});
  api.unsubscribe(client, 1);
  api.drop(client);
  api.wake();
  expect(calls).toEqual(['call a', 'subscribe 1 status', 'unsubscribe 1', 'drop', 'wake']);
});
