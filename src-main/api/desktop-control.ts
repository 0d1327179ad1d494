import type { UpdateState } from '../../shared/model/update.ts';
import type { DesktopStatus, LoginItemView, PendingCommand } from '../../shared/model/desktop.ts';
import type { AboutFacts } from '../../shared/model/about.ts';
import type { Theme } from '../../shared/model/theme.ts';
import type { CrashReportFile, ReportFile } from '../../shared/model/problem-report.ts';
import { ApiError } from './api-error.ts';

/** Updates of the program; the requests start a step, and the state has its result. */
export interface UpdateControl {
  state(): UpdateState;
  /** @throws ApiError `not-available` where updates are off, `busy` while a step runs */
  check(): void;
  /** @throws ApiError `busy` while a step runs, `not-found` when no newer version is known */
  download(): void;
  /** Ends the program. @throws ApiError `busy` while a step runs, `not-found` when nothing has been downloaded */
  install(): Promise<void>;
}

/**
 * What a restart of the program runs: the same as now, the demo network instead of that of the command line, or what the
 * command line says without the demo.
 */
export type RestartTarget = 'same' | 'demo' | 'own';

/** What only the desktop window offers. In a browser and in headless mode each request is refused as `not-available`. */
export interface DesktopControl {
  /** Commands that the page has not taken, oldest first. */
  pending(): readonly PendingCommand[];
  /** The page has taken all commands up to this number. */
  taken(seq: number): void;
  /** The text of a file that the user opened; each is handed out once. @throws ApiError `not-found` */
  openFile(id: number): { readonly name: string; readonly text: string };
  /** Stops the node, ends the program and starts it again. */
  restart(target: RestartTarget): void;
  readonly updates: UpdateControl;
  /** The version of Electron that shows the window; undefined without one. */
  readonly electronVersion: string | undefined;
  status(): DesktopStatus;
  /** @throws ApiError `not-available` with the system's reason */
  startAtLogin(on: boolean): Promise<LoginItemView>;
  /** Uses the theme outside the page too, and for the next window. */
  chooseTheme(theme: Theme): void;
  about(): Promise<AboutFacts>;
  /** The licences of the packages in this program; null where it has no file with them. */
  licences(): Promise<string | null>;
  /** @param addresses whether IP addresses, host names and node IDs are kept */
  problemReport(addresses: boolean): Promise<readonly ReportFile[]>;
  /** Newest first. */
  crashReports(): Promise<readonly CrashReportFile[]>;
  /** @throws ApiError `not-found` */
  crashReport(name: string): Promise<Uint8Array>;
}

/** The status where nothing is known. */
export const NO_DESKTOP_STATUS: DesktopStatus = {
  hasTray: false,
  loginItem: { state: 'unavailable', note: null },
  stopping: null,
};

/** Refuses a request that only the desktop window may send. @throws ApiError `not-available` */
export function onlyInWindow(): never {
  throw new ApiError('not-available', 'Only the window of the desktop application offers this.');
}

/** The control where there is no desktop window. */
export const NO_DESKTOP: DesktopControl = {
  pending: () => [],
  taken: onlyInWindow,
  openFile: onlyInWindow,
  restart: onlyInWindow,
  updates: {
    state: () => ({ kind: 'off', reason: 'not-installed' }),
    check: onlyInWindow,
    download: onlyInWindow,
    install: onlyInWindow,
  },
  electronVersion: undefined,
  status: () => NO_DESKTOP_STATUS,
  startAtLogin: onlyInWindow,
  chooseTheme: onlyInWindow,
  about: onlyInWindow,
  licences: onlyInWindow,
  problemReport: onlyInWindow,
  crashReports: onlyInWindow,
  crashReport: onlyInWindow,
};
