import { bytesToHex } from '../base/bytes.ts';
import { describeError } from '../base/errors.ts';
import type { Logger, Random, Unsubscribe } from '../base/runtime.ts';
import { RPC_CODES, RpcError, type RpcDispatcher, type RpcSubscriber } from './json-rpc.ts';
import { failureText } from './rpc-message.ts';

/** BOUNDED: size of a message or of an HTTP request body, bytes. */
export const MAX_RPC_BODY = 1_048_576;
/** BOUNDED: concurrent clients of one endpoint. */
export const MAX_RPC_CLIENTS = 32;
/** BOUNDED: subscriptions per client. */
const MAX_SUBSCRIPTIONS = 16;
/** BOUNDED: concurrent calls per client. */
const MAX_CALLS = 64;
/** Queued bytes above which a client is disconnected because it does not read. */
const MAX_QUEUED = 8_388_608;
/** BOUNDED: notifications queued until the answer with their subscription ID was sent. */
const MAX_EARLY = 1_024;
/** Length of a subscription ID, bytes (geth rpc/subscription.go). */
const ID_BYTES = 16;

/** Why a client is disconnected. */
export type RpcRefusal = 'message-too-big' | 'queue-overflow';

/** The connection of a client that can get notifications, over a WebSocket or an IPC socket. */
export interface RpcConnection {
  readonly isOpen: boolean;
  /** Bytes that wait for the client to read. */
  readonly queued: number;
  send(text: string): void;
  /** Closes the connection, and tells the client why where that is possible. */
  refuse(refusal: RpcRefusal): void;
  /** Closes it at once. */
  cut(): void;
}

/** Dependencies of a client. */
export interface RpcClientServices {
  readonly rpc: RpcDispatcher;
  readonly random: Random;
  readonly logger: Logger;
  /** Called after each queued message. */
  onQueued(): void;
}

/** A subscription; `early` holds notifications until its ID was sent. BOUNDED: MAX_EARLY. */
interface Subscription {
  readonly end: Unsubscribe;
  readonly early: string[];
  isAnnounced: boolean;
}

/** One client of JSON-RPC: answers its messages, and sends the notifications of its subscriptions. */
export class RpcClient {
  readonly #connection: RpcConnection;
  readonly #services: RpcClientServices;
  /** By ID. BOUNDED: MAX_SUBSCRIPTIONS. */
  readonly #subscriptions = new Map<string, Subscription>();
  #inFlight = 0;
  #isClosed = false;

  constructor(connection: RpcConnection, services: RpcClientServices) {
    this.#connection = connection;
    this.#services = services;
  }

  /** Takes a message: a call or a batch. A defect ends the connection. */
  take(text: string): void {
    this.#take(text).catch((error: unknown) => {
      this.#services.logger.error('an RPC message failed', { reason: describeError(error) });
      this.#connection.cut();
    });
  }

  /** Disconnects the client; sends nothing more. */
  refuse(refusal: RpcRefusal): void {
    this.close();
    this.#connection.refuse(refusal);
  }

  /** Ends the subscriptions; the connection has closed. */
  close(): void {
    this.#isClosed = true;
    for (const { end } of this.#subscriptions.values()) end();
    this.#subscriptions.clear();
  }

  async #take(text: string): Promise<void> {
    if (this.#inFlight >= MAX_CALLS) {
      this.#send(failureText('null', RPC_CODES.failed, 'too many concurrent calls'));
      return;
    }
    this.#inFlight += 1;
    try {
      await this.#answer(text);
    } finally {
      this.#inFlight -= 1;
    }
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
          else this.refuse('queue-overflow');
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
    if (this.#isClosed || !this.#connection.isOpen) return;
    const { queued } = this.#connection;
    if (queued > MAX_QUEUED) {
      this.#services.logger.warn('an RPC client was dropped because it does not read', { queued });
      this.refuse('queue-overflow');
      return;
    }
    this.#connection.send(text);
    this.#services.onQueued();
  }
}

/** Creates an ID as geth does: 16 random bytes as a quantity without leading zeros. */
function subscriptionId(random: Random): string {
  const digits = bytesToHex(random.bytes(ID_BYTES)).replace(/^0+/, '');
  return `0x${digits === '' ? '0' : digits}`;
}
