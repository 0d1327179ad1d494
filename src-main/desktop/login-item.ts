import { mkdir, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import type { App } from 'electron';
import type { LoginItemView } from '../../shared/model/desktop.ts';
import { describeError } from '../base/errors.ts';
import { FileError, readRegularFile } from '../base/regular-file.ts';
import { plainText } from '../events/plain-text.ts';
import type { ReplaceFile } from '../store/replace-file.ts';
import { autostartEntry, entryKeys, execValue, isStarted } from './desktop-entry.ts';
import { programFile, type ProgramFacts } from './program-file.ts';

/** BOUNDED: bytes of an autostart entry. */
const MAX_ENTRY_BYTES = 65_536;

/** The start of the application at login: the system's own entry, which is read anew each time. */
export interface LoginItem {
  read(): Promise<LoginItemView>;
  /** @throws the system's error when the entry cannot be written */
  set(on: boolean): Promise<void>;
}

/** What the command of the login item depends on. */
export interface CommandFacts extends ProgramFacts {
  /** The project's folder, for a run from the sources. */
  readonly appPath: string;
  /** The data folder of the command line; undefined for the default. */
  readonly dataFolder: string | undefined;
  /** Whether this run has no sandbox, as root needs it. */
  readonly noSandbox: boolean;
}

/** The program and arguments of a login item: this copy, its data folder, without showing the window. */
export function loginCommand(facts: CommandFacts): readonly [string, ...string[]] {
  const { isPackaged, appPath, dataFolder, noSandbox } = facts;
  return [
    programFile(facts),
    ...(isPackaged ? [] : [appPath]),
    ...(noSandbox ? ['--no-sandbox'] : []),
    '--hidden',
    ...(dataFolder === undefined ? [] : ['--datadir', dataFolder]),
  ];
}

/** The login item of macOS and Windows, which Electron sets. On macOS it has no arguments. */
export function systemLoginItem(
  app: Pick<App, 'getLoginItemSettings' | 'setLoginItemSettings'>,
  platform: NodeJS.Platform,
  [path, ...args]: readonly [string, ...string[]],
): LoginItem {
  const options = platform === 'win32' ? { path, args } : {};
  return {
    read: () => {
      const { openAtLogin, executableWillLaunchAtLogin, status } = app.getLoginItemSettings(options);
      const on = platform === 'win32' ? executableWillLaunchAtLogin : openAtLogin;
      const note = status === 'requires-approval' ? ({ kind: 'needs-approval' } as const) : null;
      return Promise.resolve({ state: on || note !== null ? 'on' : 'off', note });
    },
    set: (on) => {
      app.setLoginItemSettings({ ...options, openAtLogin: on });
      return Promise.resolve();
    },
  };
}

/** The login item of Linux desktops: a file in the user's autostart folder. */
export function autostartItem(
  environment: CommandFacts['environment'],
  command: readonly [string, ...string[]],
  replaceFile: ReplaceFile,
): LoginItem {
  const file = join(
    environment.XDG_CONFIG_HOME || join(homedir(), '.config'),
    'autostart',
    'enodeck.desktop',
  );
  return {
    read: async () => {
      try {
        const { bytes } = await readRegularFile(file, MAX_ENTRY_BYTES);
        return viewOf(entryKeys(new TextDecoder().decode(bytes)), execValue(command));
      } catch (error) {
        if (error instanceof FileError && error.code === 'file-missing') return { state: 'off', note: null };
        return { state: 'unavailable', note: { kind: 'unreadable', reason: describeError(error) } };
      }
    },
    set: async (on) => {
      if (!on) {
        await rm(file, { force: true });
        return;
      }
      await mkdir(dirname(file), { recursive: true });
      await replaceFile(file, autostartEntry(command));
    },
  };
}

function viewOf(keys: ReadonlyMap<string, string>, ours: string): LoginItemView {
  if (!isStarted(keys)) return { state: 'off', note: null };
  const exec = keys.get('Exec') ?? '';
  if (exec === ours) return { state: 'on', note: null };
  return { state: 'on', note: { kind: 'other-copy', command: plainText(exec) } };
}
