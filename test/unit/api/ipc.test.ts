import { EventEmitter } from 'node:events';
import type { IpcMain, WebContents, WebFrameMain } from 'electron';
import { beforeEach, describe, expect, test } from 'vitest';
import { API_CHANNELS } from '../../../shared/api-channels.ts';
import { createApiDispatcher, createHandlers } from '../../../src-main/api/handlers.ts';
import { serveIpc } from '../../../src-main/api/ipc.ts';
import { Publisher } from '../../../src-main/api/publisher.ts';
import { FakeBackend } from '../../support/fake-backend.ts';
import { recordedLog } from '../../support/recorded-log.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

interface Frame {
  url: string;
}

class FakeContents extends EventEmitter {
  readonly mainFrame: Frame = { url: 'app://enodeck/index.html' };
  readonly sent: unknown[][] = [];
  isGone = false;
  isDestroyed(): boolean {
    return this.isGone;
  }
  send(...message: unknown[]): void {
    this.sent.push(message);
  }
}

type Handler = (event: object, ...values: unknown[]) => unknown;

/** The used part of Electron's ipcMain: one handler per channel for `invoke`, listeners for `send`. */
class FakeIpcMain extends EventEmitter {
  readonly handlers = new Map<string, Handler>();
  handle(channel: string, handler: Handler): void {
    if (this.handlers.has(channel)) throw new Error('a second handler');
    this.handlers.set(channel, handler);
  }
  removeHandler(channel: string): void {
    this.handlers.delete(channel);
  }
}

let ipcMain: FakeIpcMain;
let contents: FakeContents;
let backend: FakeBackend;
let publisher: Publisher;
let clock: VirtualClock;
let lines: ReturnType<typeof recordedLog>['lines'];
let isVisible: boolean;
let end: () => void;

beforeEach(() => {
  ipcMain = new FakeIpcMain();
  contents = new FakeContents();
  backend = new FakeBackend();
  clock = new VirtualClock();
  isVisible = true;
  const log = recordedLog();
  lines = log.lines;
  publisher = new Publisher(backend, clock, log.logger);
  end = serveIpc({
    ipcMain: ipcMain as unknown as IpcMain,
    api: createApiDispatcher(createHandlers(backend), log.logger),
    publisher,
    logger: log.logger,
    // As in main.ts: the main frame of the window, which currently shows the application's page.
    isTrustedFrame: (frame: WebFrameMain | null) =>
      frame === (contents.mainFrame as unknown) && frame?.url.startsWith('app://enodeck/') === true,
    isVisible: () => isVisible,
  });
});

const eventOf = (frame: Frame | null): object => ({
  sender: contents as unknown as WebContents,
  senderFrame: frame,
});
const invoke = async (frame: Frame | null, ...values: unknown[]): Promise<unknown> =>
  ipcMain.handlers.get(API_CHANNELS.request)?.(eventOf(frame), ...values);
const send = (channel: string, frame: Frame | null, ...values: unknown[]): void => {
  ipcMain.emit(channel, eventOf(frame), ...values);
};
const subscribe = (frame: Frame | null, ...values: unknown[]): void => {
  send(API_CHANNELS.subscribe, frame, ...values);
};
const refusals = (): number => lines.filter(({ message }) => message === 'an IPC call was refused').length;

describe('a call of the window’s own page', () => {
  test('is answered', async () => {
    expect(await invoke(contents.mainFrame, 'settings.export', {})).toMatchObject({ ok: true });
    expect(refusals()).toBe(0);
  });

  test('subscribes and gets pushes until it unsubscribes', () => {
    subscribe(contents.mainFrame, 3, 'peers', {});
    const [[channel, id, text] = []] = contents.sent;
    expect([channel, id]).toEqual([API_CHANNELS.push, 3]);
    expect(JSON.parse(String(text))).toMatchObject({ topic: 'peers', kind: 'snapshot', data: [] });
    send(API_CHANNELS.unsubscribe, contents.mainFrame, 3);
    expect(publisher.followed).toEqual([]);
  });

  test('gets no pushes while the window is not visible, or after it is destroyed', async () => {
    isVisible = false;
    subscribe(contents.mainFrame, 3, 'peers', {});
    await clock.advance(5_000);
    expect(contents.sent).toEqual([]);
    isVisible = true;
    contents.isGone = true;
    await clock.advance(5_000);
    expect(contents.sent).toEqual([]);
  });
});

describe('a call of any other frame', () => {
  const others: readonly (readonly [string, () => Frame | null])[] = [
    ['a frame of another origin', () => ({ url: 'https://evil.example/' })],
    ['a subframe with the same URL', () => ({ url: 'app://enodeck/index.html' })],
    [
      'the window’s frame after a navigation to another page',
      () => {
        contents.mainFrame.url = 'data:text/html,x';
        return contents.mainFrame;
      },
    ],
    ['a destroyed frame', () => null],
  ];

  test.each(others)('is refused before its arguments are read: %s', async (_name, frame) => {
    const caller = frame();
    backend.rows = [];
    expect(await invoke(caller, 'settings.export', {})).toEqual({
      ok: false,
      error: { code: 'unknown-request', message: 'This page may not send requests.', field: null },
    });
    subscribe(caller, 1, 'peers', {});
    send(API_CHANNELS.unsubscribe, caller, 1);
    expect(publisher.followed).toEqual([]);
    expect(contents.sent).toEqual([]);
    expect(refusals()).toBe(3);
  });
});

describe('a call with wrong arguments', () => {
  test.each([
    [[]],
    [['settings.export']],
    [['settings.export', {}, 1]],
    [[7, {}]],
    [['x'.repeat(65), {}]],
    [[{ toString: () => 'settings.export' }, {}]],
    [['nodes.add', { list: 'static' }]],
    [['nodes.add', null]],
  ])('is refused: %j', async (values) => {
    const reply = (await invoke(contents.mainFrame, ...values)) as { ok: boolean; error: { code: string } };
    expect(reply).toMatchObject({ ok: false, error: { code: 'invalid-parameters' } });
  });

  test.each(['nope', '__proto__', 'constructor', 'toString'])(
    'is refused because the request is unknown: %s',
    async (name) => {
      expect(await invoke(contents.mainFrame, name, {})).toMatchObject({
        ok: false,
        error: { code: 'unknown-request' },
      });
    },
  );

  test.each([
    [[]],
    [[1, 'peers']],
    [[-1, 'peers', {}]],
    [[1.5, 'peers', {}]],
    [['1', 'peers', {}]],
    [[1, 'nothing', {}]],
    [[1, '__proto__', {}]],
    [[1, 'peers', 7]],
    [[1, 'peers', {}, 1]],
  ])('subscribes to nothing: %j', (values) => {
    subscribe(contents.mainFrame, ...values);
    expect(publisher.followed).toEqual([]);
    expect(refusals()).toBe(1);
  });

  test('unsubscribes nothing', () => {
    subscribe(contents.mainFrame, 1, 'peers', {});
    for (const values of [[], ['1'], [1, 2], [-1]])
      send(API_CHANNELS.unsubscribe, contents.mainFrame, ...values);
    expect(publisher.followed).toEqual(['peers']);
    expect(refusals()).toBe(4);
  });
});

describe('the subscriptions of a page', () => {
  beforeEach(() => {
    subscribe(contents.mainFrame, 1, 'peers', {});
    expect(publisher.followed).toEqual(['peers']);
  });

  test.each([
    ['navigates', 'did-start-navigation', { isMainFrame: true, isSameDocument: false }],
    ['crashes', 'render-process-gone', {}],
    ['is destroyed', 'destroyed', {}],
  ])('end when it %s', (_name, event, details) => {
    contents.emit(event, details);
    expect(publisher.followed).toEqual([]);
  });

  test.each([
    ['a subframe navigates', { isMainFrame: false, isSameDocument: false }],
    ['only its URL fragment changes', { isMainFrame: true, isSameDocument: true }],
  ])('continue when %s', (_name, details) => {
    contents.emit('did-start-navigation', details);
    expect(publisher.followed).toEqual(['peers']);
  });

  test('and all handlers end with the service', () => {
    end();
    expect(publisher.followed).toEqual([]);
    expect(ipcMain.handlers.size).toBe(0);
    expect(ipcMain.eventNames()).toEqual([]);
  });
});

test('only the three channels have handlers', () => {
  expect([...ipcMain.handlers.keys(), ...ipcMain.eventNames()].sort()).toEqual(
    [API_CHANNELS.request, API_CHANNELS.subscribe, API_CHANNELS.unsubscribe].sort(),
  );
});
