import { bytesToHex, EMPTY_BYTES, utf8ToBytes } from '../../base/bytes.ts';
import { describeError } from '../../base/errors.ts';
import type { Clock, Logger, Timer, Unsubscribe } from '../../base/runtime.ts';
import { MAX_MESSAGE_SIZE, MAX_REQUEST_ID_SIZE } from './constants.ts';
import type { V5Peer } from './dispatcher-types.ts';
import type { V5TalkRequest } from './messages.ts';

/** Answers the requests of one protocol with at most 1,177 bytes, within half a second. Its errors are logged. */
export type TalkHandler = (from: V5Peer, payload: Uint8Array) => Uint8Array | Promise<Uint8Array>;

/** Maximum number of registered protocols: our choice. BOUNDED. */
const MAX_PROTOCOLS = 64;

/** Longest name of a protocol, bytes: our choice. */
const MAX_NAME_SIZE = 64;

/** Concurrent calls of handlers: our choice; further requests get an empty answer. BOUNDED. */
const MAX_ACTIVE = 64;

/** Time limit of a handler, milliseconds: our choice, so that the answer arrives within the requester's 700 ms. */
const HANDLER_TIMEOUT_MS = 500;

/** Bytes around the payload of an answer: its type, the request ID with its prefix, the prefixes of list and payload. */
const FRAME_SIZE = 1 + 3 + (1 + MAX_REQUEST_ID_SIZE) + 3;

/** Bytes of the longest answer that fits into one packet. */
const MAX_ANSWER_SIZE = MAX_MESSAGE_SIZE - FRAME_SIZE;

interface TalkProtocol {
  readonly name: string;
  readonly handler: TalkHandler;
}

/** The protocols that answer TALKREQ. Unknown protocols get an empty answer, as the specification requires. */
export class TalkProtocols {
  readonly #clock: Clock;
  readonly #logger: Logger;
  /** By the hex of the name: a name can be any bytes. */
  readonly #protocols = new Map<string, TalkProtocol>();
  readonly #active = new Set<() => void>();

  constructor(clock: Clock, logger: Logger) {
    this.#clock = clock;
    this.#logger = logger;
  }

  /** Names of the registered protocols, sorted. */
  get names(): string[] {
    return [...this.#protocols.values()].map(({ name }) => name).sort();
  }

  /**
   * Registers the handler of a protocol, until the returned function is called.
   * @throws RangeError for a name that is registered, empty or longer than 64 bytes, and above 64 protocols
   */
  register(name: string, handler: TalkHandler): Unsubscribe {
    const bytes = utf8ToBytes(name);
    if (bytes.length === 0 || bytes.length > MAX_NAME_SIZE)
      throw new RangeError('a protocol’s name has 1 to 64 bytes');
    const key = bytesToHex(bytes);
    if (this.#protocols.has(key)) throw new RangeError(`the protocol ${name} is already registered`);
    if (this.#protocols.size >= MAX_PROTOCOLS) throw new RangeError('too many protocols are registered');
    const protocol = { name, handler };
    this.#protocols.set(key, protocol);
    return () => {
      if (this.#protocols.get(key) === protocol) this.#protocols.delete(key);
    };
  }

  /** The payload of the answer; empty if there is none. Never rejects. */
  async answer(from: V5Peer, { protocol, payload }: V5TalkRequest): Promise<Uint8Array> {
    if (protocol.length > MAX_NAME_SIZE || this.#active.size >= MAX_ACTIVE) return EMPTY_BYTES;
    const known = this.#protocols.get(bytesToHex(protocol));
    if (known === undefined) return EMPTY_BYTES;
    // A copy, because the payload is a view of the datagram, and the handler may keep it.
    const answer = await this.#withTimeout(this.#call(known, from, payload.slice()));
    if (answer.length <= MAX_ANSWER_SIZE) return answer;
    this.#logger.warn('the answer of a TALK protocol does not fit into a packet', { protocol: known.name });
    return EMPTY_BYTES;
  }

  /** Ends the pending answers with empty ones. */
  stop(): void {
    for (const end of [...this.#active]) end();
  }

  async #call({ name, handler }: TalkProtocol, from: V5Peer, payload: Uint8Array): Promise<Uint8Array> {
    try {
      return await handler(from, payload);
    } catch (error) {
      this.#logger.warn('a TALK protocol failed', { protocol: name, error: describeError(error) });
      return EMPTY_BYTES;
    }
  }

  #withTimeout(answer: Promise<Uint8Array>): Promise<Uint8Array> {
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
