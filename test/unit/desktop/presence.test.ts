import { beforeEach, describe, expect, test } from 'vitest';
import type { LoginItemView } from '../../../shared/model/desktop.ts';
import type { NodeStatus } from '../../../shared/model/node.ts';
import type { NodeSettings } from '../../../shared/settings-table.ts';
import { DEFAULT_SETTINGS } from '../../../shared/settings-table.ts';
import type { NodeEvent } from '../../../src-main/events/events.ts';
import type { PossibleActions } from '../../../src-main/desktop/node-actions.ts';
import type { Notification } from '../../../src-main/desktop/notice.ts';
import {
  EARLY_CHECKS,
  FACTS_MS,
  LOGIN_ITEM_MS,
  Presence,
  STOPPING_MS,
  TRAY_CHECK_MS,
} from '../../../src-main/desktop/presence.ts';
import type { TrayAction, TrayView } from '../../../src-main/desktop/tray-view.ts';
import { GATHER_MS } from '../../../src-main/desktop/notice-outbox.ts';
import { FakeBackend } from '../../support/fake-backend.ts';
import { recordedLog } from '../../support/recorded-log.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

let clock: VirtualClock;
let phase: NodeStatus['phase'];
let settings: NodeSettings;
let hasHost: boolean;
let seesPlaces: boolean;
let isVisible: boolean;
let hidden: boolean;
let views: TrayView[];
let act: ((action: TrayAction) => void) | undefined;
let calls: string[];
let titles: (number | undefined)[];
let told: Notification[];
let offered: PossibleActions[];
let item: LoginItemView;
let refuses: boolean;
let fault: Error | undefined;
let logged: ReturnType<typeof recordedLog>;
let listeners: Set<(event: NodeEvent, at: number) => void>;
const quit = { hasBegun: false };
const status = { ...new FakeBackend().status(), peers: { ...new FakeBackend().status().peers, total: 12 } };

beforeEach(() => {
  clock = new VirtualClock();
  phase = 'running';
  settings = { ...DEFAULT_SETTINGS, closeToTray: true };
  [hasHost, isVisible, hidden, refuses, seesPlaces] = [true, true, false, false, false];
  [views, calls, titles, told, offered] = [[], [], [], [], []];
  [act, fault] = [undefined, undefined];
  logged = recordedLog();
  item = { state: 'off', note: null };
  listeners = new Set();
  quit.hasBegun = false;
});

function open(): Presence {
  const presence = new Presence({
    ...{ clock, hidden, quit },
    program: {
      backend: {
        status: () => ({ ...status, phase }),
        trafficNow: () => ({
          ...{ bytesInPerSecond: 0, bytesOutPerSecond: 0, bytesInTotal: 0, bytesOutTotal: 0 },
          ...{ packetsInPerSecond: 0, packetsOutPerSecond: 0 },
        }),
        lists: { find: () => undefined },
      },
      api: {
        call: async (name) => {
          calls.push(name);
          const message = name === 'node.start' ? 'the port is in use' : fault?.message;
          if (message === undefined) return { ok: true, result: null };
          return { ok: false, error: { code: 'address-in-use', message, field: null } };
        },
      },
      settings: { current: () => settings },
      events: {
        subscribe: (listener) => {
          listeners.add(listener);
          return () => listeners.delete(listener);
        },
      },
      logger: logged.logger,
      stopProgress: () => ({ left: ['sessions', 'database'], sessions: 3 }),
    },
    window: {
      isVisible: () => isVisible,
      show: () => {
        isVisible = true;
        calls.push('show');
      },
      hide: () => {
        isVisible = false;
        calls.push('hide');
      },
      sees: () => seesPlaces,
      showPeers: (peers) => titles.push(peers),
    },
    loginItem: {
      read: async () => {
        if (fault !== undefined) throw fault;
        return item;
      },
      set: async (on) => {
        if (refuses) throw new Error('EROFS: read-only file system');
        item = { state: on ? 'on' : 'off', note: null };
      },
    },
    hasTrayHost: async () => {
      if (fault !== undefined) throw fault;
      return hasHost;
    },
    openTray: (view, onAction) => {
      views.push(view);
      act = onAction;
      calls.push('open tray');
      return {
        update: (next) => views.push(next),
        destroy: () => calls.push('destroy tray'),
      };
    },
    notify: (notification) => told.push(notification),
    offerActions: (possible) => offered.push(possible),
    quitApplication: () => calls.push('quit'),
  });
  presence.start();
  return presence;
}

const emit = (event: NodeEvent): void => {
  for (const listener of listeners) listener(event, clock.now());
};

describe('the tray', () => {
  test('is opened where the desktop has one, and does what its menu says', async () => {
    const presence = open();
    expect(presence.keepsInTray()).toBe(false);
    await clock.settle();
    expect(presence.keepsInTray()).toBe(true);
    for (const action of ['hide', 'show', 'stop', 'start', 'quit'] as const) act?.(action);
    await clock.settle();
    expect(calls).toEqual(['open tray', 'hide', 'show', 'node.stop', 'node.start', 'quit']);
    presence.stop();
    expect(calls.at(-1)).toBe('destroy tray');
    expect(clock.pendingTimers).toBe(0);
    expect(listeners.size).toBe(0);
    titles.length = 0;
    presence.windowChanged();
    expect(titles).toEqual([]);
  });

  test('does not keep the window when the setting is off, or while the application quits', async () => {
    const presence = open();
    await clock.settle();
    settings = { ...settings, closeToTray: false };
    expect(presence.keepsInTray()).toBe(false);
    settings = { ...settings, closeToTray: true };
    quit.hasBegun = true;
    expect(presence.keepsInTray()).toBe(false);
  });

  test('that goes away brings a hidden window back, and comes back itself', async () => {
    const presence = open();
    await clock.settle();
    isVisible = false;
    hasHost = false;
    await clock.advance(TRAY_CHECK_MS);
    expect(calls).toEqual(['open tray', 'destroy tray', 'show']);
    expect(presence.status().hasTray).toBe(false);
    expect(presence.keepsInTray()).toBe(false);
    hasHost = true;
    await clock.advance(2 * TRAY_CHECK_MS);
    expect(presence.status().hasTray).toBe(true);
  });

  test.each([
    ['without one', undefined],
    ['where it cannot be asked for', new Error('the bus is broken')],
  ])('is awaited after a hidden start; %s the window is shown', async (_case, error) => {
    [hasHost, isVisible, hidden, fault] = [false, false, true, error];
    open();
    await clock.advance(EARLY_CHECKS.untilMs - 1);
    expect(calls).toEqual([]);
    await clock.advance(TRAY_CHECK_MS);
    expect(calls).toEqual(['show']);
  });

  test('that comes late after a hidden start leaves the window hidden', async () => {
    [hasHost, isVisible, hidden] = [false, false, true];
    open();
    await clock.advance(EARLY_CHECKS.untilMs / 2);
    hasHost = true;
    await clock.advance(10 * TRAY_CHECK_MS);
    expect(calls).toEqual(['open tray']);
  });

  test('that cannot be asked for is logged once, and asked for again', async () => {
    fault = new Error('the bus is broken');
    const presence = open();
    await clock.advance(5 * EARLY_CHECKS.intervalMs);
    expect(logged.lines.map(({ level, message }) => `${level} ${message}`)).toEqual([
      'warn the tray is not available',
    ]);
    fault = undefined;
    await clock.advance(EARLY_CHECKS.intervalMs);
    expect(presence.status().hasTray).toBe(true);
  });

  test('says in the log why the node did not stop', async () => {
    open();
    await clock.settle();
    fault = new Error('the database is busy');
    act?.('stop');
    await clock.settle();
    expect(logged.lines).toMatchObject([
      { level: 'error', message: 'the node did not stop', fields: { reason: 'the database is busy' } },
    ]);
  });

  test('follows the phase at once, other facts every few seconds, and the window', async () => {
    const presence = open();
    await clock.settle();
    views.length = 0;
    await clock.advance(FACTS_MS);
    expect(views).toHaveLength(1);
    expect(titles.at(-1)).toBe(12);
    phase = 'stopped';
    emit({ type: 'node/phase', phase: 'stopped' });
    await clock.advance(0);
    expect(views.at(-1)?.icon).toBe('stopped');
    expect(titles.at(-1)).toBeUndefined();
    isVisible = false;
    presence.windowChanged();
    expect(views.at(-1)?.actions[0]?.action).toBe('show');
  });
});

test('the menu offers what can be done with the node, as soon as its phase changes', async () => {
  const presence = open();
  expect(offered.at(-1)).toEqual({ start: false, stop: true, restart: true });
  phase = 'failed';
  emit({ type: 'node/phase', phase: 'failed', code: 'port-in-use', reason: 'Port 1 is in use.' });
  await clock.advance(0);
  expect(offered.at(-1)).toEqual({ start: true, stop: false, restart: false });
  quit.hasBegun = true;
  presence.windowChanged();
  expect(offered.at(-1)).toEqual({ start: false, stop: false, restart: false });
});

describe('a slow stop', () => {
  test('is in the status, and the tray follows it', async () => {
    const presence = open();
    await clock.settle();
    expect(presence.status().stopping).toBeNull();
    phase = 'stopping';
    presence.stopIsSlow();
    expect(presence.status().stopping).toEqual({ left: ['sessions', 'database'], sessions: 3 });
    expect(views.at(-1)?.tooltip).toBe('Enodeck · Stopping: sessions');
    const before = views.length;
    await clock.advance(4 * STOPPING_MS);
    expect(views.length - before).toBe(4);
  });
});

describe('the start at login', () => {
  test('is what the system has, also when it was changed elsewhere', async () => {
    const presence = open();
    presence.status();
    await clock.settle();
    expect(presence.status().loginItem.state).toBe('off');
    expect(await presence.startAtLogin(true)).toEqual({ state: 'on', note: null });
    expect(presence.status().loginItem.state).toBe('on');
    item = { state: 'off', note: null };
    await clock.advance(LOGIN_ITEM_MS);
    presence.status();
    await clock.settle();
    expect(presence.status().loginItem.state).toBe('on');
    await clock.advance(1);
    presence.status();
    await clock.settle();
    expect(presence.status().loginItem.state).toBe('off');
  });

  test('that cannot be read is said with the reason', async () => {
    fault = new Error('no rights');
    const presence = open();
    presence.status();
    await clock.settle();
    expect(presence.status().loginItem).toEqual({
      state: 'unavailable',
      note: { kind: 'unreadable', reason: 'no rights' },
    });
  });

  test('that the system refuses has the reason', async () => {
    refuses = true;
    await expect(open().startAtLogin(true)).rejects.toMatchObject({
      code: 'not-available',
      message: 'The system refused: EROFS: read-only file system.',
    });
  });
});

test('a notification whose place the window shows is not told', async () => {
  seesPlaces = true;
  open();
  emit({ type: 'node/phase', phase: 'failed', code: 'port-in-use', reason: 'Port 1 is in use.' });
  await clock.advance(600_000);
  expect(told).toEqual([]);
});

test('notifications have their switches, and are told to the system', async () => {
  open();
  emit({ type: 'node/phase', phase: 'failed', code: 'port-in-use', reason: 'Port 1 is in use.' });
  await clock.advance(GATHER_MS);
  expect(told.map(({ body }) => body)).toEqual(['Port 1 is in use.']);
  settings = { ...settings, noticeFailure: false };
  emit({ type: 'node/phase', phase: 'failed', code: 'port-in-use', reason: 'Port 2 is in use.' });
  await clock.advance(600_000);
  expect(told).toHaveLength(1);
});
