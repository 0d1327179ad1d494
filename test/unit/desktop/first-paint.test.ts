import { EventEmitter } from 'node:events';
import type { BrowserWindow } from 'electron';
import { expect, test } from 'vitest';
import { firstPaint, FIRST_PAINT_MS } from '../../../src-main/desktop/first-paint.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

test.each(['ready-to-show', 'closed'])('the wait ends when the window is %s', async (event) => {
  const [window, clock] = [new EventEmitter(), new VirtualClock()];
  const painted = firstPaint(window as unknown as BrowserWindow, clock);
  window.emit(event);
  await painted;
  expect(clock.pendingTimers).toBe(0);
});

test('a window that does not paint is not waited for', async () => {
  const clock = new VirtualClock();
  let isOver = false;
  void firstPaint(new EventEmitter() as unknown as BrowserWindow, clock).then(() => (isOver = true));
  await clock.advance(FIRST_PAINT_MS - 1);
  expect(isOver).toBe(false);
  await clock.advance(1);
  expect(isOver).toBe(true);
});
