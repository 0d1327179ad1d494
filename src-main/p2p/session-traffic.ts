import type { Clock } from '../base/runtime.ts';
import type { FrameMessage } from '../rlpx/frame-codec.ts';
import type { EventSink, Offence } from '../events/events.ts';
import { InboundLimits } from './inbound-limits.ts';
import type { MessageClass, MessageLabel } from './message-class.ts';
import { MessageCounters, type MessageCounter } from './message-counters.ts';

/** Lengths of a message's payload. */
interface Lengths {
  /** As the protocol has it. */
  readonly size: number;
  /** On the wire. */
  readonly bytes: number;
}

/** Dropped announcements are told of once in this time, milliseconds. */
const DROP_REPORT_MS = 1_000;

/** What passes one session: counted, held to the limits, and told of. */
export class SessionTraffic {
  readonly #clock: Clock;
  readonly #events: EventSink;
  readonly #peer: { readonly idHex: string; readonly ip: string };
  readonly #counters = new MessageCounters();
  readonly #limits: InboundLimits;
  #lastInAt: number;
  #lastOutAt: number;
  #dropToldAt = -Infinity;

  constructor(clock: Clock, events: EventSink, peer: { readonly idHex: string; readonly ip: string }) {
    this.#clock = clock;
    this.#events = events;
    this.#peer = peer;
    this.#limits = new InboundLimits(clock);
    this.#lastInAt = clock.now();
    this.#lastOutAt = this.#lastInAt;
  }

  /** When a message last came and went, Unix milliseconds; when the session began, before the first. */
  get lastInAt(): number {
    return this.#lastInAt;
  }

  get lastOutAt(): number {
    return this.#lastOutAt;
  }

  /** Messages of the peer above its limits. */
  get limited(): number {
    return this.#limits.exceeded;
  }

  /** What was sent and received so far, by message. */
  get messages(): readonly MessageCounter[] {
    return this.#counters.list();
  }

  /**
   * Counts a message of the peer, against the limits where it has a class.
   * @returns whether it is handed on, and for how many milliseconds to stop reading
   */
  received(
    { code, payload, wireBytes }: FrameMessage,
    kind: MessageClass | undefined,
    label: MessageLabel,
  ): { readonly isDropped: boolean; readonly pauseMs: number } {
    this.#lastInAt = this.#clock.now();
    this.#count(code, label, 'in', { size: payload.length, bytes: wireBytes });
    if (kind === undefined) return { isDropped: false, pauseMs: 0 };
    const verdict = this.#limits.judge(kind, payload.length);
    if (verdict.isReported) {
      this.#limit('in', label);
      this.offend('message-flood', `More ${label.name} messages of ${label.protocol} than a peer may send`);
    }
    return verdict;
  }

  /** Counts a message of ours; `wireCode` is the one on the wire. */
  sent(wireCode: number, label: MessageLabel, lengths: Lengths): void {
    this.#lastOutAt = this.#clock.now();
    this.#count(wireCode, label, 'out', lengths);
  }

  /** An announcement of ours was dropped; told of once a second, the queue counts them all. */
  dropped(label: MessageLabel): void {
    const now = this.#clock.monotonic();
    if (now - this.#dropToldAt < DROP_REPORT_MS) return;
    this.#dropToldAt = now;
    this.#limit('out', label);
  }

  /** The peer did what costs reputation. */
  offend(offence: Offence, detail: string): void {
    this.#events.emit({ type: 'peer/offence', ...this.#peer, offence, detail });
  }

  #limit(direction: 'in' | 'out', { protocol, name }: MessageLabel): void {
    this.#events.emit({ type: 'peer/limited', idHex: this.#peer.idHex, direction, protocol, name });
  }

  #count(wireCode: number, label: MessageLabel, direction: 'in' | 'out', { size, bytes }: Lengths): void {
    const { protocol, name, code } = label;
    this.#counters.count(wireCode, { protocol, name }, direction, bytes);
    const { idHex } = this.#peer;
    this.#events.emit({ type: 'peer/message', idHex, direction, protocol, name, code, size, bytes });
  }
}
