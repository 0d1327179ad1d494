import { EventEmitter } from 'node:events';
import type { BrowserWindow } from 'electron';
import { expect, test } from 'vitest';
import { handleClose } from '../../../src-main/desktop/close-window.ts';

/** Closes a window as the user does. @returns what happened */
function close(platform: NodeJS.Platform, keepsInTray: boolean): string[] {
  const done: string[] = [];
  const window = Object.assign(new EventEmitter(), { hide: () => done.push('hide') });
  handleClose(window as unknown as BrowserWindow, {
    platform,
    keepsInTray: () => keepsInTray,
    quit: () => done.push('quit'),
  });
  const event = new Event('close', { cancelable: true });
  window.emit('close', event);
  return [...done, event.defaultPrevented ? 'stays' : 'closes'];
}

test('a closed window is hidden in the tray, or quits and stays until the end', () => {
  expect(close('linux', true)).toEqual(['hide', 'stays']);
  expect(close('darwin', true)).toEqual(['hide', 'stays']);
  expect(close('linux', false)).toEqual(['quit', 'stays']);
  expect(close('win32', false)).toEqual(['quit', 'stays']);
  expect(close('darwin', false)).toEqual(['closes']);
});
