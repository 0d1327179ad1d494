import type { SettingKey } from '../settings-table.ts';
import type { NodeListName } from './node-list.ts';
import type { TableProtocol } from './table.ts';

/*
 * What the desktop application asks of its page. Menus, links, opened files, notifications and the tray send commands; the
 * page executes each once, also one that was sent before it was loaded.
 */

/** BOUNDED: nodes of one `preview-nodes` command. */
export const MAX_PREVIEW_TEXTS = 64;

/** A place of the window: a view, and what it shows there. Node IDs are 64 hex digits. */
export type DesktopPlace =
  | { readonly view: 'overview' | 'sessions' | 'inspector' | 'bans' | 'logs' | 'identity' }
  | { readonly view: 'peers' | 'why' | 'known'; readonly id: string | null }
  | { readonly view: 'doctor'; readonly tab: 'node' | 'own' }
  | { readonly view: 'discovery'; readonly tab: TableProtocol | 'dns' | 'crawl' | null }
  | { readonly view: 'nodes'; readonly list: NodeListName | null }
  | { readonly view: 'settings'; readonly key: SettingKey | null };

/** Commands of the window's palette that the application's menu runs, by their IDs in the palette. */
export const MENU_COMMANDS = [
  'node.add',
  'node.start',
  'node.stop',
  'node.restart',
  'copy.enode',
  'copy.enr',
  'toml',
  'export.static',
  'export.toml',
  'palette',
  'filter',
  'keys',
  'about',
  'problem',
  'theme.system',
  'theme.light',
  'theme.dark',
] as const;
/** One of MENU_COMMANDS. */
export type MenuCommand = (typeof MENU_COMMANDS)[number];

/** A file that the user opened; `desktop.openFile` has its text. */
export interface OpenedFile {
  readonly id: number;
  /** The name without its folder, at most 256 characters. */
  readonly name: string;
}

/** One command to the page. */
export type DesktopCommand =
  | { readonly kind: 'open-place'; readonly place: DesktopPlace }
  | { readonly kind: 'run'; readonly command: MenuCommand }
  /** Shows nodes, each an enode URL or a record, before anything is done with them. */
  | { readonly kind: 'preview-nodes'; readonly texts: readonly string[] }
  | { readonly kind: 'preview-file'; readonly file: OpenedFile }
  /** Says in a sentence why a link or a file was not opened. */
  | { readonly kind: 'refuse'; readonly reason: string };

/** A command that the page has not executed; numbers grow. */
export interface PendingCommand {
  readonly seq: number;
  readonly command: DesktopCommand;
}

/** Whether Enodeck starts when the user logs in, as the system has it. */
export interface LoginItemView {
  readonly state: 'on' | 'off' | 'unavailable';
  readonly note: LoginItemNote | null;
}

/** What to know about a login item. */
export type LoginItemNote =
  /** The system's entry starts another copy of the program. */
  | { readonly kind: 'other-copy'; readonly command: string }
  /** The system starts it only after the user has allowed it in the system's settings. */
  | { readonly kind: 'needs-approval' }
  /** The entry cannot be read. `reason`: a phrase of the system. */
  | { readonly kind: 'unreadable'; readonly reason: string };

/** The steps in which the program stops, in their order. */
export const STOP_STEPS = [
  'page',
  'recovery',
  'port-mapping',
  'sessions',
  'discovery',
  'record',
  'demo',
  'database',
] as const;
/** One of STOP_STEPS. */
export type StopStep = (typeof STOP_STEPS)[number];

/** What the program still stops before it ends. */
export interface StopProgress {
  /** Steps that are not done, the current one first. */
  readonly left: readonly StopStep[];
  /** Open sessions. */
  readonly sessions: number;
}

/** The state of the desktop application around the window. */
export interface DesktopStatus {
  /** Whether this desktop shows tray icons. */
  readonly hasTray: boolean;
  readonly loginItem: LoginItemView;
  /** Set while the program ends and that takes longer than a second. */
  readonly stopping: StopProgress | null;
}
