import type { Clock, Timer } from '../base/runtime.ts';
import { mergeNotices, type Notice, type NoticeKind, type Notification } from './notice.ts';

/** Shortest time between two notifications, milliseconds. */
export const NOTICE_INTERVAL_MS = 60_000;

/** How long the first notice waits for others of the same cause, such as several static nodes behind one router. */
export const GATHER_MS = 3_000;

/**
 * Shortest time between two notifications of one kind, where it is longer, milliseconds. A ban needs no action of the user, and
 * there can be many.
 */
export const KIND_INTERVAL_MS: Readonly<Partial<Record<NoticeKind, number>>> = { ban: 600_000 };

/** BOUNDED: notices that wait; further ones are counted in the merged text. */
export const MAX_WAITING = 32;

/** What the outbox asks and does. */
export interface OutboxParts {
  readonly clock: Clock;
  /** Whether the user wants notifications of a kind. */
  readonly isOn: (kind: NoticeKind) => boolean;
  /** Whether the window shows the place of the notice now. */
  readonly isSeen: (notice: Notice) => boolean;
  /** Hands a notification to the system. */
  readonly show: (notification: Notification) => void;
}

/** Notices on their way to the user: at most one notification per NOTICE_INTERVAL_MS, with all that came up meanwhile. */
export class NoticeOutbox {
  readonly #parts: OutboxParts;
  /** By key, oldest first. BOUNDED: MAX_WAITING. */
  readonly #waiting = new Map<string, Notice>();
  #omitted = 0;
  #timer: Timer | undefined;
  #lastAt = -Infinity;
  readonly #lastOfKind = new Map<NoticeKind, number>();

  constructor(parts: OutboxParts) {
    this.#parts = parts;
  }

  add(notice: Notice): void {
    if (!this.#parts.isOn(notice.kind)) return;
    this.#waiting.delete(notice.key);
    if (this.#waiting.size < MAX_WAITING) this.#waiting.set(notice.key, notice);
    else this.#omitted += 1;
    this.#arm();
  }

  /** Removes a notice whose reason is over. @returns whether it still waited, so that it was never shown */
  withdraw(key: string): boolean {
    return this.#waiting.delete(key);
  }

  /** Drops what waits. */
  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#waiting.clear();
    this.#omitted = 0;
  }

  /** Milliseconds until a notice of this kind may be shown. */
  #delayOf(kind: NoticeKind): number {
    const now = this.#parts.clock.monotonic();
    const ofKind = (this.#lastOfKind.get(kind) ?? -Infinity) + (KIND_INTERVAL_MS[kind] ?? 0) - now;
    return Math.max(0, this.#lastAt + NOTICE_INTERVAL_MS - now, ofKind);
  }

  #arm(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    if (this.#waiting.size === 0) return;
    const delays = [...this.#waiting.values()].map(({ kind }) => this.#delayOf(kind));
    this.#timer = this.#parts.clock.after(Math.max(GATHER_MS, Math.min(...delays)), () => {
      this.#showDue();
    });
  }

  #showDue(): void {
    const { clock, isOn, isSeen, show } = this.#parts;
    const due = [...this.#waiting.values()].filter(({ kind }) => this.#delayOf(kind) === 0);
    for (const { key } of due) this.#waiting.delete(key);
    const [first, ...others] = due.filter((notice) => isOn(notice.kind) && !isSeen(notice));
    if (first !== undefined) {
      const omitted = this.#omitted;
      this.#omitted = 0;
      this.#lastAt = clock.monotonic();
      for (const { kind } of [first, ...others]) this.#lastOfKind.set(kind, this.#lastAt);
      show(mergeNotices([first, ...others], omitted));
    }
    this.#arm();
  }
}
