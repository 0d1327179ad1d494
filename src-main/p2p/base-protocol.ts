import type { Clock } from '../base/runtime.ts';
import type { ComposedEnd, ComposedMessage, ComposedRequests } from './composed-requests.ts';
import { decodeDisconnect, type ReceivedDisconnect } from './disconnect-reason.ts';
import type { LatencyRecord } from './latency.ts';
import { BASE_PROTOCOL, baseMessageLabel, EMPTY_LIST_PAYLOAD, P2P_CODES } from './messages.ts';
import { Pinger } from './pinger.ts';
import type { OutgoingMessage } from './send-queue.ts';

/** The members of its session that the base protocol uses. */
export interface BaseProtocolHost {
  readonly clock: Clock;
  /** Requests that a person composed. */
  readonly composed: ComposedRequests;
  /** Queues a message of class `control`. */
  send(message: OutgoingMessage): void;
  onDisconnect(received: ReceivedDisconnect): void;
}

/**
 * The base protocol (`p2p`) of one session after Hello: answers Ping, measures the round trips of its own pings, and
 * reports Disconnect. Reserved codes are ignored.
 * @see https://github.com/ethereum/devp2p/blob/master/rlpx.md#p2p-capability
 */
export class BaseProtocol {
  readonly #host: BaseProtocolHost;
  readonly #pinger: Pinger;

  constructor(host: BaseProtocolHost) {
    this.#host = host;
    this.#pinger = new Pinger(host.clock, () => {
      this.#send(P2P_CODES.ping);
    });
  }

  /** Round-trip times of our pings. */
  get latency(): LatencyRecord {
    return this.#pinger.latency;
  }

  /** Starts the periodic pings. */
  start(): void {
    this.#pinger.start();
  }

  /** Pings immediately, in addition to the periodic pings. */
  pingNow(): void {
    this.#pinger.pingNow();
  }

  /** Stops the periodic pings. */
  stop(): void {
    this.#pinger.stop();
  }

  /**
   * Sends a Ping that a person composed, and waits for its Pong.
   * @throws RangeError for another message
   */
  compose(message: ComposedMessage): Promise<ComposedEnd> {
    if (message.code !== P2P_CODES.ping) throw new RangeError('Of the base protocol only Ping is composed');
    const end = this.#host.composed.open(message);
    this.#send(P2P_CODES.ping);
    return end;
  }

  /** Processes a message with a code below BASE_PROTOCOL_LENGTH. */
  receive(code: number, payload: Uint8Array): void {
    switch (code) {
      case P2P_CODES.ping:
        this.#send(P2P_CODES.pong);
        return;
      case P2P_CODES.pong:
        // Pongs come in the order of the pings: of a composed ping and a periodic one, the older is answered.
        if (this.#host.composed.take(BASE_PROTOCOL, code, payload, this.#pinger.sentAt)) return;
        this.#pinger.receivePong();
        return;
      case P2P_CODES.disconnect:
        this.#host.onDisconnect(decodeDisconnect(payload));
        return;
      default:
        return;
    }
  }

  #send(code: number): void {
    this.#host.send({ code, payload: EMPTY_LIST_PAYLOAD, label: baseMessageLabel(code) });
  }
}
