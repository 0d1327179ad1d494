import type { NodeEvent } from '../events/events.ts';

/** BOUNDED: protocol versions that are counted. A node offers far fewer. */
const MAX_PROTOCOLS = 16;
/** BOUNDED: message codes of a protocol that are counted. The protocols have at most 22. */
const MAX_CODES = 32;

/** Messages of one code in one direction since the node started. */
export interface MessageTotal {
  readonly messages: number;
  /** Lengths of their frames on the wire. */
  readonly bytes: number;
}

type Counts = Record<'in' | 'out', ({ messages: number; bytes: number } | undefined)[]>;

/** Counts the messages of all sessions by protocol version and code. */
export class MessageTotals {
  readonly #protocols = new Map<string, Counts>();

  /** Counts a message. */
  add({ protocol, code, direction, bytes }: Extract<NodeEvent, { type: 'peer/message' }>): void {
    const codes = this.#countsOf(protocol)?.[direction];
    if (codes === undefined || code >= MAX_CODES) return;
    const total = (codes[code] ??= { messages: 0, bytes: 0 });
    total.messages += 1;
    total.bytes += bytes;
  }

  /** The total of one message; undefined before the first. */
  of(protocol: string, code: number, direction: 'in' | 'out'): MessageTotal | undefined {
    return this.#protocols.get(protocol)?.[direction][code];
  }

  clear(): void {
    this.#protocols.clear();
  }

  #countsOf(protocol: string): Counts | undefined {
    const known = this.#protocols.get(protocol);
    if (known !== undefined || this.#protocols.size >= MAX_PROTOCOLS) return known;
    const counts: Counts = { in: [], out: [] };
    this.#protocols.set(protocol, counts);
    return counts;
  }
}
