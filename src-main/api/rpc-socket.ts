import type { RawData } from 'ws';
import { bytesToHex } from '../base/bytes.ts';
import { describeError } from '../base/errors.ts';
import type { Clock, Logger, Random, Unsubscribe } from '../base/runtime.ts';
import { RPC_CODES, RpcError, type RpcDispatcher, type RpcSubscriber } from './json-rpc.ts';
import { failureText } from './rpc-message.ts';
import { keepAlive, type PageSocket } from './web-socket.ts';

/** BOUNDED: size of a message or of an HTTP request body, bytes. */
export const MAX_RPC_BODY = 1_048_576;
/** BOUNDED: concurrent clients. */
export const MAX_RPC_SOCKETS = 32;
/** BOUNDED: subscriptions per client. */
const MAX_SUBSCRIPTIONS = 16;
/** BOUNDED: concurrent calls per client. */
const MAX_CALLS = 64;
/** Queued bytes above which a client is disconnected because it does not read. */
const MAX_QUEUED = 8_388_608;
/** BOUNDED: notifications queued until the answer with their subscription ID was sent. */
const MAX_EARLY = 1_024;
const OVERFLOW = 'subscription queue overflow';
/** Length of a subscription ID, bytes (geth rpc/subscription.go). */
const ID_BYTES = 16;
/** WebSocket close codes (RFC 6455 section 7.4.1, and 1013 of the IANA registry). */
const CLOSE = { tooBig: 1_009, tryAgainLater: 1_013 } as const;

/** Dependencies of JSON-RPC over WebSocket. */
export interface RpcSocketServices {
  readonly rpc: RpcDispatcher;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/**
 * Serves one JSON-RPC client over its WebSocket until either side closes it.
 * @param onQueued called after each queued message
 */
export function serveRpcSocket(
  socket: PageSocket,
  services: RpcSocketServices,
  onQueued: () => void = () => undefined,
): void {
  const client = new RpcClient(socket, services, onQueued);
  const stopPings = keepAlive(socket, services.clock);
  socket.on('message', (data) => {
    client.take(data).catch((error: unknown) => {
      services.logger.error('an RPC message failed', { reason: describeError(error) });
      socket.terminate();
    });
  });
  socket.on('error', (error) => {
    services.logger.debug('an RPC client’s connection failed', { reason: error.message });
  });
  socket.on('close', () => {
    stopPings();
    client.close();
  });
}

/** A subscription; `early` holds notifications until its ID was sent. BOUNDED: MAX_EARLY. */
interface Subscription {
  readonly end: Unsubscribe;
  readonly early: string[];
  isAnnounced: boolean;
}

class RpcClient {
  readonly #socket: PageSocket;
  readonly #services: RpcSocketServices;
  readonly #onQueued: () => void;
  /** By ID. BOUNDED: MAX_SUBSCRIPTIONS. */
  readonly #subscriptions = new Map<string, Subscription>();
  #inFlight = 0;
  #isClosed = false;

  constructor(socket: PageSocket, services: RpcSocketServices, onQueued: () => void) {
    this.#socket = socket;
    this.#services = services;
    this.#onQueued = onQueued;
  }

  async take(data: RawData): Promise<void> {
    const bytes = data as Buffer;
    if (bytes.length > MAX_RPC_BODY) {
      this.#disconnect(CLOSE.tooBig, 'message too big');
      return;
    }
    if (this.#inFlight >= MAX_CALLS) {
      this.#send(failureText('null', RPC_CODES.failed, 'too many concurrent calls'));
      return;
    }
    this.#inFlight += 1;
    try {
      await this.#answer(bytes.toString());
    } finally {
      this.#inFlight -= 1;
    }
  }

  close(): void {
    this.#isClosed = true;
    for (const { end } of this.#subscriptions.values()) end();
    this.#subscriptions.clear();
  }

  async #answer(text: string): Promise<void> {
    const opened: Subscription[] = [];
    const answer = await this.#services.rpc.answer(text, this.#subscriber(opened));
    if (answer !== undefined) this.#send(answer);
    for (const subscription of opened) {
      subscription.isAnnounced = true;
      for (const early of subscription.early.splice(0)) this.#send(early);
    }
  }

  /** @param opened collects the subscriptions of one message */
  #subscriber(opened: Subscription[]): RpcSubscriber {
    return {
      subscribe: (namespace, feed) => {
        if (this.#isClosed || this.#subscriptions.size >= MAX_SUBSCRIPTIONS) {
          throw new RpcError(RPC_CODES.failed, 'too many subscriptions');
        }
        const id = subscriptionId(this.#services.random);
        const early: string[] = [];
        const end = feed((result) => {
          const params = { subscription: id, result };
          const text = JSON.stringify({ jsonrpc: '2.0', method: `${namespace}_subscription`, params });
          if (subscription.isAnnounced) this.#send(text);
          else if (early.length < MAX_EARLY) early.push(text);
          else this.#disconnect(CLOSE.tryAgainLater, OVERFLOW);
        });
        const subscription: Subscription = { end, early, isAnnounced: false };
        this.#subscriptions.set(id, subscription);
        opened.push(subscription);
        return id;
      },
      unsubscribe: (id) => {
        this.#subscriptions.get(id)?.end();
        return this.#subscriptions.delete(id);
      },
    };
  }

  #send(text: string): void {
    if (this.#isClosed || this.#socket.readyState !== this.#socket.OPEN) return;
    if (this.#socket.bufferedAmount > MAX_QUEUED) {
      const queued = this.#socket.bufferedAmount;
      this.#services.logger.warn('an RPC client was dropped because it does not read', { queued });
      this.#disconnect(CLOSE.tryAgainLater, OVERFLOW);
      return;
    }
    this.#socket.send(text);
    this.#onQueued();
  }

  /** Closes the connection with a reason, which the client gets after the queued messages. Sends nothing more. */
  #disconnect(code: number, reason: string): void {
    this.close();
    this.#socket.close(code, reason);
  }
}

/** Creates an ID as geth does: 16 random bytes as a quantity without leading zeros. */
function subscriptionId(random: Random): string {
  const digits = bytesToHex(random.bytes(ID_BYTES)).replace(/^0+/, '');
  return `0x${digits === '' ? '0' : digits}`;
}
