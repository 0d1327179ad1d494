/** The turns of the event loop, shared among the tasks of many sessions. */
import { perObject } from './per-object.ts';
import type { Clock } from './runtime.ts';

/**
 * Time of the tasks in one turn of the event loop, milliseconds (our choice). Timers, datagrams and requests of the window
 * wait for a turn at most, and for what one message takes.
 */
export const TURN_MS = 8;

/** The part of a turn for tasks that waited. The rest is for those that come up in it, which are small where a peer is quiet. */
const WAITED_MS = TURN_MS / 2;

/**
 * Bytes that a task may process before those that wait have had their turn (our choice): some chunks of a socket, about 4 ms of
 * small messages.
 */
export const SHARE_BYTES = 256 * 1024;

/** Tasks that go on in one turn, at most: a step of each is a callback of its own, after which its promises are settled. */
const MOST_A_TURN = 16;

/**
 * Limits what all tasks together do in one turn of the event loop, and lets those that have used up their share wait in a
 * queue. A clock without turns (`Clock.soon`), that of a simulation, has no limit.
 */
export class LoopTurns {
  readonly #clock: Clock;
  /** The start of this turn; undefined until a task asks for time. Monotonic milliseconds. */
  #startedAt: number | undefined;
  /** The number of this turn. */
  #turn = 0;
  /** Callbacks that begin the next turn. */
  #steps = 0;
  /** In the order of their turns. BOUNDED: by the shares, two for each connection. */
  readonly #waiting = new Set<LoopShare>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether tasks wait for a turn. */
  get isContended(): boolean {
    return this.#waiting.size > 0;
  }

  /**
   * Whether this turn has time left for a task.
   * @param now monotonic milliseconds
   * @param grantedIn the turn in which the task last went on after a wait
   */
  hasTime(now: number, grantedIn: number): boolean {
    if (this.#clock.soon === undefined) return true;
    this.#startedAt ??= now;
    if (this.#steps === 0) this.#arm();
    return now < this.#startedAt + (grantedIn === this.#turn ? WAITED_MS : TURN_MS);
  }

  /** Adds a task at the end of the queue. */
  enqueue(share: LoopShare): void {
    this.#waiting.add(share);
    if (this.#steps === 0) this.#arm();
  }

  /** Removes a task from the queue. */
  leave(share: LoopShare): void {
    this.#waiting.delete(share);
  }

  #arm(): void {
    this.#steps = Math.max(1, Math.min(this.#waiting.size, MOST_A_TURN));
    for (let step = 0; step < this.#steps; step += 1) {
      this.#clock.soon?.(() => {
        this.#step(step === 0);
      });
    }
  }

  #step(isFirst: boolean): void {
    if (isFirst) {
      this.#startedAt = undefined;
      this.#turn += 1;
    }
    try {
      this.#grantNext();
    } finally {
      this.#steps -= 1;
      // This turn ends with the next step, also where no task waits.
      if (this.#steps === 0 && this.#startedAt !== undefined) this.#arm();
    }
  }

  /** Lets the first of the queue go on, if there is time. A protocol that throws here ends the turn of no other. */
  #grantNext(): void {
    const now = this.#clock.monotonic();
    const [next] = this.#waiting;
    if (next === undefined) return;
    this.#startedAt ??= now;
    if (now >= this.#startedAt + WAITED_MS) return;
    this.#waiting.delete(next);
    next.grant(this.#turn);
  }
}

/** What one task uses of the turns. */
export class LoopShare {
  readonly #turns: LoopTurns;
  readonly #clock: Clock;
  readonly #onTurn: () => void;
  #left = SHARE_BYTES;
  #grantedIn = -1;
  #isWaiting = false;
  #isClosed = false;

  /** @param onTurn called when the task may go on after `isSpent` was true; not after `close` */
  constructor(clock: Clock, onTurn: () => void) {
    this.#clock = clock;
    this.#turns = turnsOf(clock);
    this.#onTurn = onTurn;
  }

  /** Whether the task waits for its turn. */
  get isWaiting(): boolean {
    return this.#isWaiting;
  }

  /** Counts processed bytes. */
  spend(bytes: number): void {
    this.#left -= bytes;
  }

  /** Whether the task must stop and wait for `onTurn`; false after `close`. @param now monotonic milliseconds */
  isSpent(now = this.#clock.monotonic()): boolean {
    if (this.#isClosed) return false;
    if (this.#isWaiting) return true;
    const hasTime = this.#turns.hasTime(now, this.#grantedIn);
    if (hasTime && this.#left <= 0 && !this.#turns.isContended) this.#left = SHARE_BYTES;
    if (hasTime && this.#left > 0) return false;
    this.#isWaiting = true;
    this.#turns.enqueue(this);
    return true;
  }

  /** Ends the waiting with a new share. For LoopTurns. @param turn the number of this turn */
  grant(turn: number): void {
    this.#isWaiting = false;
    this.#grantedIn = turn;
    this.#left = SHARE_BYTES;
    this.#onTurn();
  }

  /** Ends the waiting: the task is over, so that nothing waits for its turn any more. */
  close(): void {
    this.#turns.leave(this);
    this.#isWaiting = false;
    this.#isClosed = true;
  }
}

/** All tasks with a clock share its turns. */
const turnsOf = perObject((clock: Clock) => new LoopTurns(clock));
