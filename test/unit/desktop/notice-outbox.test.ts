import { beforeEach, expect, test } from 'vitest';
import {
  createNotice,
  mergeNotices,
  type Notice,
  type Notification,
} from '../../../src-main/desktop/notice.ts';
import {
  GATHER_MS,
  MAX_WAITING,
  NOTICE_INTERVAL_MS,
  NoticeOutbox,
} from '../../../src-main/desktop/notice-outbox.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

let clock: VirtualClock;
let shown: Notification[];
let seen: string | undefined;
let isOn: boolean;
let outbox: NoticeOutbox;

beforeEach(() => {
  clock = new VirtualClock();
  shown = [];
  seen = undefined;
  isOn = true;
  outbox = new NoticeOutbox({
    clock,
    isOn: () => isOn,
    isSeen: (notice) => notice.key === seen,
    show: (notification) => shown.push(notification),
  });
});

const notice = (key: string, title = key): Notice =>
  createNotice({ kind: 'failure', key, title, body: 'why', place: { view: 'logs' } });

test('a notice alone is shown as it is, after a short wait for others', async () => {
  outbox.add(notice('one'));
  await clock.advance(GATHER_MS - 1);
  expect(shown).toEqual([]);
  await clock.advance(1);
  expect(shown).toEqual([{ title: 'one', body: 'why', place: { view: 'logs' } }]);
  expect(clock.pendingTimers).toBe(0);
});

test('what comes up within a minute is one text that names five and counts the rest', async () => {
  outbox.add(notice('first'));
  await clock.advance(GATHER_MS);
  for (let index = 0; index < MAX_WAITING + 8; index += 1) outbox.add(notice(`n${String(index)}`));
  await clock.advance(NOTICE_INTERVAL_MS - 1);
  expect(shown).toHaveLength(1);
  await clock.advance(1);
  expect(shown[1]).toEqual({
    title: '40 notices from Enodeck',
    body: 'n0\nn1\nn2\nn3\nn4\nand 35 more',
    place: { view: 'overview' },
  });
  await clock.advance(10 * NOTICE_INTERVAL_MS);
  expect(shown).toHaveLength(2);
});

test('a newer notice of a matter replaces the one that waits', async () => {
  outbox.add(notice('a', 'old'));
  outbox.add(notice('a', 'new'));
  await clock.advance(GATHER_MS);
  expect(shown.map(({ title }) => title)).toEqual(['new']);
});

test('a withdrawn notice is not shown; one that was shown cannot be withdrawn', async () => {
  outbox.add(notice('a'));
  expect(outbox.withdraw('a')).toBe(true);
  await clock.advance(NOTICE_INTERVAL_MS);
  expect(shown).toEqual([]);
  outbox.add(notice('a'));
  await clock.advance(GATHER_MS);
  expect(outbox.withdraw('a')).toBe(false);
});

test('what the user looks at is not shown, and does not delay the next', async () => {
  seen = 'a';
  outbox.add(notice('a'));
  await clock.advance(GATHER_MS);
  outbox.add(notice('b'));
  await clock.advance(GATHER_MS);
  expect(shown.map(({ title }) => title)).toEqual(['b']);
});

test('a kind that is switched off while its notice waits is not shown', async () => {
  outbox.add(notice('a'));
  isOn = false;
  await clock.advance(GATHER_MS);
  outbox.add(notice('b'));
  await clock.advance(GATHER_MS);
  isOn = true;
  await clock.advance(NOTICE_INTERVAL_MS);
  expect(shown).toEqual([]);
});

test('texts from the network are plain, short and without markup', () => {
  const { title, body } = createNotice({
    ...notice('a', `<b>evil\u202e</b>\n${'x'.repeat(200)}`),
    body: `a & b ${'y'.repeat(900)}`,
  });
  expect(title).toMatch(/^‹b›evil {1}‹\/b› x+…$/);
  expect(title.length).toBe(100);
  expect(body).toMatch(/^a \+ b y+…$/);
  expect(body.length).toBe(400);
});

test('merged bans open the bans', () => {
  const ban = (key: string): Notice => ({ ...notice(key), kind: 'ban', place: { view: 'bans' } });
  expect(mergeNotices([ban('a'), ban('b')], 0).place).toEqual({ view: 'bans' });
  expect(mergeNotices([ban('a'), notice('b')], 0).place).toEqual({ view: 'overview' });
});
