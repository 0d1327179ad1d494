import { bytesToUtf8, utf8ToBytes } from '../base/bytes.ts';
import type { LocalSocketEvents, OpenLocalSocket } from '../base/local-socket.ts';
import { encodeRlp, RawRlp } from '../base/rlp.ts';
import type { Unsubscribe } from '../base/runtime.ts';
import { encodeConsensusReceipt } from '../eth/receipts.ts';
import { pooledTransactionHash } from '../eth/transactions.ts';
import type { RpcEndpoint } from '../sentry/rpc-endpoint.ts';
import { isObject } from '../sentry/rpc-message.ts';
import { dataOf, dataText, hashOf, quantityOf, quantityText } from '../sentry/rpc-values.ts';
import type { DemoBlock } from './blocks.ts';
import type { DemoChain } from './chain.ts';
import { DemoPool } from './pool.ts';

const VERSION = 'Enodeck-demo-client/v1';

/** Codes of JSON-RPC, and that of clients for what they refuse. */
const METHOD_NOT_FOUND = -32_601;
const INVALID_PARAMS = -32_602;
const REFUSED = -32_000;

/** The subscriptions of a connection, by what they are of. */
const SUBSCRIPTIONS: Readonly<Record<string, string>> = { newHeads: '0x1', newPendingTransactions: '0x2' };

/** What a call gives. */
type Outcome =
  { readonly result: unknown } | { readonly error: { readonly code: number; readonly message: string } };

const refused = (code: number, message: string): Outcome => ({ error: { code, message } });

/**
 * The execution client behind our node in the demo: it has the demo's chain and a transaction pool of its own, and answers the
 * methods of JSON-RPC that a sentry needs. Its connections are in this process.
 */
export class DemoExecutionClient {
  readonly #chain: DemoChain;
  readonly #pool: DemoPool;

  constructor(chain: DemoChain) {
    this.#chain = chain;
    this.#pool = new DemoPool(chain);
  }

  /** How a sentry reaches it. */
  readonly endpoint: RpcEndpoint = {
    address: { kind: 'ipc', path: 'demo' },
    label: 'the demo, in this process',
    usesJwt: false,
    headers: () => ({}),
    conceal: (text) => text,
  };

  /** Opens a connection in place of an IPC socket. The path does not matter. */
  readonly connect: OpenLocalSocket = (_path, events) => {
    const subscribed = new Map<string, Unsubscribe>();
    let isClosed = false;
    const close = (): void => {
      isClosed = true;
      for (const unsubscribe of subscribed.values()) unsubscribe();
      subscribed.clear();
    };
    const deliver: LocalSocketEvents['received'] = (bytes) => {
      queueMicrotask(() => {
        if (!isClosed) events.received(bytes);
      });
    };
    return {
      send: (bytes) => {
        deliver(toBytes(this.#answer(JSON.parse(bytesToUtf8(bytes)), subscribed, deliver)));
      },
      close,
    };
  };

  /** Answers a call, or a batch of calls. */
  #answer(
    request: unknown,
    subscribed: Map<string, Unsubscribe>,
    deliver: LocalSocketEvents['received'],
  ): unknown {
    const one = (call: unknown): unknown => {
      const { id = null, method, params } = isObject(call) ? call : {};
      const args: readonly unknown[] = Array.isArray(params) ? params : [];
      const outcome =
        method === 'eth_subscribe'
          ? this.#subscribe(String(args[0]), subscribed, deliver)
          : this.#call(String(method), args);
      return { jsonrpc: '2.0', id, ...outcome };
    };
    return Array.isArray(request) ? request.map(one) : one(request);
  }

  #subscribe(
    kind: string,
    subscribed: Map<string, Unsubscribe>,
    deliver: LocalSocketEvents['received'],
  ): Outcome {
    const subscription = SUBSCRIPTIONS[kind];
    if (subscription === undefined) return refused(INVALID_PARAMS, `no "${kind}" subscription`);
    const notify = (result: unknown): void => {
      const params = { subscription, result };
      deliver(toBytes({ jsonrpc: '2.0', method: 'eth_subscription', params }));
    };
    subscribed.get(kind)?.();
    subscribed.set(
      kind,
      kind === 'newHeads'
        ? this.#chain.onBlock((block) => {
            notify(summaryOf(block));
          })
        : this.#pool.onPending(({ hash }) => {
            notify(dataText(hash));
          }),
    );
    return { result: subscription };
  }

  #call(method: string, [first]: readonly unknown[]): Outcome {
    switch (method) {
      case 'web3_clientVersion':
        return { result: VERSION };
      case 'eth_getBlockByNumber':
      case 'eth_getBlockByHash': {
        const block = this.#find(first);
        return { result: block === undefined ? null : summaryOf(block) };
      }
      case 'eth_capabilities': {
        const oldestBlock = quantityText(this.#chain.earliest);
        return { result: { blocks: { oldestBlock }, receipts: { oldestBlock } } };
      }
      case 'debug_getRawHeader':
        return this.#ofBlock(first, ({ encoded }) => dataText(encoded));
      case 'debug_getRawBlock':
        return this.#ofBlock(first, (block) => dataText(encodeBlock(block)));
      case 'debug_getRawReceipts':
        return this.#ofBlock(first, ({ receipts }) =>
          receipts.map((receipt) => dataText(encodeConsensusReceipt(receipt))),
        );
      case 'eth_getRawTransactionByHash': {
        const hash = hashOf(first);
        const transaction = hash && this.#pool.get(hash);
        return { result: transaction === undefined ? null : dataText(transaction.encoded) };
      }
      case 'eth_sendRawTransaction':
        return this.#submit(first);
      case 'eth_unsubscribe':
        return refused(REFUSED, 'subscription not found');
      default:
        return refused(METHOD_NOT_FOUND, `the method ${method} does not exist/is not available`);
    }
  }

  #submit(value: unknown): Outcome {
    const encoded = dataOf(value);
    if (encoded === undefined) return refused(INVALID_PARAMS, 'missing value for required argument 0');
    const refusal = this.#pool.submit(encoded);
    if (refusal !== undefined) return refused(REFUSED, refusal);
    return { result: dataText(pooledTransactionHash(encoded)) };
  }

  #ofBlock(key: unknown, read: (block: DemoBlock) => unknown): Outcome {
    const block = this.#find(key);
    return block === undefined ? refused(REFUSED, 'header not found') : { result: read(block) };
  }

  /** The block with a hash, a number, or the tag `latest`. */
  #find(key: unknown): DemoBlock | undefined {
    if (key === 'latest') return this.#chain.head;
    const hash = hashOf(key);
    if (hash !== undefined) return this.#chain.byHash(hash);
    const number = quantityOf(key);
    return number === undefined ? undefined : this.#chain.at(number);
  }
}

function summaryOf({ header: { number, hash, parentHash } }: DemoBlock): unknown {
  return { number: quantityText(number), hash: dataText(hash), parentHash: dataText(parentHash) };
}

function encodeBlock({ encoded, body: { transactions, ommers, withdrawals = [] } }: DemoBlock): Uint8Array {
  const items = (each: readonly Uint8Array[]): readonly RawRlp[] => each.map((item) => new RawRlp(item));
  return encodeRlp([new RawRlp(encoded), items(transactions), items(ommers), items(withdrawals)]);
}

const toBytes = (message: unknown): Uint8Array => utf8ToBytes(JSON.stringify(message));
