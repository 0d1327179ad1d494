import type { Clock, Timer } from '../base/runtime.ts';
import type { MessageClass, MessageLabel } from './message-class.ts';
import { MessageFifo } from './message-fifo.ts';

/**
 * How long announcements are collected, milliseconds (our choice). The delay is small against the latency of the
 * public network, and a busy node has several announcements for a peer within it.
 */
export const ANNOUNCEMENT_DELAY_MS = 5;

/** Announcements of this many bytes are sent immediately: the transport joins as many into one write. */
export const ANNOUNCEMENT_BATCH = 64 * 1024;

/** BOUNDED: queue limits per class. MAX_ORDERED_BYTES holds two messages of the largest size. The first message of a class may have any size. */
const MAX_CONTROL = 64;
const MAX_ANNOUNCEMENTS = 4_096;
const MAX_ANNOUNCEMENT_BYTES = 4 * 1024 * 1024;
const MAX_ORDERED = 4_096;
const MAX_ORDERED_BYTES = 32 * 1024 * 1024;

/** Retry delay when the transport has drained but is still congested, milliseconds. */
const RETRY_MS = 20;

/** A message before encryption. */
export interface OutgoingMessage {
  /** Code on the wire. */
  readonly code: number;
  /** Uncompressed. */
  readonly payload: Uint8Array;
  readonly label: MessageLabel;
  /** When it was queued, for the recording: monotonic milliseconds. */
  queuedAt?: number | undefined;
}

/** The members of its session that the queue uses. */
export interface SendQueueHost {
  readonly clock: Clock;
  /** Whether the messages are recorded, so that their time in the queue is measured. */
  isRecorded(): boolean;
  /** Whether the transport is congested. */
  isCongested(): boolean;
  /** Resolves when the transport has room, or has closed. */
  drained(): Promise<void>;
  /** Encrypts a message and passes it to the transport, which writes the messages of one turn together. */
  transmit(message: OutgoingMessage): void;
  /** A message was dropped because the queue of its class is full: an announcement or a control message. */
  onDropped(message: OutgoingMessage): void;
  /** The queue of requests and answers is full. */
  onOverflow(): void;
}

/**
 * Outbound queue of a session. Frames must be encrypted in wire order, so messages are queued before encryption and
 * sent by priority: control, then requests and answers, then announcements. Announcements are collected for
 * ANNOUNCEMENT_DELAY_MS and sent in one write, or together with the next message of another class.
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

  /** Bytes of all queued payloads. */
  get bytes(): number {
    return this.#control.bytes + this.#ordered.bytes + this.#announcements.bytes;
  }

  /** Number of dropped messages so far. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Whether a protocol should await `ready` before it sends more. */
  get congested(): boolean {
    return !this.#closed && (this.#isWaiting || this.#host.isCongested());
  }

  /** Resolves when the queue is not congested, or has closed. */
  ready(): Promise<void> {
    if (!this.congested) return Promise.resolve();
    const waiting = new Promise<void>((resolve) => {
      this.#waiters.push(resolve);
    });
    this.#awaitRoom();
    return waiting;
  }

  /** Queues a message and sends it when its class is next and the transport has room. */
  send(kind: MessageClass, message: OutgoingMessage): void {
    if (this.#closed) return;
    if (this.#host.isRecorded()) message.queuedAt = this.#host.clock.monotonic();
    if (kind === 'announcement') {
      this.#announce(message);
      return;
    }
    const queue = kind === 'control' ? this.#control : this.#ordered;
    if (queue === this.#control && queue.length >= MAX_CONTROL) {
      this.#drop(message);
      return;
    }
    if (queue === this.#ordered && !hasRoom(queue, message, MAX_ORDERED, MAX_ORDERED_BYTES)) {
      this.#host.onOverflow();
      return;
    }
    queue.push(message);
    this.#batchDue = true;
    this.#pump();
  }

  /**
   * Transmits the queued control messages, at most MAX_CONTROL, whether the transport has room or not: before a
   * Disconnect, because a peer that does not get our Status cannot know why it was refused.
   */
  transmitControl(): void {
    for (;;) {
      const message = this.#control.shift();
      if (message === undefined) return;
      this.#host.transmit(message);
    }
  }

  /** Drops all messages and resolves all `ready` promises. */
  close(): void {
    this.#closed = true;
    this.#batchTimer?.cancel();
    this.#retryTimer?.cancel();
    for (const queue of [this.#control, this.#ordered, this.#announcements]) queue.clear();
    this.#release();
  }

  /** Whether a message waits that is not an announcement. */
  get #isWaiting(): boolean {
    return this.#control.length + this.#ordered.length > 0;
  }

  #announce(message: OutgoingMessage): void {
    const queue = this.#announcements;
    if (!hasRoom(queue, message, MAX_ANNOUNCEMENTS, MAX_ANNOUNCEMENT_BYTES)) {
      this.#drop(message);
      return;
    }
    queue.push(message);
    if (queue.bytes >= ANNOUNCEMENT_BATCH) this.#sendBatch();
    else
      this.#batchTimer ??= this.#host.clock.after(ANNOUNCEMENT_DELAY_MS, () => {
        this.#sendBatch();
      });
  }

  #drop(message: OutgoingMessage): void {
    this.#dropped++;
    this.#host.onDropped(message);
  }

  #sendBatch(): void {
    this.#batchDue = true;
    this.#pump();
  }

  #pump(): void {
    // Transmitting can end the session, which closes this queue, or call `send` again.
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
    if (!this.congested) this.#release();
    if (this.#isWaiting || this.#batchDue || this.#waiters.length > 0) this.#awaitRoom();
  }

  #awaitRoom(): void {
    if (this.#draining || this.#closed) return;
    this.#draining = true;
    void this.#host.drained().then(() => {
      this.#draining = false;
      if (this.#closed) return;
      // The `drained` promise of a closing transport resolves immediately each time.
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

/** Whether a message fits; a single message always does. */
function hasRoom(
  queue: MessageFifo<OutgoingMessage>,
  { payload }: OutgoingMessage,
  maxCount: number,
  maxBytes: number,
): boolean {
  return queue.length === 0 || (queue.length < maxCount && queue.bytes + payload.length <= maxBytes);
}
