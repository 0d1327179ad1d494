import type { WebContents } from 'electron';
import type { Clock, Logger, Timer, Unsubscribe } from '../base/runtime.ts';

/** Shortest time between two automatic reloads, milliseconds. */
export const RELOAD_INTERVAL_MS = 60_000;
/** Number of failures, less than STABLE_MS apart, after which the page is not reloaded automatically. */
export const MAX_FAILURES = 3;
/** A page that has run this long without a failure has recovered, milliseconds. */
export const STABLE_MS = 600_000;
/** How long a page may be unresponsive before its process is killed, milliseconds. */
export const HANG_TIMEOUT_MS = 10_000;

/** Actions on the page. */
export interface PageActions {
  /** Reloads the page. */
  reload(): void;
  /** Kills its process, which leads to a call of `failed`. */
  kill(): void;
  /** Shows the plain page instead. */
  showPlainPage(): void;
}

/** Recovers a page that crashes or hangs. Does not affect the node. */
export class PageRecovery {
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #actions: PageActions;
  #failures = 0;
  #lastFailureAt = 0;
  #lastReloadAt = -Infinity;
  #reloading: Timer | undefined;
  #hanging: Timer | undefined;

  constructor(clock: Clock, logger: Logger, actions: PageActions) {
    this.#clock = clock;
    this.#logger = logger;
    this.#actions = actions;
  }

  /** The process of the page has ended. @param reason Electron's reason */
  failed(reason: string): void {
    this.responsive();
    const now = this.#clock.monotonic();
    if (now - this.#lastFailureAt >= STABLE_MS) this.#failures = 0;
    this.#failures += 1;
    this.#lastFailureAt = now;
    this.#logger.error('the window’s page has failed', { reason, failures: this.#failures });
    this.#reloading?.cancel();
    if (this.#failures >= MAX_FAILURES) {
      this.#actions.showPlainPage();
      return;
    }
    this.#reloading = this.#clock.after(this.#lastReloadAt + RELOAD_INTERVAL_MS - now, () => {
      this.#lastReloadAt = this.#clock.monotonic();
      this.#actions.reload();
    });
  }

  /** The page does not respond. */
  hung(): void {
    this.#hanging ??= this.#clock.after(HANG_TIMEOUT_MS, () => {
      this.#hanging = undefined;
      this.#actions.kill();
    });
  }

  /** The page responds again. */
  responsive(): void {
    this.#hanging?.cancel();
    this.#hanging = undefined;
  }

  /** The user has loaded the page from the plain page: resets the failures. */
  loadedByUser(): void {
    if (this.#failures < MAX_FAILURES) return;
    this.#failures = 0;
    this.#lastReloadAt = this.#clock.monotonic();
  }

  stop(): void {
    this.#reloading?.cancel();
    this.responsive();
  }
}

/** URLs of the two pages. */
export interface RecoveryPages {
  readonly page: string;
  readonly plain: string;
}

/** Recovers the page of a window. @returns a function that stops it */
export function recoverPage(
  contents: WebContents,
  pages: RecoveryPages,
  parts: { readonly clock: Clock; readonly logger: Logger },
): Unsubscribe {
  const load = (url: string): void => {
    contents.loadURL(url).catch((error: unknown) => {
      parts.logger.warn('the window’s page did not load', { url, reason: String(error) });
    });
  };
  const recovery = new PageRecovery(parts.clock, parts.logger, {
    reload: () => {
      load(pages.page);
    },
    kill: () => {
      contents.forcefullyCrashRenderer();
    },
    showPlainPage: () => {
      load(pages.plain);
    },
  });
  contents.on('render-process-gone', (_event, { reason }) => {
    if (reason !== 'clean-exit') recovery.failed(reason);
  });
  contents.on('unresponsive', () => {
    recovery.hung();
  });
  contents.on('responsive', () => {
    recovery.responsive();
  });
  contents.on('did-navigate', (_event, url) => {
    if (url.startsWith(pages.page)) recovery.loadedByUser();
  });
  return () => {
    recovery.stop();
  };
}
