import type { AppUpdater, UpdateInfo } from 'electron-updater';
import type { UpdatesOff } from '../../shared/model/update.ts';
import { ApiError } from '../api/api-error.ts';
import type { Logger } from '../base/runtime.ts';
import { ownAppImage } from './program-file.ts';
import type { UpdateFeed } from './updates.ts';

/** How this program was installed, as far as it can replace itself. */
export type InstallKind = 'appimage' | 'nsis' | 'mac';

/** Facts about the running program. */
export interface InstallFacts {
  readonly packaged: boolean;
  readonly platform: NodeJS.Platform;
  readonly environment: NodeJS.ProcessEnv;
  /** The running program. */
  readonly executable: string;
  /** Reads a file of the program's resources; undefined if it does not exist. */
  readonly resource: (name: string) => string | undefined;
}

/** The file that electron-builder writes into a package with an update feed. */
const FEED_FILE = 'app-update.yml';

/** How the program was installed, or why it cannot replace itself. */
export function installKind(facts: InstallFacts): { kind: InstallKind } | { off: UpdatesOff } {
  const { packaged, platform, environment, executable, resource } = facts;
  if (!packaged) return { off: 'not-installed' };
  if (resource(FEED_FILE) === undefined) return { off: 'no-feed' };
  if (platform === 'darwin') return { kind: 'mac' };
  if (platform === 'win32') {
    return environment.PORTABLE_EXECUTABLE_FILE === undefined ? { kind: 'nsis' } : { off: 'not-replaceable' };
  }
  // A .deb or .rpm is replaced by the system's package manager.
  const image = ownAppImage(executable, environment);
  return image === undefined ? { off: 'not-replaceable' } : { kind: 'appimage' };
}

/** Loads electron-updater for this kind of installation. Sends nothing. */
export async function loadUpdateFeed(kind: InstallKind, logger: Logger | undefined): Promise<UpdateFeed> {
  const { default: library } = await import('electron-updater');
  const classes = {
    appimage: library.AppImageUpdater,
    nsis: library.NsisUpdater,
    mac: library.MacUpdater,
  };
  const updater = new classes[kind]();
  return createUpdateFeed(updater, () => new library.CancellationToken(), kind, logger);
}

/** Endings of the files that an installation of each kind is updated from. */
const ENDINGS: Record<InstallKind, string> = {
  appimage: '.AppImage',
  nsis: '.exe',
  mac: '.zip',
};
/** BOUNDED: characters of a line of electron-updater in the log. */
const MAX_LOGGED = 300;
/** BOUNDED: characters of a version that reach the window. */
const MAX_VERSION = 64;

type Updater = Pick<
  AppUpdater,
  | 'autoDownload'
  | 'autoInstallOnAppQuit'
  | 'allowDowngrade'
  | 'allowPrerelease'
  | 'logger'
  | 'checkForUpdates'
  | 'downloadUpdate'
  | 'quitAndInstall'
> & { on: AppUpdater['on'] };
type Token = NonNullable<Parameters<AppUpdater['downloadUpdate']>[0]>;

/** Makes a feed of one of electron-updater's classes, with everything off that it would do by itself. */
export function createUpdateFeed(
  updater: Updater,
  createToken: () => Token,
  kind: InstallKind,
  logger: Logger | undefined,
): UpdateFeed {
  updater.autoDownload = false;
  updater.autoInstallOnAppQuit = false;
  updater.allowDowngrade = false;
  updater.allowPrerelease = false;
  updater.logger = logger === undefined ? null : logOf(logger);
  let progress: (doneBytes: number, totalBytes: number) => void = () => undefined;
  const errors: Error[] = [];
  updater.on('download-progress', ({ transferred, total }) => {
    progress(transferred, total);
  });
  // Without a listener it would throw. Checks and downloads also reject their promise.
  updater.on('error', (error) => {
    // BOUNDED: the latest one.
    errors.splice(0, errors.length, error);
  });
  return {
    async check() {
      const found = await updater.checkForUpdates();
      if (found === null)
        throw new ApiError('not-available', 'electron-updater does not support this installation');
      if (!found.isUpdateAvailable) return null;
      const { version } = found.updateInfo;
      return { version: version.slice(0, MAX_VERSION), bytes: sizeOf(found.updateInfo, kind) };
    },
    download(report) {
      progress = report;
      const token = createToken();
      const done = updater.downloadUpdate(token).then(() => undefined);
      return {
        done,
        cancel: () => {
          token.cancel();
        },
      };
    },
    install() {
      errors.length = 0;
      updater.quitAndInstall(false, true);
      // It reports a failure by an event only.
      const [error] = errors;
      if (error !== undefined) throw error;
    },
  };
}

function sizeOf({ files }: UpdateInfo, kind: InstallKind): number | null {
  const size = files.find(({ url }) => url.endsWith(ENDINGS[kind]))?.size;
  return size !== undefined && Number.isSafeInteger(size) && size > 0 ? size : null;
}

function logOf(logger: Logger): AppUpdater['logger'] {
  const write = (level: 'debug' | 'warn') => (message?: unknown) => {
    const [line = ''] = String(message).split('\n', 1);
    logger[level]('electron-updater', { message: line.slice(0, MAX_LOGGED) });
  };
  return { info: write('debug'), warn: write('warn'), error: write('warn'), debug: write('debug') };
}
