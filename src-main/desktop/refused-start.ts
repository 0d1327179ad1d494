import type { App, BrowserWindow } from 'electron';
import { refusalPage, START_AGAIN_PATH } from './refusal-page.ts';
import { complainOf, refuseStart, sentenceOf, type RefusalPlaces } from './refusal.ts';
import type { Restarter } from './restart.ts';

/** What a refused start needs of Electron. */
export interface RefusedStartParts extends RefusalPlaces {
  readonly app: Pick<App, 'exit' | 'quit'>;
  readonly restarter: Pick<Restarter, 'startAgain'>;
  /** The window; undefined when it has been closed. */
  window(): Pick<BrowserWindow, 'webContents' | 'once'> | undefined;
  /** URL of the page, which the window then loads again. */
  readonly page: string;
  /** The data folder. */
  readonly folder: string;
}

/**
 * A start that failed after Electron was ready. The window shows the reason and can start the application again. Without a
 * window, and with the launcher, whose terminal shows the reason, the application ends. Its exit code is 1 in all cases.
 */
export class RefusedStart {
  readonly #parts: RefusedStartParts;
  #reason: string | undefined;

  constructor(parts: RefusedStartParts) {
    this.#parts = parts;
  }

  /** The exit code of the process: 1 when the start has failed. */
  get exitCode(): number {
    return this.#reason === undefined ? 0 : 1;
  }

  /** The sentence of the error; undefined until the start has failed. */
  get reason(): string | undefined {
    return this.#reason;
  }

  /** The start has failed. */
  report(error: unknown): void {
    const { app, stderr, environment, page } = this.#parts;
    this.#reason = sentenceOf(error);
    const window = this.#parts.window();
    if (environment.ENODECK_LAUNCHER !== undefined || window === undefined) {
      refuseStart(error, this.#parts);
      return;
    }
    complainOf(error, stderr);
    // Without a node there is nothing to keep running behind a closed window.
    window.once('closed', () => {
      app.quit();
    });
    window.webContents.loadURL(page).catch((failure: unknown) => {
      complainOf(failure, stderr);
    });
  }

  /** What the window's page is after a failure, by its path; undefined before. */
  page(path: string): Response | undefined {
    if (this.#reason === undefined) return undefined;
    if (path === START_AGAIN_PATH) {
      this.#parts.restarter.startAgain('same');
      this.#parts.app.exit(1);
      return new Response(null, { status: 204 });
    }
    return path === '/index.html' ? refusalPage(this.#reason, this.#parts.folder) : undefined;
  }
}
