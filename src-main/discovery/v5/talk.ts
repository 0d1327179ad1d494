import { bytesToHex, EMPTY_BYTES, utf8ToBytes } from '../../base/bytes.ts';
import { describeError } from '../../base/errors.ts';
import type { Clock, Logger, Timer, Unsubscribe } from '../../base/runtime.ts';
import { MAX_MESSAGE_SIZE, MAX_REQUEST_ID_SIZE } from './constants.ts';
import type { V5Peer } from './dispatcher-types.ts';
import type { V5TalkRequest } from './messages.ts';

/** Answers the requests of one protocol, with at most 1,177 bytes and within half a second; what it throws is logged. */
export type TalkHandler = (from: V5Peer, payload: Uint8Array) => Uint8Array | Promise<Uint8Array>;

/** Protocols that can be registered: our choice. BOUNDED. */
const MAX_PROTOCOLS = 64;

/** Bytes of a protocol's name: our choice. */
const MAX_NAME_SIZE = 64;

/** Requests that are being answered at once: our choice; more get the empty answer. BOUNDED. */
const MAX_ACTIVE = 64;

/** How long a handler may take, milliseconds: our choice, so that the asker, who waits 700, still gets an answer. */
const HANDLER_TIMEOUT_MS = 500;

/** Bytes around the payload of an answer: its type, the request ID with its prefix, the prefixes of list and payload. */
const FRAME_SIZE = 1 + 3 + (1 + MAX_REQUEST_ID_SIZE) + 3;

/** Bytes of an answer that fits one packet. */
const MAX_ANSWER_SIZE = MAX_MESSAGE_SIZE - FRAME_SIZE;

interface Protocol {
  readonly name: string;
  readonly handler: TalkHandler;
}

/** The protocols that answer TALKREQ. Unknown protocols get an empty answer, as the specification requires. */
export class TalkProtocols {
  readonly #clock: Clock;
  readonly #logger: Logger;
  /** By the hex of the name's bytes, as names on the wire need not be text. */
  readonly #protocols = new Map<string, Protocol>();
  readonly #active = new Set<() => void>();

  constructor(clock: Clock, logger: Logger) {
    this.#clock = clock;
    this.#logger = logger;
  }

  /** Names of the protocols that are answered. */
  get names(): string[] {
    return [...this.#protocols.values()].map(({ name }) => name).sort();
  }

  /**
   * Has a protocol's requests answered, until the function that is returned is called.
   * @throws RangeError for a name that is taken, empty or longer than 64 bytes, and beyond 64 protocols
   */
  register(name: string, handler: TalkHandler): Unsubscribe {
    const bytes = utf8ToBytes(name);
    if (bytes.length === 0 || bytes.length > MAX_NAME_SIZE)
      throw new RangeError('a protocol’s name has 1 to 64 bytes');
    const key = bytesToHex(bytes);
    if (this.#protocols.has(key)) throw new RangeError(`the protocol ${name} is registered already`);
    if (this.#protocols.size >= MAX_PROTOCOLS) throw new RangeError('too many protocols are registered');
    const protocol = { name, handler };
    this.#protocols.set(key, protocol);
    return () => {
      if (this.#protocols.get(key) === protocol) this.#protocols.delete(key);
    };
  }

  /** The payload of the answer; empty where there is none. Never rejects. */
  async answer(from: V5Peer, { protocol, payload }: V5TalkRequest): Promise<Uint8Array> {
    if (protocol.length > MAX_NAME_SIZE || this.#active.size >= MAX_ACTIVE) return EMPTY_BYTES;
    const known = this.#protocols.get(bytesToHex(protocol));
    if (known === undefined) return EMPTY_BYTES;
    // A copy, because the bytes are a view of a datagram, and the handler may keep them.
    const answer = await this.#inTime(this.#call(known, from, payload.slice()));
    if (answer.length <= MAX_ANSWER_SIZE) return answer;
    this.#logger.warn('the answer of a talk protocol fits no packet', { protocol: known.name });
    return EMPTY_BYTES;
  }

  /** Ends the answers that are under way, as empty ones. */
  stop(): void {
    for (const end of [...this.#active]) end();
  }

  async #call({ name, handler }: Protocol, from: V5Peer, payload: Uint8Array): Promise<Uint8Array> {
    try {
      return await handler(from, payload);
    } catch (error) {
      this.#logger.warn('a talk protocol failed', { protocol: name, error: describeError(error) });
      return EMPTY_BYTES;
    }
  }

  #inTime(answer: Promise<Uint8Array>): Promise<Uint8Array> {
    return new Promise((resolve) => {
      const settle = (payload: Uint8Array): void => {
        timer.cancel();
        this.#active.delete(end);
        resolve(payload);
      };
      const end = (): void => settle(EMPTY_BYTES);
      this.#active.add(end);
      const timer: Timer = this.#clock.after(HANDLER_TIMEOUT_MS, end);
      void answer.then(settle);
    });
  }
}
