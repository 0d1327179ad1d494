import type { Clock } from '../base/runtime.ts';
import type { MessageCount } from '../../shared/model/peer.ts';
import type { MessageLabel } from './message-class.ts';
import { MessageRate } from './message-rate.ts';

/** Messages of one kind in one direction. */
interface Flow {
  count: number;
  bytes: number;
  /** Unix milliseconds. */
  lastAt: number | null;
  readonly rate: MessageRate;
}

interface Counter {
  readonly protocol: string;
  readonly name: string;
  readonly in: Flow;
  readonly out: Flow;
}

/** Message counters of one session. BOUNDED: one per message code of the negotiated protocols and the base protocol. */
export class MessageCounters {
  readonly #clock: Clock;
  readonly #startedAt: number;
  readonly #byCode = new Map<number, Counter>();

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#startedAt = clock.monotonic();
  }

  /** Counts a message; `code` is its code on the wire, `bytes` the length of its frame on the wire. */
  count(
    code: number,
    { protocol, name }: Pick<MessageLabel, 'protocol' | 'name'>,
    direction: 'in' | 'out',
    bytes: number,
  ): void {
    let counter = this.#byCode.get(code);
    if (counter === undefined) {
      counter = { protocol, name, in: this.#flow(), out: this.#flow() };
      this.#byCode.set(code, counter);
    }
    const flow = counter[direction];
    flow.count++;
    flow.bytes += bytes;
    flow.lastAt = this.#clock.now();
    flow.rate.count(this.#clock.monotonic());
  }

  /** Returns copies of all counters in the order of their codes. */
  list(): readonly MessageCount[] {
    const now = this.#clock.monotonic();
    return [...this.#byCode]
      .sort(([a], [b]) => a - b)
      .map(([, counter]) => ({
        protocol: counter.protocol,
        name: counter.name,
        in: counter.in.count,
        out: counter.out.count,
        bytesIn: counter.in.bytes,
        bytesOut: counter.out.bytes,
        rateIn: counter.in.rate.perSecond(now),
        rateOut: counter.out.rate.perSecond(now),
        lastInAt: counter.in.lastAt,
        lastOutAt: counter.out.lastAt,
      }));
  }

  #flow(): Flow {
    return { count: 0, bytes: 0, lastAt: null, rate: new MessageRate(this.#startedAt) };
  }
}
