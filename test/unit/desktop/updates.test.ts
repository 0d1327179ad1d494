import { describe, expect, test } from 'vitest';
import type { NewerVersion, UpdatesOff } from '../../../shared/model/update.ts';
import {
  CHECK_TIMEOUT_MS,
  failureOf,
  STALL_TIMEOUT_MS,
  Updates,
  type UpdateFeed,
} from '../../../src-main/desktop/updates.ts';
import { silentLogger } from '../../support/silent-logger.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const newer: NewerVersion = { version: '1.2.3', bytes: 100 };

/** A release page whose answers the test gives. */
class ScriptedFeed implements UpdateFeed {
  readonly checks: Resolvers<NewerVersion | null>[] = [];
  readonly downloads: (Resolvers<undefined> & {
    readonly report: (doneBytes: number, totalBytes: number) => void;
    cancelled: boolean;
  })[] = [];
  readonly log: string[] = [];
  installError: Error | undefined;

  check(): Promise<NewerVersion | null> {
    const check = resolvers<NewerVersion | null>();
    this.checks.push(check);
    return check.promise;
  }

  download(report: (doneBytes: number, totalBytes: number) => void) {
    const download = { ...resolvers<undefined>(), report, cancelled: false };
    this.downloads.push(download);
    return {
      done: download.promise.then(() => undefined),
      cancel: () => {
        download.cancelled = true;
      },
    };
  }

  install(): void {
    this.log.push('install');
    if (this.installError !== undefined) throw this.installError;
  }
}

interface Resolvers<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (reason: unknown) => void;
}

/** Promise.withResolvers, which Node 20 lacks. */
function resolvers<T>(): Resolvers<T> {
  let resolve!: (value: T) => void;
  let reject!: (reason: unknown) => void;
  const promise = new Promise<T>((done, failed) => {
    resolve = done;
    reject = failed;
  });
  return { promise, resolve, reject };
}

function open(off?: UpdatesOff) {
  const clock = new VirtualClock();
  const feed = new ScriptedFeed();
  const state = { loads: 0 };
  const updates = new Updates({
    source:
      off === undefined
        ? {
            load: async () => {
              state.loads += 1;
              return feed;
            },
          }
        : { off },
    prepareEnd: async () => {
      feed.log.push('node stopped');
    },
    startAgain: (detail) => feed.log.push(`start again: ${detail}`),
    clock,
    logger: () => silentLogger,
  });
  const settle = () => clock.advance(0);
  /** Presses Check and gives the answer. */
  const check = async (answer: NewerVersion | null = newer) => {
    updates.check();
    await settle();
    feed.checks.at(-1)?.resolve(answer);
    await settle();
  };
  return { clock, feed, updates, state, settle, check };
}

const code = (name: string): unknown => expect.objectContaining({ code: name });

describe('before the user asks', () => {
  test('nothing is loaded and nothing is asked, however long the program runs', async () => {
    const { clock, feed, updates, state } = open();
    await clock.advance(30 * 24 * 3_600_000);
    expect(state.loads).toBe(0);
    expect(feed.checks).toHaveLength(0);
    expect(updates.state()).toEqual({ kind: 'idle' });
  });

  test.each(['no-feed', 'not-installed', 'not-replaceable'] as const)(
    'a build without updates (%s) refuses each step and loads nothing',
    async (off) => {
      const { updates, state } = open(off);
      expect(updates.state()).toEqual({ kind: 'off', reason: off });
      expect(() => updates.check()).toThrow(code('not-available'));
      expect(() => updates.download()).toThrow(code('not-found'));
      await expect(updates.install()).rejects.toEqual(code('not-found'));
      expect(state.loads).toBe(0);
    },
  );
});

describe('a check', () => {
  test('says that this version is the newest, and when it was checked', async () => {
    const { updates, check, clock } = open();
    await check(null);
    expect(updates.state()).toEqual({ kind: 'newest', checkedAt: clock.now() });
  });

  test('names a newer version and downloads nothing', async () => {
    const { updates, check, feed, clock } = open();
    await check();
    expect(updates.state()).toEqual({ kind: 'available', update: newer, checkedAt: clock.now() });
    await clock.advance(24 * 3_600_000);
    expect(feed.downloads).toHaveLength(0);
  });

  test('is not started twice', async () => {
    const { updates, feed, settle } = open();
    updates.check();
    await settle();
    expect(() => updates.check()).toThrow(code('busy'));
    expect(feed.checks).toHaveLength(1);
  });

  test('fails after its time limit, and a later answer changes nothing', async () => {
    const { updates, feed, clock, settle } = open();
    updates.check();
    await clock.advance(CHECK_TIMEOUT_MS);
    expect(updates.state()).toMatchObject({ kind: 'failed', step: 'check', failure: 'timeout' });
    feed.checks[0]?.resolve(newer);
    await settle();
    expect(updates.state()).toMatchObject({ kind: 'failed', failure: 'timeout' });
  });

  test('can be repeated after a failure, and leaves no timer', async () => {
    const { updates, feed, check, clock, settle } = open();
    updates.check();
    await settle();
    feed.checks[0]?.reject(new Error(`net::ERR_NAME_NOT_RESOLVED\n${'x'.repeat(5_000)}`));
    await settle();
    expect(updates.state()).toEqual({
      kind: 'failed',
      step: 'check',
      failure: 'unreachable',
      detail: 'net::ERR_NAME_NOT_RESOLVED',
      update: null,
    });
    await check(null);
    expect(updates.state().kind).toBe('newest');
    expect(clock.pendingTimers).toBe(0);
  });
});

describe('a download', () => {
  test('needs a version that a check found', async () => {
    const { updates, check } = open();
    expect(() => updates.download()).toThrow(code('not-found'));
    await check(null);
    expect(() => updates.download()).toThrow(code('not-found'));
  });

  test('shows its progress, and is installed only on request', async () => {
    const { updates, check, feed, settle, clock } = open();
    await check();
    updates.download();
    expect(updates.state()).toEqual({ kind: 'downloading', update: newer, doneBytes: 0, totalBytes: 0 });
    feed.downloads[0]?.report(40, 100);
    expect(updates.state()).toMatchObject({ doneBytes: 40, totalBytes: 100 });
    feed.downloads[0]?.resolve(undefined);
    await settle();
    expect(updates.state()).toEqual({ kind: 'ready', update: newer });
    await clock.advance(24 * 3_600_000);
    expect(feed.log).toEqual([]);
    expect(clock.pendingTimers).toBe(0);
  });

  test('is given up when no byte comes for too long, and can be repeated', async () => {
    const { updates, check, feed, clock } = open();
    await check();
    updates.download();
    await clock.advance(STALL_TIMEOUT_MS - 1);
    feed.downloads[0]?.report(10, 100);
    await clock.advance(STALL_TIMEOUT_MS - 1);
    expect(updates.state().kind).toBe('downloading');
    await clock.advance(1);
    expect(updates.state()).toMatchObject({
      kind: 'failed',
      step: 'download',
      failure: 'timeout',
      update: newer,
    });
    expect(feed.downloads[0]?.cancelled).toBe(true);
    feed.downloads[0]?.report(20, 100);
    expect(updates.state().kind).toBe('failed');
    updates.download();
    expect(updates.state().kind).toBe('downloading');
  });

  test('with a wrong checksum is refused', async () => {
    const { updates, check, feed, settle } = open();
    await check();
    updates.download();
    const error = Object.assign(new Error('sha512 checksum mismatch'), { code: 'ERR_CHECKSUM_MISMATCH' });
    feed.downloads[0]?.reject(error);
    await settle();
    expect(updates.state()).toMatchObject({ kind: 'failed', step: 'download', failure: 'not-verified' });
    await expect(updates.install()).rejects.toEqual(code('not-found'));
  });
});

describe('an installation', () => {
  const downloaded = async () => {
    const opened = open();
    await opened.check();
    opened.updates.download();
    opened.feed.downloads[0]?.resolve(undefined);
    await opened.settle();
    return opened;
  };

  test('stops the node first', async () => {
    const { updates, feed } = await downloaded();
    await updates.install();
    expect(feed.log).toEqual(['node stopped', 'install']);
    expect(updates.state()).toEqual({ kind: 'installing', update: newer });
    await expect(updates.install()).rejects.toEqual(code('busy'));
  });

  test('that fails starts this version again', async () => {
    const { updates, feed } = await downloaded();
    feed.installError = new Error('pkexec ended with code 126\nmore');
    await updates.install();
    expect(feed.log).toEqual(['node stopped', 'install', 'start again: pkexec ended with code 126']);
  });
});

test.each([
  [{ code: 'ERR_UPDATER_CHANNEL_FILE_NOT_FOUND' }, 'no-release'],
  [{ code: 'ERR_UPDATER_LATEST_VERSION_NOT_FOUND' }, 'no-release'],
  [{ code: 'ERR_UPDATER_INVALID_SIGNATURE' }, 'not-verified'],
  [{ message: 'net::ERR_CONNECTION_REFUSED' }, 'unreachable'],
  [{ message: 'net::ERR_INTERNET_DISCONNECTED' }, 'unreachable'],
  [{ message: 'net::ERR_TIMED_OUT' }, 'timeout'],
  [{ message: 'net::ERR_CONNECTION_TIMED_OUT' }, 'unreachable'],
  [{ message: 'ENOSPC: no space left on device' }, 'other'],
])('%o is %s', (facts, failure) => {
  expect(failureOf(Object.assign(new Error(), facts))).toBe(failure);
});
