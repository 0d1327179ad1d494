import { homedir, hostname, release } from 'node:os';
import { join } from 'node:path';
import type { App, CrashReporter } from 'electron';
import {
  NO_DESKTOP,
  NO_DESKTOP_STATUS,
  type DesktopControl,
  type UpdateControl,
} from '../api/desktop-control.ts';
import { ApiError } from '../api/api-error.ts';
import type { AboutParts } from './about.ts';
import { CrashReports } from './crash-reports.ts';
import type { OpenedFiles } from './opened-file.ts';
import type { PageCommands } from './page-commands.ts';
import type { Presence } from './presence.ts';
import type { ReportedBackend } from './problem-report.ts';
import type { Restarter } from './restart.ts';
import type { ThemeChoice } from './theme-choice.ts';

/** What the desktop offers its page from. */
export interface DesktopParts {
  readonly commands: PageCommands;
  readonly files: OpenedFiles;
  readonly updates: UpdateControl;
  readonly restarter: Pick<Restarter, 'restart'>;
  readonly theme: Pick<ThemeChoice, 'choose'>;
  readonly app: Pick<App, 'isPackaged' | 'getPath'>;
  readonly process: AboutParts['process'] & { readonly resourcesPath: string };
  /** The program behind the window; undefined until it is constructed. */
  program(): { readonly backend: ReportedBackend; readonly pageUrl: string | undefined } | undefined;
  /** Why the start was refused; undefined if it was not. */
  refusal(): string | undefined;
  /** What is outside the window: tray, notifications and start at login; undefined until the program is constructed. */
  presence(): Pick<Presence, 'status' | 'startAtLogin'> | undefined;
  /** Unix milliseconds. */
  now(): number;
}

/** Creates what only the desktop window offers. */
export function createDesktopControl(parts: DesktopParts): DesktopControl {
  const { commands, files, updates, restarter, theme, app, process } = parts;
  // About and the diagnostic bundle are loaded when they are asked for: the window opens earlier.
  const about: DesktopControl['about'] = async () => {
    const { readAbout } = await import('./about.ts');
    return await readAbout({ process, packaged: app.isPackaged, systemVersion: release() });
  };
  const crashes = (): CrashReports => new CrashReports(app.getPath('crashDumps'));
  return {
    pending: () => commands.pending(),
    taken: (seq) => {
      commands.taken(seq);
    },
    openFile: (id) => files.take(id),
    restart: (target) => {
      restarter.restart(target);
    },
    updates,
    electronVersion: process.versions.electron,
    status: () => parts.presence()?.status() ?? NO_DESKTOP_STATUS,
    startAtLogin: (on) => parts.presence()?.startAtLogin(on) ?? NO_DESKTOP.startAtLogin(on),
    chooseTheme: (chosen) => {
      theme.choose(chosen);
    },
    about,
    async licences() {
      const { readLicences } = await import('./about.ts');
      return await readLicences(process.execPath, process.resourcesPath);
    },
    async problemReport(addresses) {
      const { problemReport, refusedStartReport } = await import('./problem-report.ts');
      const program = parts.program();
      const refusal = parts.refusal();
      const around = {
        ...{ about: await about(), addresses, pageUrl: program?.pageUrl, now: parts.now() },
        ...{ home: homedir(), hostName: hostname() },
      };
      if (program !== undefined) return problemReport(program.backend, around);
      if (refusal !== undefined) return refusedStartReport(refusal, around);
      throw new ApiError('not-running', 'The node’s data is not open yet.');
    },
    crashReports: () => crashes().list(),
    crashReport: (name) => crashes().read(name),
  };
}

/**
 * Writes crash reports of all processes below `folder`, and sends them nowhere. Must run early: a process that started before
 * has no reporter.
 */
export function keepCrashReports(
  app: Pick<App, 'setPath'>,
  reporter: Pick<CrashReporter, 'start'>,
  folder: string,
): CrashReports {
  const path = join(folder, 'crash-reports');
  app.setPath('crashDumps', path);
  reporter.start({ uploadToServer: false });
  return new CrashReports(path);
}
