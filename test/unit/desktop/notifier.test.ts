import { EventEmitter } from 'node:events';
import type { Notification as SystemNotification } from 'electron';
import { expect, test } from 'vitest';
import type { Notification } from '../../../src-main/desktop/notice.ts';
import { MAX_KEPT, Notifier } from '../../../src-main/desktop/notifier.ts';

const NOTICE: Notification = { title: 'No peers', body: 'for long', place: { view: 'why', id: null } };

function open(isSupported = true) {
  const shown: (EventEmitter & { texts: object })[] = [];
  const opened: Notification[] = [];
  const notifier = new Notifier({
    isSupported: () => isSupported,
    create: (texts) => {
      const fake = Object.assign(new EventEmitter(), { texts, show: () => shown.push(fake) });
      return fake as unknown as SystemNotification;
    },
    open: (notification) => opened.push(notification),
  });
  return { notifier, shown, opened };
}

test('a notification is shown, and a click opens its place', () => {
  const { notifier, shown, opened } = open();
  notifier.show(NOTICE);
  expect(shown[0]?.texts).toEqual({ title: 'No peers', body: 'for long' });
  shown[0]?.emit('click');
  expect(opened).toEqual([NOTICE]);
});

test('any number of notifications can be shown and closed', () => {
  const { notifier, shown, opened } = open();
  for (let count = 0; count < 3 * MAX_KEPT; count += 1) notifier.show(NOTICE);
  for (const notification of shown) notification.emit('close');
  shown.at(-1)?.emit('failed');
  expect(shown).toHaveLength(3 * MAX_KEPT);
  expect(opened).toEqual([]);
});

test('nothing is shown where the system has no service', () => {
  const { notifier, shown } = open(false);
  notifier.show(NOTICE);
  expect(shown).toEqual([]);
});
