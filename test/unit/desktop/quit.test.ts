import { EventEmitter } from 'node:events';
import type { App } from 'electron';
import { beforeEach, expect, test } from 'vitest';
import { quitInOrder, SLOW_STOP_MS, STOP_LIMIT_MS, type Quit } from '../../../src-main/desktop/quit.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

/** Electron's quit: `before-quit` can prevent it, `exit` ends the process without it. */
class FakeApp extends EventEmitter {
  readonly exits: number[] = [];
  quit(): void {
    const event = new Event('before-quit', { cancelable: true });
    this.emit('before-quit', event);
    if (!event.defaultPrevented) this.exits.push(-1);
  }
  exit(code: number): void {
    this.exits.push(code);
  }
}

interface Stop {
  readonly done: () => void;
  readonly fail: (error: Error) => void;
}

let app: FakeApp;
let system: EventEmitter & { platform: NodeJS.Platform };
let stops: Stop[];
let exitCode: number;
let clock: VirtualClock;
let said: string[];
let quit: Quit;

beforeEach(() => {
  app = new FakeApp();
  system = Object.assign(new EventEmitter(), { platform: 'linux' as const });
  stops = [];
  exitCode = 0;
  clock = new VirtualClock();
  said = [];
  quit = quitInOrder(app as unknown as App, system as unknown as NodeJS.Process, {
    clock,
    stop: () =>
      new Promise<void>((done, fail) => {
        stops.push({ done, fail });
      }),
    onSlow: () => said.push('slow'),
    left: () => ['sessions', 'database'],
    complain: (line) => said.push(line),
    exitCode: () => exitCode,
  });
});

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'])(
  '%s stops the node once, then the process ends',
  async (signal) => {
    system.emit(signal);
    system.emit(signal);
    expect(stops).toHaveLength(1);
    expect(app.exits).toEqual([]);
    stops[0]?.done();
    await Promise.resolve();
    expect(app.exits).toEqual([0]);
  },
);

test('the process also ends when the node does not stop without an error', async () => {
  app.quit();
  stops[0]?.fail(new Error('the disk is full'));
  await Promise.resolve();
  expect(app.exits).toEqual([0]);
});

test('the exit code is that of the moment when the node has stopped', async () => {
  app.quit();
  exitCode = 1;
  stops[0]?.done();
  await Promise.resolve();
  expect(app.exits).toEqual([1]);
});

test('the last closed window quits, except on macOS', () => {
  app.emit('window-all-closed');
  expect(stops).toHaveLength(1);
  system.platform = 'darwin';
  app.emit('window-all-closed');
  expect(stops).toHaveLength(1);
});

test('a stop within a second shows nothing, and leaves no timer', async () => {
  expect(quit.hasBegun).toBe(false);
  app.quit();
  expect(quit.hasBegun).toBe(true);
  await clock.advance(SLOW_STOP_MS - 1);
  stops[0]?.done();
  await clock.advance(2 * STOP_LIMIT_MS);
  expect(said).toEqual([]);
  expect(clock.pendingTimers).toBe(0);
});

test('a slow stop is shown, and a second quit does not shorten it', async () => {
  app.quit();
  await clock.advance(SLOW_STOP_MS);
  expect(said).toEqual(['slow']);
  app.quit();
  system.emit('SIGTERM');
  await clock.advance(STOP_LIMIT_MS - SLOW_STOP_MS - 1);
  expect(app.exits).toEqual([]);
  stops[0]?.done();
  await clock.settle();
  expect(app.exits).toEqual([0]);
  expect(said).toEqual(['slow']);
});

test('a stop that does not end is ended after the limit, and what was left is said', async () => {
  app.quit();
  await clock.advance(STOP_LIMIT_MS);
  expect(said).toEqual(['slow', 'Enodeck ends after 20 s. Not stopped: sessions, database.']);
  expect(app.exits).toEqual([1]);
});
