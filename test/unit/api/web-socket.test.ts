import { beforeEach, describe, expect, test } from 'vitest';
import { createApiDispatcher, createHandlers } from '../../../src-main/api/handlers.ts';
import { Publisher } from '../../../src-main/api/publisher.ts';
import { MAX_WAITING } from '../../../src-main/api/reader-watch.ts';
import { serveSocket, type PageSocket } from '../../../src-main/api/web-socket.ts';
import { FakeBackend, peerRowOf } from '../../support/fake-backend.ts';
import { FakeSocket } from '../../support/fake-socket.ts';
import { recordedLog } from '../../support/recorded-log.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const id = 'ab'.repeat(32);
let clock: VirtualClock;
let backend: FakeBackend;
let publisher: Publisher;
let socket: FakeSocket;

beforeEach(() => {
  clock = new VirtualClock();
  backend = new FakeBackend();
  const { logger } = recordedLog();
  publisher = new Publisher(backend, clock, logger);
  socket = new FakeSocket();
  const api = createApiDispatcher(createHandlers(backend), logger);
  serveSocket(socket as unknown as PageSocket, { api, publisher, clock, logger });
});

describe('a page’s socket', () => {
  test('gets replies and pushes with the IDs that it chose', async () => {
    socket.say({ type: 'request', id: 7, name: 'settings.export', params: {} });
    socket.say({ type: 'subscribe', id: 8, topic: 'peers', params: {} });
    socket.say({ type: 'subscribe', id: 9, topic: 'nothing', params: {} });
    await clock.settle();
    const sent = socket.take();
    expect(sent.find((message) => message['id'] === 7)).toMatchObject({ type: 'reply', reply: { ok: true } });
    expect(sent.find((message) => message['id'] === 8)).toMatchObject({
      type: 'push',
      push: { topic: 'peers', kind: 'snapshot', data: [] },
    });
    expect(sent.find((message) => message['id'] === 9)).toMatchObject({
      type: 'reply',
      reply: { ok: false, error: { code: 'unknown-topic' } },
    });
  });

  test('may not subscribe to the commands to the desktop window', async () => {
    backend.pageCommands.send({ kind: 'open-place', place: { view: 'logs' } });
    socket.say({ type: 'subscribe', id: 3, topic: 'desktop.commands', params: {} });
    await clock.settle();
    expect(socket.take()).toMatchObject([
      { id: 3, type: 'reply', reply: { ok: false, error: { code: 'not-available' } } },
    ]);
  });

  test('gets no changes while it does not read, and a snapshot when it reads again', async () => {
    socket.say({ type: 'subscribe', id: 1, topic: 'peers', params: {} });
    await clock.settle();
    socket.take();
    socket.bufferedAmount = 2_000_000;
    backend.rows = [peerRowOf(id)];
    await clock.advance(5_000);
    expect(socket.take()).toEqual([]);
    socket.bufferedAmount = 0;
    await clock.advance(250);
    expect(socket.take()).toMatchObject([{ id: 1, push: { kind: 'snapshot', data: [{ id }] } }]);
  });

  test('is cut when it sends requests and never reads', async () => {
    socket.bufferedAmount = 20_000_000;
    socket.say({ type: 'request', id: 1, name: 'settings.export', params: {} });
    await clock.settle();
    expect(socket.ended).toEqual(['cut']);
  });

  test('is cut when it does not answer a ping, and its timers end with it', async () => {
    await clock.advance(30_000);
    expect(socket.pings).toBe(1);
    socket.emit('pong');
    await clock.advance(30_000);
    expect(socket.pings).toBe(2);
    await clock.advance(30_000);
    expect(socket.ended).toEqual(['cut']);
    expect(clock.pendingTimers).toBe(0);
  });

  test.each([
    ['of ASCII', 'x'.repeat(MAX_WAITING)],
    ['of few characters with many bytes', '語'.repeat(MAX_WAITING / 3 + 1)],
  ])('gets a refusal in place of an answer %s that exceeds what may be queued', async (_, text) => {
    backend.settings.export = () => ({ text, fileName: 'large' });
    socket.say({ type: 'request', id: 3, name: 'settings.export', params: {} });
    await clock.settle();
    expect(socket.take()).toEqual([
      {
        ...{ type: 'reply', id: 3 },
        reply: {
          ok: false,
          error: {
            ...{ code: 'invalid-parameters', field: null },
            message: expect.stringContaining('larger than the 64 MiB') as string,
          },
        },
      },
    ]);
    expect(socket.ended).toEqual([]);
  });

  test('may have at most 64 concurrent requests', async () => {
    for (let request = 0; request < 80; request += 1) {
      socket.say({ type: 'request', id: request, name: 'settings.export', params: {} });
    }
    await clock.settle();
    const refused = socket.take().filter((message) => !(message['reply'] as { ok: boolean }).ok);
    expect(refused).toHaveLength(16);
  });

  test('is closed when it sends an invalid message', async () => {
    socket.emit('message', Buffer.from('{"type":"request"}'));
    await clock.settle();
    expect(socket.ended).toEqual([1008]);
    expect(publisher.followed).toEqual([]);
  });
});
