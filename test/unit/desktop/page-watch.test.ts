import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { PageWatch } from '../../../src-main/desktop/page-watch.ts';

function build() {
  const changes: boolean[] = [];
  const watch = new PageWatch(
    (url) => url.startsWith('app://page'),
    (hasPage) => changes.push(hasPage),
  );
  const open = () => {
    const webContents = new EventEmitter();
    const window = Object.assign(new EventEmitter(), { webContents });
    watch.follow(window as never);
    return { window, load: (url: string) => webContents.emit('did-navigate', {}, url) };
  };
  return { watch, changes, open };
}

test('a window has its page from its opening, until another one replaces it', () => {
  const { watch, changes, open } = build();
  const { load } = open();
  load('app://page#/logs');
  expect(watch.hasPage).toBe(true);
  load('app://failed');
  expect(watch.hasPage).toBe(false);
  load('app://page');
  expect(changes).toEqual([false, true]);
});

test('the next window loads the page', () => {
  const { watch, open } = build();
  const { window, load } = open();
  load('app://failed');
  window.emit('closed');
  expect(watch.hasPage).toBe(true);
});
