import type { DesktopPlace } from '../../shared/model/desktop.ts';
import type { SettingKey } from '../../shared/settings-table.ts';
import { plainText } from '../events/plain-text.ts';

/** The setting that switches the notifications of a kind on and off. */
export const NOTICE_SETTINGS = {
  'no-peers': 'noticeNoPeers',
  port: 'noticePort',
  'static-node': 'noticeStaticNode',
  ban: 'noticeBan',
  failure: 'noticeFailure',
  fork: 'noticeFork',
} as const satisfies Record<string, SettingKey>;

/** What a notification is about. */
export type NoticeKind = keyof typeof NOTICE_SETTINGS;

/** Something that the user should know of. */
export interface Notice {
  readonly kind: NoticeKind;
  /** Names what it is about: a newer notice with the same key replaces one that waits. */
  readonly key: string;
  readonly title: string;
  /** The evidence, in one or two sentences. */
  readonly body: string;
  /** Where the window shows it. */
  readonly place: DesktopPlace;
}

/** A notification of the system: one notice, or several in one text. */
export interface Notification {
  readonly title: string;
  readonly body: string;
  /** Opened by a click. */
  readonly place: DesktopPlace;
}

/** BOUNDED: characters of a title and of a body; the services of the systems cut longer ones. */
const MAX_TITLE = 100;
const MAX_BODY = 400;

/** Characters of the markup that a notification service on Linux may read in a body, and what stands for them. */
const MARKUP: Readonly<Record<string, string>> = { '<': '‹', '>': '›', '&': '+' };

/** Text for a notification, which may come from the network: plain, on one line, without markup. */
function noticeText(text: string, max: number): string {
  return plainText(text, max).replace(/[<>&]/g, (mark) => MARKUP[mark] ?? '');
}

/** Creates a notice; its texts may come from the network. */
export function createNotice({ title, body, ...rest }: Notice): Notice {
  return { ...rest, title: noticeText(title, MAX_TITLE), body: noticeText(body, MAX_BODY) };
}

/** Notices that a merged text names; more are counted. */
const NAMED = 5;

/** One notification for notices that are shown together. @param omitted notices that are counted only */
export function mergeNotices(notices: readonly [Notice, ...Notice[]], omitted: number): Notification {
  const [first] = notices;
  const count = notices.length + omitted;
  if (count === 1) return { title: first.title, body: first.body, place: first.place };
  const named = notices.slice(0, NAMED).map(({ title }) => title);
  const more = count - named.length;
  const isOneKind = notices.every(({ kind }) => kind === first.kind);
  return {
    title: `${String(count)} notices from Enodeck`,
    body: [...named, ...(more > 0 ? [`and ${String(more)} more`] : [])].join('\n'),
    place: isOneKind && first.kind === 'ban' ? first.place : { view: 'overview' },
  };
}
