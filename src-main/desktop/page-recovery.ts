import type { WebContents } from 'electron';
import type { Clock, Logger, Timer, Unsubscribe } from '../base/runtime.ts';

/** The page is loaded anew at most this often, in milliseconds. */
export const RELOAD_INTERVAL_MS = 60_000;
/** So many failures without CALM_MS between them, and the page is not loaded anew by itself. */
export const MAX_FAILURES = 3;
/** A page that has run this long without a failure has recovered, in milliseconds. */
export const CALM_MS = 600_000;
/** How long a page that does not respond may take to respond again, in milliseconds. */
export const HANG_PATIENCE_MS = 10_000;

/** What is done to the page. */
export interface PageActions {
  /** Loads the page anew. */
  reload(): void;
  /** Ends its process; `failed` is called in consequence. */
  kill(): void;
  /** Shows the plain page in its place. */
  showPlainPage(): void;
}

/** Decides what becomes of a page that crashes or hangs. The node is not touched. */
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

  /** The page's process has ended. @param reason in Electron's word */
  failed(reason: string): void {
    this.responsive();
    const now = this.#clock.monotonic();
    if (now - this.#lastFailureAt >= CALM_MS) this.#failures = 0;
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
    this.#hanging ??= this.#clock.after(HANG_PATIENCE_MS, () => {
      this.#hanging = undefined;
      this.#actions.kill();
    });
  }

  /** The page responds again. */
  responsive(): void {
    this.#hanging?.cancel();
    this.#hanging = undefined;
  }

  /** A person has loaded the page from the plain page: it gets its chances anew. */
  loadedByHand(): void {
    if (this.#failures < MAX_FAILURES) return;
    this.#failures = 0;
    this.#lastReloadAt = this.#clock.monotonic();
  }

  stop(): void {
    this.#reloading?.cancel();
    this.responsive();
  }
}

/** Where the two pages are. */
export interface RecoveryPages {
  readonly page: string;
  readonly plain: string;
}

/** Recovers the page of a window until the returned end. */
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
    if (url.startsWith(pages.page)) recovery.loadedByHand();
  });
  return () => {
    recovery.stop();
  };
}
