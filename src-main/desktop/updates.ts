import type {
  NewerVersion,
  UpdateFailure,
  UpdatesOff,
  UpdateState,
  UpdateStep,
} from '../../shared/model/update.ts';
import { ApiError } from '../api/api-error.ts';
import { describeError } from '../base/errors.ts';
import type { Clock, Logger } from '../base/runtime.ts';

/** Time limit of a check, and of a download without a new byte, milliseconds. */
export const CHECK_TIMEOUT_MS = 30_000;
/** See CHECK_TIMEOUT_MS. */
export const STALL_TIMEOUT_MS = 60_000;
/** BOUNDED: characters of an error that reach the window. */
const MAX_DETAIL = 200;

/** Details of a step that was given up; failureOf sorts them by ETIMEDOUT. */
const NO_ANSWER = `ETIMEDOUT: no answer within ${CHECK_TIMEOUT_MS / 1_000} s`;
const NO_BYTE = `ETIMEDOUT: no byte for ${STALL_TIMEOUT_MS / 1_000} s`;

/** A running download. */
export interface RunningDownload {
  readonly done: Promise<void>;
  cancel(): void;
}

/** The release page; in the program electron-updater (update-feed.ts). */
export interface UpdateFeed {
  /** @returns null when this version is the newest */
  check(): Promise<NewerVersion | null>;
  /** Downloads and verifies the version that `check` found. */
  download(progress: (doneBytes: number, totalBytes: number) => void): RunningDownload;
  /** Replaces the program, starts the new one and ends this one. @throws Error when it cannot be replaced */
  install(): void;
}

/** What updates need of their surroundings. */
export interface UpdateParts {
  /** Why this build has no updates; else what loads its feed, which happens at the first check. */
  readonly source: { readonly off: UpdatesOff } | { readonly load: () => Promise<UpdateFeed> };
  /** Saves the window's position and stops the node; the program ends after it. */
  readonly prepareEnd: () => Promise<void>;
  /** Tells the user that the installation failed and starts this version again, because its node has been stopped. */
  startAgain(detail: string): void;
  readonly clock: Clock;
  /** The program's log; undefined until it is open. */
  readonly logger: () => Logger | undefined;
}

/**
 * Updates of the desktop application. Each step follows a request of the user; nothing happens by itself.
 * @throws ApiError from the three requests: `not-available` where updates are off, `busy` while a step runs, `not-found`
 *   when there is nothing to download or to install
 */
export class Updates {
  readonly #parts: UpdateParts;
  #state: UpdateState;
  #feed: UpdateFeed | undefined;
  /** Numbers the steps, so that the end of an abandoned one changes nothing. */
  #step = 0;

  constructor(parts: UpdateParts) {
    this.#parts = parts;
    this.#state = 'off' in parts.source ? { kind: 'off', reason: parts.source.off } : { kind: 'idle' };
  }

  /** What is known now. */
  state(): UpdateState {
    return this.#state;
  }

  /** Starts a check; `state` has its result. */
  check(): void {
    this.#refuseWhileBusy();
    const { source, clock } = this.#parts;
    if ('off' in source) throw new ApiError('not-available', 'This build does not update itself.');
    this.#state = { kind: 'checking' };
    const step = this.#next();
    const late = clock.after(CHECK_TIMEOUT_MS, () => {
      this.#fail(step, 'check', null, NO_ANSWER);
    });
    this.#load(source)
      .then((feed) => feed.check())
      .then((update) => {
        if (step !== this.#step) return;
        const checkedAt = clock.now();
        this.#state =
          update === null ? { kind: 'newest', checkedAt } : { kind: 'available', update, checkedAt };
      })
      .catch((error: unknown) => {
        this.#fail(step, 'check', null, error);
      })
      .finally(() => {
        late.cancel();
      });
  }

  /** Starts the download of the version that the check found. */
  download(): void {
    this.#refuseWhileBusy();
    const state = this.#state;
    const update =
      state.kind === 'available' || (state.kind === 'failed' && state.step === 'download')
        ? state.update
        : null;
    if (update === null || this.#feed === undefined) {
      throw new ApiError('not-found', 'No newer version is known; check for updates first.');
    }
    this.#state = { kind: 'downloading', update, doneBytes: 0, totalBytes: 0 };
    this.#run(this.#next(), this.#feed, update);
  }

  /** Stops the node, ends the program and installs the downloaded version. */
  async install(): Promise<void> {
    this.#refuseWhileBusy();
    if (this.#state.kind !== 'ready' || this.#feed === undefined) {
      throw new ApiError('not-found', 'No newer version has been downloaded.');
    }
    this.#state = { kind: 'installing', update: this.#state.update };
    try {
      await this.#parts.prepareEnd();
      this.#feed.install();
    } catch (error) {
      const detail = detailOf(error);
      this.#parts.logger()?.error('the update was not installed', { detail });
      this.#parts.startAgain(detail);
    }
  }

  #run(step: number, feed: UpdateFeed, update: NewerVersion): void {
    const { clock } = this.#parts;
    const give = (): void => {
      download.cancel();
      this.#fail(step, 'download', update, NO_BYTE);
    };
    let stall = clock.after(STALL_TIMEOUT_MS, give);
    const download = feed.download((doneBytes, totalBytes) => {
      if (step !== this.#step) return;
      stall.cancel();
      stall = clock.after(STALL_TIMEOUT_MS, give);
      this.#state = { kind: 'downloading', update, doneBytes, totalBytes };
    });
    download.done
      .then(() => {
        if (step === this.#step) this.#state = { kind: 'ready', update };
      })
      .catch((error: unknown) => {
        this.#fail(step, 'download', update, error);
      })
      .finally(() => {
        stall.cancel();
      });
  }

  async #load(source: { readonly load: () => Promise<UpdateFeed> }): Promise<UpdateFeed> {
    this.#feed ??= await source.load();
    return this.#feed;
  }

  #next(): number {
    this.#step += 1;
    return this.#step;
  }

  #refuseWhileBusy(): void {
    if (['checking', 'downloading', 'installing'].includes(this.#state.kind)) {
      throw new ApiError('busy', 'A step of an update is running.');
    }
  }

  #fail(step: number, name: UpdateStep, update: NewerVersion | null, error: unknown): void {
    if (step !== this.#step) return;
    this.#next();
    const detail = detailOf(error);
    this.#parts.logger()?.warn('the update failed', { step: name, detail });
    this.#state = { kind: 'failed', step: name, failure: failureOf(error), detail, update };
  }
}

const detailOf = (error: unknown): string =>
  (describeError(error).split('\n', 1)[0] ?? '').slice(0, MAX_DETAIL);

/** Chromium's network errors that mean that no server answered. */
const UNREACHABLE =
  /ERR_(NAME_|INTERNET_|NETWORK_|CONNECTION_|ADDRESS_|PROXY_|TUNNEL_)|ENOTFOUND|ECONNREFUSED|EAI_AGAIN/;
/** Codes of electron-updater's errors. */
const NO_RELEASE =
  /ERR_UPDATER_(LATEST_VERSION_NOT_FOUND|CHANNEL_FILE_NOT_FOUND|NO_PUBLISHED_VERSIONS|ASSET_NOT_FOUND)/;
const NOT_VERIFIED =
  /ERR_CHECKSUM_MISMATCH|ERR_UPDATER_INVALID_SIGNATURE|sha512 checksum mismatch|not signed/i;
const TIMED_OUT = /ERR_TIMED_OUT|ETIMEDOUT|timed out/i;

/** Sorts an error of electron-updater, by its code and its text. */
export function failureOf(error: unknown): UpdateFailure {
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  const text = `${code} ${describeError(error)}`;
  if (NOT_VERIFIED.test(text)) return 'not-verified';
  if (NO_RELEASE.test(text)) return 'no-release';
  if (TIMED_OUT.test(text)) return 'timeout';
  return UNREACHABLE.test(text) ? 'unreachable' : 'other';
}
