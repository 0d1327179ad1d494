import type { z } from 'zod';
import { boolean, type SettingSpec } from '../setting-spec.ts';

/** A setting of the desktop application: it has no flag, because it is about the desktop and not about a run of the node. */
const desktopSwitch = (
  spec: Pick<SettingSpec<z.ZodBoolean>, 'title' | 'help' | 'default'>,
): SettingSpec<z.ZodBoolean> => boolean({ ...spec, group: 'desktop', flag: null, restart: 'none' });

/** The group `desktop`: it has no effect in headless mode. */
export const DESKTOP_SETTINGS = {
  closeToTray: desktopSwitch({
    title: 'Close to tray',
    help: 'Closing the window hides it and the node keeps running. “Show” and “Quit” are in the tray menu.',
    default: false,
  }),
  noticeNoPeers: desktopSwitch({
    title: 'Notification: no peers',
    help: 'The node has been without a peer for 10 minutes.',
    default: true,
  }),
  noticePort: desktopSwitch({
    title: 'Notification: port not reached',
    help: 'No connection from outside in 15 minutes.',
    default: true,
  }),
  noticeStaticNode: desktopSwitch({
    title: 'Notification: static node',
    help: 'A static node has been disconnected for 2 minutes; then, that it is connected again.',
    default: true,
  }),
  noticeBan: desktopSwitch({
    title: 'Notification: ban by score',
    help: 'A node was banned because of its reputation score.',
    default: true,
  }),
  noticeFailure: desktopSwitch({
    title: 'Notification: node not running',
    help: 'The node stopped or did not start because of an error.',
    default: true,
  }),
  noticeFork: desktopSwitch({
    title: 'Notification: unknown fork',
    help: 'Peers are on a fork, or expect one, that this version does not know.',
    default: true,
  }),
} as const satisfies Record<string, SettingSpec>;
