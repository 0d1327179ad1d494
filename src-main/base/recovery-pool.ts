import { describeError } from './errors.ts';
import { encodeJobs, readResult, type SignedHash } from './recovery-batch.ts';
import type { OpenRecoveryThread, RecoveryThread } from './recovery-thread.ts';
import type { Clock, Logger, Timer, Unsubscribe } from './runtime.ts';

/** Jobs of one batch: about 1.5 ms of a thread, and a hundredth of it for the message. */
const BATCH = 32;

/** BOUNDED: jobs without a result. More are not taken. */
const MAX_PENDING = 1_024;

/** Threads at most, our choice: four of them recover more than the loop can handle. */
const MAX_THREADS = 4;

/** How often the pool compares its load with LEAST_JOBS, milliseconds. */
const WINDOW_MS = 10_000;

/**
 * Jobs in WINDOW_MS below which the threads are stopped: the event loop has time for them. The load that starts the pool is a
 * multiple of it, so that it does not start and stop in turn.
 */
const LEAST_JOBS = 2_000;

/** A batch that stays the oldest of its thread for this time, and for another one, has been lost, milliseconds. */
const WATCH_MS = 1_000;

/** A key that is being recovered. */
export interface Recovery {
  /** The key, 64 bytes; `invalid` if there is none; `undone` if the pool has failed, so that the caller recovers it. */
  readonly result: 'pending' | 'invalid' | 'undone' | Uint8Array;
}

/** Recovers keys outside of the event loop. */
export interface SignerPool {
  /** Whether it takes jobs. */
  readonly isOn: boolean;
  /** Says that the event loop has more recoveries to do than it has time for. */
  overloaded(): void;
  /** Takes a job; undefined when it cannot. Results come in the order of a batch. */
  take(job: SignedHash): Recovery | undefined;
  /** Calls `listener` after results have come. */
  onRecovered(listener: () => void): Unsubscribe;
}

/** Constructor arguments of RecoveryPool. */
export interface RecoveryPoolOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly open: OpenRecoveryThread;
  /** Processors of the machine. */
  readonly processors: number;
}

interface Job extends Recovery {
  result: Recovery['result'];
}

interface Thread {
  readonly thread: RecoveryThread;
  /** BOUNDED: by MAX_PENDING. */
  readonly batches: (readonly Job[])[];
  /** Its oldest batch when the watch last looked. */
  suspect: readonly Job[] | undefined;
}

/**
 * Threads that recover keys while the event loop has too much to do. They start with the first overload, take jobs when all have
 * loaded, and stop when there are few jobs. A pool that fails stays off until the program starts again.
 */
export class RecoveryPool implements SignerPool {
  readonly #options: RecoveryPoolOptions;
  /** BOUNDED: MAX_THREADS. */
  #threads: Thread[] = [];
  #loading = 0;
  #isBroken = false;
  /** BOUNDED: BATCH. */
  #jobs: { readonly job: Job; readonly signed: SignedHash }[] = [];
  #pending = 0;
  #takenInWindow = 0;
  #window: Timer | undefined;
  #watch: Timer | undefined;
  /** BOUNDED: one for each receiver of datagrams. */
  readonly #listeners = new Set<() => void>();

  constructor(options: RecoveryPoolOptions) {
    this.#options = options;
  }

  get isOn(): boolean {
    return this.#threads.length > 0 && this.#loading === 0;
  }

  overloaded(): void {
    const { clock, logger, processors } = this.#options;
    // With one processor, a thread only takes the time that the event loop lacks.
    if (this.#threads.length > 0 || this.#isBroken || processors < 2) return;
    logger.info('signatures are checked by threads: there are more than the event loop has time for');
    const count = Math.min(processors, MAX_THREADS);
    this.#loading = count;
    this.#takenInWindow = 0;
    this.#window = clock.after(WINDOW_MS, this.#judge);
    try {
      while (this.#threads.length < count) this.#threads.push(this.#open());
    } catch (error) {
      this.#fail(describeError(error));
    }
  }

  take(signed: SignedHash): Recovery | undefined {
    if (!this.isOn || this.#pending >= MAX_PENDING) return undefined;
    const job: Job = { result: 'pending' };
    this.#pending += 1;
    this.#takenInWindow += 1;
    this.#jobs.push({ job, signed });
    if (this.#jobs.length === BATCH) this.#flush();
    else if (this.#jobs.length === 1) this.#flushSoon();
    return job;
  }

  onRecovered(listener: () => void): Unsubscribe {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Stops the threads. Jobs without a result become `undone`. */
  async stop(): Promise<void> {
    this.#window?.cancel();
    this.#watch?.cancel();
    this.#watch = undefined;
    const threads = this.#threads;
    const open = [...this.#jobs.map(({ job }) => job), ...threads.flatMap(({ batches }) => batches.flat())];
    this.#threads = [];
    this.#jobs = [];
    this.#pending = 0;
    for (const job of open) job.result = 'undone';
    if (open.length > 0) this.#tell();
    await Promise.all(threads.map(({ thread }) => thread.stop()));
  }

  #open(): Thread {
    const batches: (readonly Job[])[] = [];
    const thread = this.#options.open({
      onReady: () => {
        this.#loading -= 1;
      },
      onResults: (results) => {
        this.#settle(batches.shift() ?? [], results);
      },
      onFailure: (reason) => {
        this.#fail(reason);
      },
    });
    return { thread, batches, suspect: undefined };
  }

  /** A batch grows until the sockets are read. */
  #flushSoon(): void {
    const { clock } = this.#options;
    const flush = (): void => {
      this.#flush();
    };
    if (clock.soon === undefined) clock.after(0, flush);
    else clock.soon(flush);
  }

  #flush(): void {
    const [least] = [...this.#threads].sort((a, b) => a.batches.length - b.batches.length);
    if (least === undefined || this.#jobs.length === 0) return;
    const batch = this.#jobs.splice(0);
    least.batches.push(batch.map(({ job }) => job));
    least.thread.post(encodeJobs(batch.map(({ signed }) => signed)));
    this.#watch ??= this.#options.clock.after(WATCH_MS, this.#look);
  }

  #settle(batch: readonly Job[], results: Uint8Array): void {
    this.#pending -= batch.length;
    for (const [index, job] of batch.entries()) job.result = readResult(results, index) ?? 'invalid';
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }

  /** Stops the threads when there is little to do. A property, as the timer calls it. */
  readonly #judge = (): void => {
    const isQuiet = this.#takenInWindow < LEAST_JOBS && this.#pending === 0;
    this.#takenInWindow = 0;
    if (!isQuiet) {
      this.#window = this.#options.clock.after(WINDOW_MS, this.#judge);
      return;
    }
    this.#options.logger.info('signatures are checked by the event loop again');
    void this.stop();
  };

  /**
   * Fails when the oldest batch of a thread is the same twice. After a long turn of the event loop its results may be there and not
   * read yet: they are read first. A property, as the timer calls it.
   */
  readonly #look = (): void => {
    this.#watch = undefined;
    const { clock } = this.#options;
    if (!this.#isSilent || clock.soon === undefined) this.#failIfSilent();
    else clock.soon(this.#failIfSilent);
  };

  readonly #failIfSilent = (): void => {
    if (this.#isSilent) this.#fail('a thread does not answer');
    else this.#watchAgain();
  };

  /** Whether the oldest batch of a thread is the same as when the watch last looked. */
  get #isSilent(): boolean {
    return this.#threads.some(({ batches: [oldest], suspect }) => oldest !== undefined && oldest === suspect);
  }

  #watchAgain(): void {
    for (const thread of this.#threads) [thread.suspect] = thread.batches;
    if (this.#threads.every(({ batches }) => batches.length === 0)) return;
    this.#watch ??= this.#options.clock.after(WATCH_MS, this.#look);
  }

  #fail(reason: string): void {
    if (this.#isBroken) return;
    this.#isBroken = true;
    this.#options.logger.warn('signatures are checked by the event loop: the threads have failed', {
      reason,
    });
    void this.stop();
  }
}
