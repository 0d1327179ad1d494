import type { Clock, Timer } from '../base/runtime.ts';
import type { MessageClass, MessageLabel } from './message-class.ts';
import { MessageFifo } from './message-fifo.ts';

/**
 * How long an announcement waits for company, milliseconds: our choice. Between two peers of the public network lie
 * tens of milliseconds, so nobody notices these, and a busy node has several announcements for a peer within them.
 */
export const ANNOUNCEMENT_DELAY_MS = 5;

/** Announcements of this many bytes leave at once: as many as the transport joins into one write. */
export const ANNOUNCEMENT_BATCH = 64 * 1024;

/** BOUNDED: what may wait, by class: two of the largest messages in order; the first of a class may have any size. */
const MAX_CONTROL = 64;
const MAX_ANNOUNCEMENTS = 4_096;
const MAX_ANNOUNCEMENT_BYTES = 4 * 1024 * 1024;
const MAX_ORDERED = 4_096;
const MAX_ORDERED_BYTES = 32 * 1024 * 1024;

/** How soon to look again where the transport says that it has room and then has none, milliseconds. */
const RETRY_MS = 20;

/** A message that waits to be encrypted. */
export interface OutgoingMessage {
  /** On the wire. */
  readonly code: number;
  /** Not compressed. */
  readonly payload: Uint8Array;
  readonly label: MessageLabel;
}

/** What a queue sends through, and whom it tells. */
export interface SendQueueHost {
  readonly clock: Clock;
  /** Whether the transport has enough to do. */
  isCongested(): boolean;
  /** Resolves when it has room, or has closed. */
  drained(): Promise<void>;
  /** Encrypts a message and hands it on; what is handed on in one turn leaves together. */
  transmit(message: OutgoingMessage): void;
  /** An announcement found no room. */
  onDropped(message: OutgoingMessage): void;
  /** More requests and answers wait than the queue holds. */
  onOverflow(): void;
}

/**
 * What a session has to say and its transport has no room for yet. Frames are encrypted in the order of the wire, so
 * messages wait in the clear: control first, then requests and answers, then announcements. Announcements are collected
 * for a moment, so that many leave in one write; anything else that leaves takes them along.
 */
export class SendQueue {
  readonly #host: SendQueueHost;
  readonly #control = new MessageFifo<OutgoingMessage>();
  readonly #ordered = new MessageFifo<OutgoingMessage>();
  readonly #announcements = new MessageFifo<OutgoingMessage>();
  #batchTimer: Timer | undefined;
  #retryTimer: Timer | undefined;
  #batchDue = false;
  #draining = false;
  #pumping = false;
  #closed = false;
  #dropped = 0;
  #waiters: (() => void)[] = [];

  constructor(host: SendQueueHost) {
    this.#host = host;
  }

  /** Bytes that wait here. */
  get bytes(): number {
    return this.#control.bytes + this.#ordered.bytes + this.#announcements.bytes;
  }

  /** Announcements that found no room so far. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Whether a protocol should wait for `ready` before it says more. */
  get congested(): boolean {
    return !this.#closed && (this.#ordered.length > 0 || this.#host.isCongested());
  }

  /** Resolves when there is room again, or when the queue has closed. */
  ready(): Promise<void> {
    if (!this.congested) return Promise.resolve();
    const waiting = new Promise<void>((resolve) => {
      this.#waiters.push(resolve);
    });
    this.#awaitRoom();
    return waiting;
  }

  /** Sends a message as soon as its class's turn comes. */
  send(kind: MessageClass, message: OutgoingMessage): void {
    if (this.#closed) return;
    if (kind === 'announcement') {
      this.#announce(message);
      return;
    }
    const queue = kind === 'control' ? this.#control : this.#ordered;
    if (queue === this.#control && queue.length >= MAX_CONTROL) return;
    if (queue === this.#ordered && !hasRoom(queue, message, MAX_ORDERED, MAX_ORDERED_BYTES)) {
      this.#host.onOverflow();
      return;
    }
    queue.push(message);
    this.#batchDue = true;
    this.#pump();
  }

  /** Drops what waits, and lets those go who wait for room. */
  close(): void {
    this.#closed = true;
    this.#batchTimer?.cancel();
    this.#retryTimer?.cancel();
    for (const queue of [this.#control, this.#ordered, this.#announcements]) queue.clear();
    this.#release();
  }

  #announce(message: OutgoingMessage): void {
    const queue = this.#announcements;
    if (!hasRoom(queue, message, MAX_ANNOUNCEMENTS, MAX_ANNOUNCEMENT_BYTES)) {
      this.#dropped++;
      this.#host.onDropped(message);
      return;
    }
    queue.push(message);
    if (queue.bytes >= ANNOUNCEMENT_BATCH) this.#sendBatch();
    else
      this.#batchTimer ??= this.#host.clock.after(ANNOUNCEMENT_DELAY_MS, () => {
        this.#sendBatch();
      });
  }

  #sendBatch(): void {
    this.#batchDue = true;
    this.#pump();
  }

  #pump(): void {
    // Handing a message on can end the session, which closes this queue, or make somebody send.
    if (this.#pumping) return;
    this.#pumping = true;
    try {
      while (!this.#closed && !this.#host.isCongested()) {
        const message = this.#next();
        if (message === undefined) break;
        this.#host.transmit(message);
      }
    } finally {
      this.#pumping = false;
    }
    this.#settle();
  }

  #next(): OutgoingMessage | undefined {
    const urgent = this.#control.shift() ?? this.#ordered.shift();
    return urgent ?? (this.#batchDue ? this.#announcements.shift() : undefined);
  }

  #settle(): void {
    if (this.#closed) return;
    if (this.#announcements.length === 0) {
      this.#batchDue = false;
      this.#batchTimer?.cancel();
      this.#batchTimer = undefined;
    }
    const isWaiting = this.#control.length + this.#ordered.length > 0 || this.#batchDue;
    if (!this.congested) this.#release();
    if (isWaiting || this.#waiters.length > 0) this.#awaitRoom();
  }

  #awaitRoom(): void {
    if (this.#draining || this.#closed) return;
    this.#draining = true;
    void this.#host.drained().then(() => {
      this.#draining = false;
      if (this.#closed) return;
      // A transport that is about to close drains at once, for ever.
      if (this.#host.isCongested()) this.#retryLater();
      else this.#pump();
    });
  }

  #retryLater(): void {
    this.#draining = true;
    this.#retryTimer = this.#host.clock.after(RETRY_MS, () => {
      this.#draining = false;
      this.#awaitRoom();
    });
  }

  #release(): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const resolve of waiters) resolve();
  }
}

/** Whether a message fits; one alone always does. */
function hasRoom(
  queue: MessageFifo<OutgoingMessage>,
  { payload }: OutgoingMessage,
  maxCount: number,
  maxBytes: number,
): boolean {
  return queue.length === 0 || (queue.length < maxCount && queue.bytes + payload.length <= maxBytes);
}
