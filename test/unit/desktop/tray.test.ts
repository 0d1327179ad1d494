import { EventEmitter } from 'node:events';
import type { MenuItemConstructorOptions, NativeImage, Tray } from 'electron';
import { beforeEach, describe, expect, test } from 'vitest';
import { MENU_INTERVAL_MS, TrayIcon } from '../../../src-main/desktop/tray.ts';
import { trayViewOf, type TrayFacts } from '../../../src-main/desktop/tray-view.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const FACTS: TrayFacts = {
  ...{ phase: 'running', network: 'mainnet', isWindowVisible: true, stopping: undefined },
  peers: { total: 2, inbound: 1, outbound: 1 },
  traffic: { bytesInPerSecond: 100, bytesOutPerSecond: 0 },
};
const viewWith = (change: Partial<TrayFacts>) => trayViewOf({ ...FACTS, ...change });

let clock: VirtualClock;
let calls: string[];
let menu: MenuItemConstructorOptions[];
let tray: EventEmitter;
const acted: string[] = [];

beforeEach(() => {
  clock = new VirtualClock();
  calls = [];
  acted.length = 0;
});

function open(platform: NodeJS.Platform): TrayIcon {
  const fake = Object.assign(new EventEmitter(), {
    setImage: (icon: string) => calls.push(`icon ${icon}`),
    setToolTip: (text: string) => calls.push(`tooltip ${text}`),
    destroy: () => calls.push('destroy'),
  });
  tray = fake;
  return new TrayIcon(viewWith({}), {
    clock,
    createTray: (icon) => {
      calls.push(`tray ${icon as unknown as string}`);
      return fake as unknown as Tray;
    },
    readIcon: (path) => path as unknown as NativeImage,
    setMenu: (_tray, template) => {
      menu = template;
      calls.push('menu');
    },
    ...{ folder: '/icons', platform },
    act: (action) => acted.push(action),
  });
}

describe('the tray icon', () => {
  test('is updated only where the view differs, and its menu at a bounded rate', async () => {
    const icon = open('linux');
    expect(calls).toEqual(['tray /icons/running.png', expect.stringMatching(/^tooltip /), 'menu']);
    calls.length = 0;
    icon.update(viewWith({}));
    expect(calls).toEqual([]);
    icon.update(viewWith({ traffic: { bytesInPerSecond: 5_000, bytesOutPerSecond: 0 } }));
    expect(calls).toEqual([expect.stringMatching(/5\.0 kB\/s in/)]);
    await clock.advance(MENU_INTERVAL_MS);
    icon.update(viewWith({ traffic: { bytesInPerSecond: 5_000, bytesOutPerSecond: 0 } }));
    expect(calls.slice(1)).toEqual(['menu']);
    calls.length = 0;
    icon.update(viewWith({ phase: 'stopped' }));
    expect(calls).toEqual(['icon /icons/stopped.png', 'tooltip Enodeck · mainnet: stopped', 'menu']);
    icon.destroy();
    expect(calls.at(-1)).toBe('destroy');
  });

  test('has the facts as disabled items, and actions', () => {
    open('linux');
    expect(menu.map(({ label, enabled }) => (enabled === false ? `(${String(label)})` : label))).toEqual([
      ...['(mainnet: running)', '(2 peers: 1 in, 1 out)', '(100 B/s in, 0 B/s out)', undefined],
      ...['Hide', 'Stop the node', 'Quit'],
    ]);
    for (const item of menu) (item.click as (() => void) | undefined)?.();
    tray.emit('click');
    expect(acted).toEqual(['hide', 'stop', 'quit', 'show']);
  });

  test('has the form of icon of each system', () => {
    open('darwin');
    expect(calls[0]).toBe('tray /icons/runningTemplate.png');
    expect(tray.listenerCount('click')).toBe(0);
    calls.length = 0;
    open('win32');
    expect(calls[0]).toBe('tray /icons/running.ico');
  });
});
