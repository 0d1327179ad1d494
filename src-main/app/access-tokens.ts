import { stat } from 'node:fs/promises';
import type { Access, Caller } from '../api/access.ts';
import { bytesToHex, equalBytes, hexToBytes, utf8ToBytes } from '../base/bytes.ts';
import { describeError } from '../base/errors.ts';
import type { Clock, Logger, Startable, Timer, Unsubscribe } from '../base/runtime.ts';
import { sha256 } from '../base/symmetric.ts';
import { PAGE_TOKEN_NAME, readTokens, type StoredToken } from '../store/token-file.ts';

/** Time between two looks at the file, milliseconds: a token is revoked this soon by another process. */
const LOOK_MS = 1_000;

/** What AccessTokens takes. */
interface AccessParts {
  readonly clock: Clock;
  readonly logger: Logger;
}

interface KnownToken {
  readonly caller: Caller;
  /** SHA-256 of the token. */
  readonly digest: Uint8Array;
}

/**
 * The token of the page's URL, which has every right, and the named tokens of tokens.json. The file is read again when another
 * process has changed it. While it cannot be read, no named token is valid.
 */
export class AccessTokens implements Access, Startable {
  readonly pageToken: string;
  readonly #file: string;
  readonly #parts: AccessParts;
  readonly #page: KnownToken;
  /** BOUNDED: MAX_TOKENS. */
  #named: readonly KnownToken[] = [];
  /** Identifies the content of the file that was read; undefined before the first reading and after one that failed. */
  #edition: string | undefined;
  /** Whether the last reading failed. */
  #isRefused = false;
  #timer: Timer | undefined;
  #isRunning = false;
  /** BOUNDED: one listener per server of the page. */
  readonly #listeners = new Set<() => void>();

  /** @param file path of tokens.json, which need not exist */
  constructor(pageToken: string, file: string, parts: AccessParts) {
    this.pageToken = pageToken;
    this.#file = file;
    this.#parts = parts;
    this.#page = { caller: { name: PAGE_TOKEN_NAME, right: 'admin' }, digest: digestOf(pageToken) };
  }

  /** Reads the file and looks for changes from now on. @throws SettingsError with the fault of the file */
  async start(): Promise<void> {
    this.#edition = await editionOf(this.#file);
    this.#named = (await readTokens(this.#file)).map((token) => this.#knownOf(token));
    this.#isRunning = true;
    this.#arm();
  }

  stop(): Promise<void> {
    this.#isRunning = false;
    this.#timer?.cancel();
    return Promise.resolve();
  }

  /** Compares with every token, so that the time tells nothing about one. */
  callerOf(token: string): Caller | undefined {
    const digest = digestOf(token);
    const [found] = [this.#page, ...this.#named].filter((known) => equalBytes(known.digest, digest));
    return found?.caller;
  }

  isValid(caller: Caller): boolean {
    return caller === this.#page.caller || this.#named.some((known) => known.caller === caller);
  }

  onChange(listener: () => void): Unsubscribe {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #arm(): void {
    this.#timer = this.#parts.clock.after(LOOK_MS, () => {
      void this.#look().finally(() => {
        if (this.#isRunning) this.#arm();
      });
    });
  }

  /** Never rejects. */
  async #look(): Promise<void> {
    const edition = await editionOf(this.#file);
    if (edition === this.#edition) return;
    try {
      const named = await readTokens(this.#file);
      this.#edition = edition;
      this.#isRefused = false;
      this.#named = named.map((token) => this.#knownOf(token));
      this.#parts.logger.info('the tokens were read again', { tokens: named.length });
    } catch (error) {
      // A change of the file's owner or mode is no new edition, so each look reads the file until it succeeds.
      this.#edition = undefined;
      if (this.#isRefused) return;
      this.#isRefused = true;
      this.#named = [];
      this.#parts.logger.error('no named token is accepted: their file cannot be read', {
        reason: describeError(error),
      });
    }
    for (const listener of this.#listeners) listener();
  }

  /** A token that is known already keeps its caller. */
  #knownOf({ name, right, sha256: hex }: StoredToken): KnownToken {
    const known = this.#named.find(
      ({ caller, digest }) => caller.name === name && caller.right === right && bytesToHex(digest) === hex,
    );
    return known ?? { caller: { name, right }, digest: hexToBytes(hex) };
  }
}

/** SHA-256 of a token as UTF-8. */
export const digestOf = (token: string): Uint8Array => sha256(utf8ToBytes(token));

/** Changes with each replacement of a file; the same text for each file that cannot be found. */
async function editionOf(file: string): Promise<string> {
  try {
    const { ino, mtimeMs, size } = await stat(file);
    return `${String(ino)} ${String(mtimeMs)} ${String(size)}`;
  } catch {
    return 'none';
  }
}
