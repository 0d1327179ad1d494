import { EventEmitter } from 'node:events';
import type { BrowserWindow, WebContents, WebFrameMain } from 'electron';
import { beforeEach, expect, test } from 'vitest';
import { WindowOwner } from '../../../src-main/desktop/window-owner.ts';

class FakeWindow extends EventEmitter {
  readonly webContents = { isLoading: () => this.loading, mainFrame: { url: 'app://enodeck/index.html' } };
  loading = true;
  visible = false;
  minimized = false;
  isVisible = (): boolean => this.visible;
  isMinimized = (): boolean => this.minimized;
}

let opened: FakeWindow[];
let calls: string[];
/** What the system's dialog was opened with, and the path that the user chooses; empty to cancel. */
let asked: unknown[];
let path: string;
let owner: WindowOwner;

beforeEach(() => {
  opened = [];
  calls = [];
  path = '';
  owner = new WindowOwner({
    open: () => {
      const window = new FakeWindow();
      opened.push(window);
      return window as unknown as BrowserWindow;
    },
    focus: () => calls.push('focus'),
    remember: () => calls.push('remember'),
    shown: () => calls.push('shown'),
    dialog: {
      showOpenDialog: (...args: unknown[]) => {
        asked = args;
        return Promise.resolve({ canceled: path === '', filePaths: path === '' ? [] : [path] });
      },
      showSaveDialog: (...args: unknown[]) => {
        asked = args;
        return Promise.resolve({ canceled: path === '', filePath: path });
      },
      showMessageBox: (...args: unknown[]) => {
        asked = args;
        return Promise.resolve({ response: 0, checkboxChecked: false });
      },
    },
  });
});

const shown = (): FakeWindow => {
  owner.show();
  const window = opened.at(-1);
  if (window === undefined) throw new Error('no window');
  return window;
};
const seen = (window: FakeWindow): boolean => owner.isSeen(window.webContents as unknown as WebContents);
const own = (frame: object | null): boolean => owner.isOwnFrame(frame as WebFrameMain | null);

test('tells when its window is visible again', () => {
  const window = shown();
  window.emit('show');
  expect(calls).toEqual(['shown']);
  window.emit('restore');
  expect(calls).toEqual(['shown', 'shown']);
});

test('opens one window, focuses it, and opens another when it is closed', () => {
  const window = shown();
  owner.show();
  expect(opened).toHaveLength(1);
  expect(calls).toEqual(['focus']);
  window.emit('closed');
  expect(owner.current).toBeUndefined();
  expect(shown()).not.toBe(window);
});

test('the page is seen while it loads, and then while the window is visible and not minimized', () => {
  const window = shown();
  expect(seen(window)).toBe(true);
  window.loading = false;
  expect(seen(window)).toBe(false);
  window.visible = true;
  expect(seen(window)).toBe(true);
  window.minimized = true;
  expect(seen(window)).toBe(false);
});

test('no other page is seen', () => {
  shown();
  const other = new FakeWindow();
  other.visible = true;
  expect(seen(other)).toBe(false);
});

test('only the main frame of the window is its own, and only while it shows the page', () => {
  const { mainFrame } = shown().webContents;
  expect(own(mainFrame)).toBe(true);
  expect(own({ url: mainFrame.url })).toBe(false);
  expect(own(null)).toBe(false);
  mainFrame.url = 'https://example.org/';
  expect(own(mainFrame)).toBe(false);
});

test('a dialog that the user cancels gives no path', async () => {
  expect(await owner.choosePath('file', 'Choose')).toBeUndefined();
  expect(await owner.chooseTarget('Save', 'a.zip')).toBeUndefined();
});

test('a dialog of the system gives the path that the user chooses', async () => {
  path = '/b.zip';
  expect(await owner.choosePath('file', 'Choose')).toBe('/b.zip');
  expect(asked).toMatchObject([{ title: 'Choose' }]);
  expect(await owner.chooseTarget('Save', 'a.zip')).toBe('/b.zip');
  expect(asked).toEqual([{ title: 'Save', defaultPath: 'a.zip' }]);
});

test('a dialog of the system is over the window, where there is one', async () => {
  await owner.tell('error', 'message', 'detail');
  expect(asked).toMatchObject([{ type: 'error', message: 'message', detail: 'detail' }]);
  const window = shown();
  await owner.tell('info', 'message', 'detail');
  expect(asked).toMatchObject([window, { type: 'info' }]);
  await owner.chooseTarget('Save', 'a.zip');
  expect(asked[0]).toBe(window);
  await owner.choosePath('folder', 'Choose');
  expect(asked[0]).toBe(window);
});

test('remembers the position of an open window only', () => {
  owner.remember();
  expect(calls).toEqual([]);
  shown();
  owner.remember();
  expect(calls).toEqual(['remember']);
});
