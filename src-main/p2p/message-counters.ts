/** Number of messages of one kind on a session, and the bytes of their payloads on the wire. */
export interface MessageCounter {
  /** `p2p`, `eth/69`. */
  readonly protocol: string;
  readonly name: string;
  readonly in: number;
  readonly out: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
}

type MutableCounter = { -readonly [K in keyof MessageCounter]: MessageCounter[K] };

/** Message counters of one session. BOUNDED: one per message code of the negotiated protocols and the base protocol. */
export class MessageCounters {
  readonly #byCode = new Map<number, MutableCounter>();

  /** Counts a message; `code` is its code on the wire. */
  count(
    code: number,
    message: { readonly protocol: string; readonly name: string },
    direction: 'in' | 'out',
    bytes: number,
  ): void {
    let counter = this.#byCode.get(code);
    if (counter === undefined) {
      counter = { ...message, in: 0, out: 0, bytesIn: 0, bytesOut: 0 };
      this.#byCode.set(code, counter);
    }
    if (direction === 'in') {
      counter.in++;
      counter.bytesIn += bytes;
    } else {
      counter.out++;
      counter.bytesOut += bytes;
    }
  }

  /** Returns copies of all counters in the order of their codes. */
  list(): readonly MessageCounter[] {
    return [...this.#byCode].sort(([a], [b]) => a - b).map(([, counter]) => ({ ...counter }));
  }
}
