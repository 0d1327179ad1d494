import type { MessageCount, SessionTrend } from '../../shared/model/peer.ts';
import type { Clock } from '../base/runtime.ts';
import type { FrameMessage } from '../rlpx/frame-codec.ts';
import type { EventSink, Offence } from '../events/events.ts';
import { InboundLimits } from './inbound-limits.ts';
import type { MessageClass, MessageLabel } from './message-class.ts';
import { ByteRate } from './byte-rate.ts';
import { MessageCounters } from './message-counters.ts';
import { baseMessageLabel, P2P_CODES } from './messages.ts';
import { TrafficTrend } from './traffic-trend.ts';

/** Lengths of a message, bytes. */
interface Lengths {
  /** Of its payload, uncompressed. */
  readonly size: number;
  /** Of its frame on the wire. */
  readonly bytes: number;
}

/** Shortest time between two reports of dropped announcements, milliseconds. */
const DROP_REPORT_MS = 1_000;

/** What a session shows of its traffic. */
export type TrafficView = Pick<
  SessionTraffic,
  'lastInAt' | 'lastOutAt' | 'rateIn' | 'rateOut' | 'trend' | 'messages'
>;

/** Traffic of one session: counts messages, applies the inbound limits and emits the events. */
export class SessionTraffic {
  readonly #clock: Clock;
  readonly #events: EventSink;
  readonly #peer: { readonly idHex: string; readonly ip: string };
  readonly #counters: MessageCounters;
  readonly #trend: TrafficTrend;
  readonly #rates: { readonly in: ByteRate; readonly out: ByteRate };
  readonly #limits: InboundLimits;
  #lastInAt: number;
  #lastOutAt: number;
  #dropReportedAt = -Infinity;

  constructor(clock: Clock, events: EventSink, peer: { readonly idHex: string; readonly ip: string }) {
    this.#clock = clock;
    this.#events = events;
    this.#peer = peer;
    this.#counters = new MessageCounters(clock);
    const startedAt = clock.monotonic();
    this.#trend = new TrafficTrend(startedAt);
    this.#rates = { in: new ByteRate(startedAt), out: new ByteRate(startedAt) };
    this.#limits = new InboundLimits(clock);
    this.#lastInAt = clock.now();
    this.#lastOutAt = this.#lastInAt;
  }

  /** Time of the last received message, Unix milliseconds; initially the start of the session. */
  get lastInAt(): number {
    return this.#lastInAt;
  }

  /** Time of the last sent message, Unix milliseconds; initially the start of the session. */
  get lastOutAt(): number {
    return this.#lastOutAt;
  }

  /** Bytes received a second, averaged over BYTE_RATE_SECONDS. */
  get rateIn(): number {
    return this.#rates.in.perSecond(this.#clock.monotonic());
  }

  /** Bytes sent a second, averaged over BYTE_RATE_SECONDS. */
  get rateOut(): number {
    return this.#rates.out.perSecond(this.#clock.monotonic());
  }

  /** Number of received messages above the limits. */
  get limited(): number {
    return this.#limits.exceeded;
  }

  /** Traffic over the session. */
  get trend(): SessionTrend {
    return this.#trend.snapshot(this.#clock.monotonic());
  }

  /** Counters of all messages so far. */
  get messages(): readonly MessageCount[] {
    return this.#counters.list();
  }

  /**
   * Counts a received message and applies the limits of its class, if it has one.
   * @returns whether the message is dropped, and for how many milliseconds to stop reading
   */
  received(
    { code, payload, frameBytes }: FrameMessage,
    kind: MessageClass | undefined,
    label: MessageLabel,
  ): { readonly isDropped: boolean; readonly pauseMs: number } {
    this.#lastInAt = this.#clock.now();
    this.#count(code, label, 'in', { size: payload.length, bytes: frameBytes });
    if (kind === undefined) return { isDropped: false, pauseMs: 0 };
    const verdict = this.#limits.judge(kind, payload.length);
    if (verdict.isReported) {
      this.#limit('in', label);
      this.offend('message-flood', `${label.name} messages of ${label.protocol} above the rate limit`);
    }
    return verdict;
  }

  /** Counts a sent message; `wireCode` is its code on the wire. */
  sent(wireCode: number, label: MessageLabel, lengths: Lengths): void {
    this.#lastOutAt = this.#clock.now();
    this.#count(wireCode, label, 'out', lengths);
  }

  /** Counts our Disconnect, which passes no send queue. */
  sentDisconnect(lengths: Lengths): void {
    this.sent(P2P_CODES.disconnect, baseMessageLabel(P2P_CODES.disconnect), lengths);
  }

  /** Reports that an outbound message was dropped, at most once per DROP_REPORT_MS; the queue counts all. */
  dropped(label: MessageLabel): void {
    const now = this.#clock.monotonic();
    if (now - this.#dropReportedAt < DROP_REPORT_MS) return;
    this.#dropReportedAt = now;
    this.#limit('out', label);
  }

  /** Reports an offence of the peer. */
  offend(offence: Offence, detail: string): void {
    this.#events.emit({ type: 'peer/offence', ...this.#peer, offence, detail });
  }

  #limit(direction: 'in' | 'out', { protocol, name }: MessageLabel): void {
    this.#events.emit({ type: 'peer/limited', idHex: this.#peer.idHex, direction, protocol, name });
  }

  #count(wireCode: number, label: MessageLabel, direction: 'in' | 'out', { size, bytes }: Lengths): void {
    const { protocol, name, code } = label;
    const now = this.#clock.monotonic();
    this.#counters.count(wireCode, label, direction, bytes);
    this.#trend.count(now, direction, bytes);
    this.#rates[direction].count(now, bytes);
    const { idHex } = this.#peer;
    this.#events.emit({ type: 'peer/message', idHex, direction, protocol, name, code, size, bytes });
  }
}
