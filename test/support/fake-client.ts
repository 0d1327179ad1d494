import type { ClientFamily } from '../../src-main/sentry/dialect.ts';
import { isObject } from '../../src-main/sentry/rpc-message.ts';
import type { Testchain, TestchainBlock } from './testchain-blocks.ts';
import { unhex } from './hex.ts';

/** An error as a client answers it. */
export class ClientError extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

/** How a client answers what it does not have or does not take. */
interface FakeDialect {
  readonly version: string;
  readonly takesHashes: boolean;
  /** For a method that it does not have. */
  notFound(method: string): ClientError;
  /** For a block that it does not have; a string is a result. */
  unknownBlock(byHash: boolean): ClientError | string | null;
  /** For a hash where a number is required. */
  readonly noHashes: ClientError;
  readonly accessLists: boolean;
  readonly capabilities: boolean;
}

const UNUSED = new ClientError(-32_602, 'invalid argument 0');

/** The documented answers of each client. */
export const FAKE_DIALECTS: Readonly<Record<Exclude<ClientFamily, 'other'>, FakeDialect>> = {
  geth: {
    version: 'Geth/v1.17.8-stable-02b73d4e/linux-amd64/go1.25.4',
    takesHashes: true,
    notFound: (method) => new ClientError(-32_601, `the method ${method} does not exist/is not available`),
    unknownBlock: (byHash) => (byHash ? new ClientError(-32_000, 'header not found') : '0x'),
    noHashes: UNUSED,
    accessLists: false,
    capabilities: false,
  },
  reth: {
    version: 'reth/v1.9.3-27a8c0f/x86_64-unknown-linux-gnu',
    takesHashes: true,
    notFound: () => new ClientError(-32_601, 'Method not found'),
    unknownBlock: () => new ClientError(-32_001, 'block not found'),
    noHashes: UNUSED,
    accessLists: true,
    capabilities: true,
  },
  besu: {
    version: 'besu/v25.11.0/linux-x86_64/openjdk-java-21',
    takesHashes: false,
    notFound: () => new ClientError(-32_604, 'Method not enabled'),
    unknownBlock: () => null,
    noHashes: new ClientError(-32_602, 'Invalid block param (block not found)'),
    accessLists: false,
    capabilities: false,
  },
  nethermind: {
    version: 'Nethermind/v1.25.4+20b10b35/linux-x64/dotnet8.0.1',
    takesHashes: false,
    notFound: (method) => new ClientError(-32_601, `Method ${method} is not supported, method not found`),
    unknownBlock: () => new ClientError(-32_001, 'Block 0x0 was not found'),
    noHashes: new ClientError(-32_602, 'Invalid params'),
    accessLists: true,
    capabilities: false,
  },
  erigon: {
    version: 'erigon/3.2.2/linux-amd64/go1.24.3',
    takesHashes: true,
    notFound: (method) => new ClientError(-32_601, `the method ${method} does not exist/is not available`),
    unknownBlock: () => new ClientError(-32_000, 'block not found'),
    noHashes: UNUSED,
    accessLists: true,
    capabilities: false,
  },
};

/** Limits of geth: calls in a batch, and bytes of results. */
const MAX_CALLS = 1_000;
const MAX_RESULT_BYTES = 25 * 1000 * 1000;

type Call = { readonly id: unknown; readonly method: string; readonly params: readonly unknown[] };

/** A client that answers JSON-RPC from the test chain in the dialect of a real one. */
export class FakeClient {
  readonly chain: Testchain;
  readonly dialect: FakeDialect;
  /** Number of the head. */
  head: number;
  /** The oldest block whose body and receipts are there. */
  oldest = 0;
  /** Methods that are switched off. */
  readonly missing = new Set<string>();
  /** Each call, in order. */
  readonly calls: { readonly method: string; readonly params: readonly unknown[] }[] = [];
  /** The number of calls in each request, in order. */
  readonly requests: number[] = [];
  maxResultBytes = MAX_RESULT_BYTES;
  /** Transactions of the pool by hash, 0x hex. */
  readonly pool = new Map<string, string>();
  /** What eth_sendRawTransaction throws or returns. */
  onSubmit: (transaction: string) => string = () => unhex(new Uint8Array(32));
  /** Replaces the result of a call. */
  lie: ((method: string, honest: unknown) => unknown) | undefined;
  /** Replaces the whole answer. */
  garble: ((answer: string) => string) | undefined;
  /** Hashes that the filter has not given yet. */
  readonly filtered: string[] = [];
  /** Blocks of a side chain or a reorganization, in front of those of the chain. */
  readonly replaced = new Map<number, TestchainBlock>();

  constructor(chain: Testchain, family: keyof typeof FAKE_DIALECTS, head = chain.blocks.length - 1) {
    this.chain = chain;
    this.dialect = FAKE_DIALECTS[family];
    this.head = head;
  }

  /** The answer to a request, as a client that has no notices gives it. */
  answer(text: string): string {
    const request = JSON.parse(text) as Call | readonly Call[];
    const answer = JSON.stringify(
      Array.isArray(request) ? this.#batch(request as readonly Call[]) : this.#one(request as Call),
    );
    return this.garble?.(answer) ?? answer;
  }

  #one(call: Call): unknown {
    this.requests.push(1);
    return this.#reply(call);
  }

  #batch(calls: readonly Call[]): unknown {
    this.requests.push(calls.length);
    if (calls.length > MAX_CALLS)
      return [failure(calls[0]?.id ?? null, new ClientError(-32_600, 'batch too large'))];
    let bytes = 0;
    return calls.map((call) => {
      if (bytes > this.maxResultBytes)
        return failure(call.id, new ClientError(-32_003, 'response too large'));
      const reply = this.#reply(call);
      bytes += JSON.stringify(reply).length;
      return bytes > this.maxResultBytes
        ? failure(call.id, new ClientError(-32_003, 'response too large'))
        : reply;
    });
  }

  #reply({ id, method, params }: Call): unknown {
    this.calls.push({ method, params });
    try {
      const honest = this.#result(method, params);
      return { jsonrpc: '2.0', id, result: this.lie === undefined ? honest : this.lie(method, honest) };
    } catch (error) {
      if (error instanceof ClientError) return failure(id, error);
      throw error;
    }
  }

  #result(method: string, params: readonly unknown[]): unknown {
    if (this.missing.has(method)) throw this.dialect.notFound(method);
    const answer = this.#methods[method];
    if (answer === undefined) throw this.dialect.notFound(method);
    return answer(params);
  }

  readonly #methods: Readonly<Record<string, (params: readonly unknown[]) => unknown>> = {
    web3_clientVersion: () => this.dialect.version,
    eth_getBlockByNumber: ([tag]) => this.#summary(this.#byTag(String(tag))),
    eth_getBlockByHash: ([hash]) => this.#summary(this.chain.byHash(String(hash))),
    debug_getRawHeader: ([key]) => this.#raw(key, ({ encodedHeader }) => unhex(encodedHeader)),
    debug_getRawBlock: ([key]) =>
      this.#raw(key, (block) => (this.#isPruned(block) ? undefined : unhex(block.encoded))),
    debug_getRawReceipts: ([key]) => {
      const block = this.#find(key);
      if (block === undefined || this.#isPruned(block)) return [];
      return block.receipts?.map(unhex) ?? [];
    },
    debug_getRawBlockAccessList: () => {
      if (!this.dialect.accessLists) throw this.dialect.notFound('debug_getRawBlockAccessList');
      return null;
    },
    eth_capabilities: () => {
      if (!this.dialect.capabilities) throw this.dialect.notFound('eth_capabilities');
      const oldestBlock = `0x${this.oldest.toString(16)}`;
      return { blocks: { disabled: false, oldestBlock }, receipts: { disabled: false, oldestBlock } };
    },
    eth_getRawTransactionByHash: ([hash]) => this.pool.get(String(hash)) ?? null,
    eth_sendRawTransaction: ([transaction]) => {
      if (typeof transaction !== 'string')
        throw new ClientError(-32_602, 'missing value for required argument 0');
      return this.onSubmit(transaction);
    },
    eth_newPendingTransactionFilter: () => '0xf1',
    eth_getFilterChanges: ([id]) => {
      if (id !== '0xf1') throw new ClientError(-32_000, 'filter not found');
      return this.filtered.splice(0);
    },
    eth_unsubscribe: () => {
      throw new ClientError(-32_000, 'subscription not found');
    },
    eth_subscribe: ([kind]) => `0x${String(kind).length.toString(16)}`,
  };

  #raw(key: unknown, read: (block: TestchainBlock) => string | undefined): unknown {
    const block = this.#find(key);
    const found = block && read(block);
    if (found !== undefined) return found;
    const unknown = this.dialect.unknownBlock(isHash(key));
    if (unknown instanceof ClientError) throw unknown;
    return unknown;
  }

  #find(key: unknown): TestchainBlock | undefined {
    if (!isHash(key)) return this.#byTag(String(key));
    if (!this.dialect.takesHashes) throw this.dialect.noHashes;
    return this.chain.byHash(String(key));
  }

  #byTag(tag: string): TestchainBlock | undefined {
    const number = tag === 'latest' ? this.head : Number(tag);
    return number > this.head ? undefined : (this.replaced.get(number) ?? this.chain.blocks[number]);
  }

  #isPruned({ header }: TestchainBlock): boolean {
    return header.number !== 0n && header.number < BigInt(this.oldest);
  }

  #summary(block: TestchainBlock | undefined): unknown {
    if (block === undefined) return null;
    return {
      number: `0x${block.header.number.toString(16)}`,
      hash: unhex(block.header.hash),
      transactions: [],
    };
  }
}

function isHash(key: unknown): boolean {
  return typeof key === 'string' && key.length === 66;
}

function failure(id: unknown, { code, message }: ClientError): unknown {
  return { jsonrpc: '2.0', id, error: { code, message } };
}

/** The calls in a request text. */
export function callsIn(text: string): readonly Call[] {
  const request: unknown = JSON.parse(text);
  return (Array.isArray(request) ? request : [request]).filter(isObject) as unknown as readonly Call[];
}
