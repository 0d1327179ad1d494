import { beforeEach, describe, expect, it } from 'vitest';
import type { ApiPush } from '../../../shared/api-channels.ts';
import {
  createSocketBridge,
  type LinkState,
  type SocketBridge,
  type SocketLike,
} from '../../../src-renderer/socket-bridge.ts';

interface FakeSocket extends SocketLike {
  readonly token: string;
  readonly sent: { type: string; id: number; [field: string]: unknown }[];
  closed: boolean;
}
interface Timer {
  readonly ms: number;
  readonly task: () => void;
}

let sockets: FakeSocket[];
let timers: Set<Timer>;
let alive: boolean;
let link: LinkState | null;

function start(token: string | null): SocketBridge {
  const bridge = createSocketBridge(
    {
      open(given) {
        const socket: FakeSocket = {
          token: given,
          sent: [],
          closed: false,
          onopen: null,
          onmessage: null,
          onclose: null,
          send: (text) => void socket.sent.push(JSON.parse(text) as FakeSocket['sent'][number]),
          close: () => void (socket.closed = true),
        };
        sockets.push(socket);
        return socket;
      },
      probe: () => Promise.resolve(alive),
      now: () => 1_000,
      later(ms, task) {
        const timer = { ms, task };
        timers.add(timer);
        return () => void timers.delete(timer);
      },
    },
    token,
  );
  bridge.onLink((next) => (link = next));
  return bridge;
}

const newest = (): FakeSocket => sockets[sockets.length - 1]!;
const fire = (): void => {
  const [timer] = timers;
  timers.delete(timer!);
  timer!.task();
};
const settle = (): Promise<void> => Promise.resolve().then(() => undefined);

beforeEach(() => {
  sockets = [];
  timers = new Set();
  alive = true;
  link = null;
});

describe('the bridge over a WebSocket', () => {
  it('is refused without a token, and connects with the token it gets', () => {
    const bridge = start(null);
    expect(link).toEqual({ state: 'refused' });
    expect(sockets).toEqual([]);
    bridge.useToken('secret');
    expect(newest().token).toBe('secret');
    newest().onopen?.();
    expect(link).toEqual({ state: 'connected' });
  });

  it('matches replies to requests by ID', async () => {
    const bridge = start('t');
    newest().onopen?.();
    const first = bridge.request('node.start', {});
    const second = bridge.request('node.stop', {});
    const [a, b] = newest().sent;
    newest().onmessage?.({
      data: JSON.stringify({ type: 'reply', id: b!.id, reply: { ok: true, result: 2 } }),
    });
    newest().onmessage?.({
      data: JSON.stringify({ type: 'reply', id: a!.id, reply: { ok: true, result: 1 } }),
    });
    expect(await first).toEqual({ ok: true, result: 1 });
    expect(await second).toEqual({ ok: true, result: 2 });
    expect(timers.size).toBe(0);
  });

  it('renews its subscriptions after a reconnect and delivers pushes', () => {
    const bridge = start('t');
    const pushes: ApiPush[] = [];
    const end = bridge.subscribe('status', {}, (push) => pushes.push(push));
    newest().onopen?.();
    newest().onclose?.();
    expect(link).toMatchObject({ state: 'lost', nextTryAt: 1_500 });
    fire();
    newest().onopen?.();
    const subscribed = newest().sent.find(({ type }) => type === 'subscribe')!;
    const push = { topic: 'status', kind: 'snapshot', data: null };
    newest().onmessage?.({ data: JSON.stringify({ type: 'push', id: subscribed.id, push }) });
    expect(pushes).toEqual([push]);
    end();
    expect(newest().sent.at(-1)).toEqual({ type: 'unsubscribe', id: subscribed.id });
  });

  it('reconnects with exponential backoff up to 15 s', async () => {
    alive = false;
    start('t');
    const delays: number[] = [];
    for (let attempt = 0; attempt < 8; attempt++) {
      newest().onclose?.();
      await settle();
      delays.push([...timers][0]!.ms);
      fire();
    }
    expect(delays).toEqual([500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000]);
  });

  it('is refused when the server responds but closes the socket', async () => {
    start('wrong');
    newest().onclose?.();
    await settle();
    expect(link).toEqual({ state: 'refused' });
    expect(timers.size).toBe(0);
  });

  it('fails pending requests when the connection is lost', async () => {
    const bridge = start('t');
    newest().onopen?.();
    const reply = bridge.request('node.start', {});
    newest().onclose?.();
    expect(await reply).toMatchObject({ ok: false, error: { code: 'connection-lost' } });
  });

  it('ignores malformed messages', () => {
    start('t');
    newest().onopen?.();
    for (const data of ['', '{', 'null', '[]', '{"type":"push"}', '{"type":"reply","id":99,"reply":{}}', 7]) {
      newest().onmessage?.({ data });
    }
    expect(link).toEqual({ state: 'connected' });
  });
});
