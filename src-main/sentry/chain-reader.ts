import { BoundedMap } from '../base/bounded-map.ts';
import { bytesToHex, equalBytes } from '../base/bytes.ts';
import { keccak256 } from '../base/keccak.ts';
import { EMPTY_TRIE_ROOT } from '../chain/header.ts';
import type { AnswerLimits } from '../eth/chain-source.ts';
import { receiptsSize } from '../eth/item-sizes.ts';
import type { BlockBody, HeaderQuery } from '../eth/messages.ts';
import type { Receipt } from '../eth/receipts.ts';
import type { Dialect } from './dialect.ts';
import { RpcError } from './errors.ts';
import { inRounds } from './in-rounds.ts';
import type { RpcAsker } from './rpc-budget.ts';
import type { RpcClient } from './rpc-client.ts';
import { refusalOf, type RpcOutcome } from './rpc-message.ts';
import { dataOf, dataText, memberOf, quantityOf, quantityText } from './rpc-values.ts';
import {
  assertGenesis,
  checkAccessList,
  checkBlock,
  checkHeader,
  checkReceipts,
  follows,
  type EncodedHeader,
} from './verify.ts';

/** BOUNDED: headers that are kept by their hash, of about 600 bytes each. */
const MAX_HEADERS = 2_048;

/** Verified headers by hash. A header never changes, so that a reorganization needs no removal. */
export type HeaderCache = BoundedMap<string, EncodedHeader>;

/** Creates a cache that outlives the connections to the client. */
export function createHeaderCache(): HeaderCache {
  return new BoundedMap(MAX_HEADERS);
}

/** What a reader works with. */
export interface ReaderServices {
  readonly client: RpcClient;
  readonly dialect: Dialect;
  readonly headers: HeaderCache;
  /** Of this node's network, 32 bytes. */
  readonly genesisHash: Uint8Array;
  /** Called with each item that the client sent and that was not the requested one. */
  readonly onWrong: (error: RpcError) => void;
}

/**
 * Reads the chain of a client through one connection and verifies each item. An item that the client does not have, or
 * refuses, or that fails its check is missing in the result. A failed connection rejects.
 */
export class ChainReader {
  readonly #services: ReaderServices;

  constructor(services: ReaderServices) {
    this.#services = services;
  }

  /**
   * The encoded headers of a query up to the first missing one. By number, consecutive headers must be linked by their
   * parent hashes. A start by hash outside the canonical chain gives that header alone.
   * @param latest number of the head: later blocks are not asked for
   */
  async headers(
    query: HeaderQuery,
    limits: AnswerLimits,
    latest: bigint,
    asker: RpcAsker,
  ): Promise<readonly Uint8Array[]> {
    const { start } = query;
    if (query.limit === 0n || limits.items < 1) return [];
    const origin = 'hash' in start ? (await this.#headersByHash([start.hash], asker))[0] : undefined;
    if ('hash' in start && origin === undefined) return [];
    const from = 'hash' in start ? (origin?.header.number ?? 0n) : start.number;
    const items = query.limit < BigInt(limits.items) ? Number(query.limit) : limits.items;
    const numbers = numbersOf(from, query, items, latest);
    if (origin !== undefined && items === 1) return [origin.encoded];
    const found = await this.#headersByNumber(numbers, asker);
    const chain = linked(found, query);
    if (origin !== undefined) {
      const [first] = chain;
      if (first === undefined || !equalBytes(first.header.hash, origin.header.hash)) return [origin.encoded];
    }
    return within(
      chain.map(({ encoded }) => encoded),
      limits.bytes,
    );
  }

  /** The bodies of these blocks up to the first missing one, and the limits. */
  async bodies(
    hashes: readonly Uint8Array[],
    limits: AnswerLimits,
    asker: RpcAsker,
  ): Promise<readonly BlockBody[]> {
    if (!this.#services.dialect.blocks) return [];
    const blocks = await inRounds(
      hashes,
      limits,
      (round) => this.#blocks(round, asker),
      (block) => block?.size,
    );
    return blocks.flatMap((block) => (block === undefined ? [] : [block.body]));
  }

  /** The receipts of these blocks up to the first missing ones, and the limits. */
  async receipts(
    hashes: readonly Uint8Array[],
    limits: AnswerLimits,
    asker: RpcAsker,
  ): Promise<readonly (readonly Receipt[])[]> {
    const found = await inRounds(
      hashes,
      limits,
      (round) => this.#receipts(round, asker),
      (receipts) => receipts && receiptsSize(receipts),
    );
    return found.filter((receipts) => receipts !== undefined);
  }

  /** The headers are needed first: clients answer an unknown block as one without receipts. */
  async #receipts(
    hashes: readonly Uint8Array[],
    asker: RpcAsker,
  ): Promise<readonly (readonly Receipt[] | undefined)[]> {
    const { dialect, client } = this.#services;
    const method = 'debug_getRawReceipts';
    const found = await this.#headersByHash(hashes, asker);
    const isEmpty = ({ header }: EncodedHeader): boolean => equalBytes(header.receiptsRoot, EMPTY_TRIE_ROOT);
    const asked = found.filter(
      (each) => dialect.receipts && each !== undefined && !isEmpty(each),
    ) as EncodedHeader[];
    const outcomes = await client.callAll(
      asker,
      asked.map((each) => ({ method, params: [this.#key(each)] })),
    );
    const fetched = new Map(asked.map((each, at) => [each, this.#receiptsOf(outcomes[at], method, each)]));
    return found.map((each) => (each !== undefined && isEmpty(each) ? [] : each && fetched.get(each)));
  }

  #receiptsOf(
    outcome: RpcOutcome | undefined,
    method: string,
    { header }: EncodedHeader,
  ): readonly Receipt[] | undefined {
    const result = this.#resultOf(outcome);
    // No receipts of a block that has some: they are pruned.
    if (!Array.isArray(result) || result.length === 0) return undefined;
    return this.#checked(() => {
      const encoded = result.map(dataOf).filter((item) => item !== undefined);
      if (encoded.length !== result.length) throw notHex(method);
      return checkReceipts(method, encoded, header);
    });
  }

  /** The encoded access lists of these blocks up to the limits; undefined for each that is missing. */
  async accessLists(
    hashes: readonly Uint8Array[],
    limits: AnswerLimits,
    asker: RpcAsker,
  ): Promise<readonly (Uint8Array | undefined)[]> {
    const method = this.#services.dialect.accessLists;
    if (method === undefined) return hashes.map(() => undefined);
    return await inRounds(
      hashes,
      limits,
      (round) => this.#accessLists(method, round, asker),
      (list) => list?.length ?? 0,
    );
  }

  async #accessLists(
    method: string,
    hashes: readonly Uint8Array[],
    asker: RpcAsker,
  ): Promise<readonly (Uint8Array | undefined)[]> {
    const found = await this.#headersByHash(hashes, asker);
    const asked = found.filter((each) => each?.header.accessListHash !== undefined) as EncodedHeader[];
    const outcomes = await this.#services.client.callAll(
      asker,
      asked.map((each) => ({ method, params: [this.#key(each)] })),
    );
    const lists = new Map(
      asked.map((each, at) => [
        each,
        this.#bytesOf(outcomes[at], method, (bytes) => checkAccessList(method, bytes, each.header)),
      ]),
    );
    return found.map((each) => each && lists.get(each));
  }

  /**
   * The header of the client's head. Where each request is a connection of its own, as over HTTP, the client behind the
   * address may have been replaced since the probe: its genesis block is asked for in the same request.
   * @throws RpcError, `rpc-wrong-chain` among others, and NetworkError; also when the client refuses
   */
  async head(): Promise<EncodedHeader> {
    const { client, genesisHash } = this.#services;
    const method = 'debug_getRawHeader';
    const blocks = client.channel.hasNotices ? ['latest'] : ['latest', quantityText(0n)];
    const outcomes = await client.callAll(
      'own',
      blocks.map((block) => ({ method, params: [block] })),
    );
    const [latest, genesis] = outcomes.map((outcome) => {
      if (!outcome.ok) throw outcome.error;
      const bytes = dataOf(outcome.result);
      if (bytes === undefined) throw notHex(method);
      return bytes;
    });
    if (latest === undefined) throw notHex(method);
    if (genesis !== undefined) assertGenesis(keccak256(genesis), genesisHash);
    const head = checkHeader(method, latest, {});
    this.#services.headers.set(bytesToHex(head.header.hash), head);
    return head;
  }

  /** Hash or number of a block as the client's debug methods take it. */
  #key({ header }: EncodedHeader): string {
    return this.#services.dialect.takesHashes ? dataText(header.hash) : quantityText(header.number);
  }

  async #headersByNumber(
    numbers: readonly bigint[],
    asker: RpcAsker,
  ): Promise<readonly (EncodedHeader | undefined)[]> {
    const method = 'debug_getRawHeader';
    if (!this.#services.dialect.headers) return [];
    const calls = numbers.map((number) => ({ method, params: [quantityText(number)] }));
    const outcomes = await this.#services.client.callAll(asker, calls);
    return numbers.map((number, at) => {
      const wanted = number === 0n ? { number, hash: this.#services.genesisHash } : { number };
      return this.#bytesOf(outcomes[at], method, (bytes) => this.#keep(checkHeader(method, bytes, wanted)));
    });
  }

  async #headersByHash(
    hashes: readonly Uint8Array[],
    asker: RpcAsker,
  ): Promise<readonly (EncodedHeader | undefined)[]> {
    const { dialect, headers, client } = this.#services;
    const method = 'debug_getRawHeader';
    const known = (hash: Uint8Array): EncodedHeader | undefined => headers.get(bytesToHex(hash));
    const found = hashes.map(known);
    if (!dialect.headers) return found;
    const missing = hashes.filter((_, at) => found[at] === undefined);
    const keys = await this.#keysOf(missing, asker);
    const asked = missing.filter((_, at) => keys[at] !== undefined);
    const calls = keys.flatMap((key) => (key === undefined ? [] : [{ method, params: [key] }]));
    const outcomes = await client.callAll(asker, calls);
    const fetched = new Map<string, EncodedHeader>();
    for (const [at, hash] of asked.entries()) {
      const header = this.#bytesOf(outcomes[at], method, (bytes) =>
        this.#keep(checkHeader(method, bytes, { hash })),
      );
      if (header !== undefined) fetched.set(bytesToHex(hash), header);
    }
    return hashes.map((hash, at) => found[at] ?? fetched.get(bytesToHex(hash)));
  }

  async #blocks(hashes: readonly Uint8Array[], asker: RpcAsker): Promise<readonly (Block | undefined)[]> {
    const method = 'debug_getRawBlock';
    const keys = await this.#keysOf(hashes, asker);
    const calls = keys.flatMap((key) => (key === undefined ? [] : [{ method, params: [key] }]));
    const outcomes = await this.#services.client.callAll(asker, calls);
    let next = 0;
    return hashes.map((hash, at) => {
      if (keys[at] === undefined) return undefined;
      const block = this.#bytesOf(outcomes[next++], method, (bytes) => checkBlock(method, bytes, hash));
      if (block !== undefined) this.#keep(block);
      return block;
    });
  }

  /** What names these blocks to the client; a client that takes numbers only is asked for the number of each unknown hash. */
  async #keysOf(hashes: readonly Uint8Array[], asker: RpcAsker): Promise<readonly (string | undefined)[]> {
    const { dialect, client, headers } = this.#services;
    if (dialect.takesHashes) return hashes.map(dataText);
    const numbers = new Map<string, bigint>();
    for (const hash of hashes) {
      const known = headers.peek(bytesToHex(hash));
      if (known !== undefined) numbers.set(bytesToHex(hash), known.header.number);
    }
    const unknown = hashes.filter((hash) => !numbers.has(bytesToHex(hash)));
    const calls = unknown.map((hash) => ({ method: 'eth_getBlockByHash', params: [dataText(hash), false] }));
    const outcomes = await client.callAll(asker, calls);
    for (const [at, hash] of unknown.entries()) {
      const number = quantityOf(memberOf(this.#resultOf(outcomes[at]), 'number'));
      if (number !== undefined) numbers.set(bytesToHex(hash), number);
    }
    return hashes.map((hash) => {
      const number = numbers.get(bytesToHex(hash));
      return number === undefined ? undefined : quantityText(number);
    });
  }

  #keep({ encoded, header }: EncodedHeader): EncodedHeader {
    const kept = { encoded, header };
    this.#services.headers.set(bytesToHex(header.hash), kept);
    return kept;
  }

  /** The item in an outcome; undefined where it is missing or fails its check. */
  #bytesOf<T>(
    outcome: RpcOutcome | undefined,
    method: string,
    check: (bytes: Uint8Array) => T,
  ): T | undefined {
    const result = this.#resultOf(outcome);
    if (result === undefined || result === null || result === '0x') return undefined;
    return this.#checked(() => {
      const bytes = dataOf(result);
      if (bytes === undefined) throw notHex(method);
      return check(bytes);
    });
  }

  /** The result of a call; undefined where the client refused it. @throws the failure of the connection */
  #resultOf(outcome: RpcOutcome | undefined): unknown {
    if (outcome === undefined) return undefined;
    if (outcome.ok) return outcome.result;
    if (refusalOf(outcome.error) === undefined) throw outcome.error;
    return undefined;
  }

  #checked<T>(check: () => T): T | undefined {
    try {
      return check();
    } catch (error) {
      if (!(error instanceof RpcError) || error.code !== 'rpc-wrong-item') throw error;
      this.#services.onWrong(error);
      return undefined;
    }
  }
}

type Block = ReturnType<typeof checkBlock>;

/** The block numbers of a query, from its start, that exist up to the head. */
function numbersOf(from: bigint, { skip, reverse }: HeaderQuery, items: number, latest: bigint): bigint[] {
  const step = (skip + 1n) * (reverse ? -1n : 1n);
  const numbers: bigint[] = [];
  for (let number = from; numbers.length < items && number >= 0n && number <= latest; number += step) {
    numbers.push(number);
  }
  return numbers;
}

/** The headers up to the first that is missing or, without gaps between them, is not linked to the one before. */
function linked(
  found: readonly (EncodedHeader | undefined)[],
  { skip, reverse }: HeaderQuery,
): EncodedHeader[] {
  const chain: EncodedHeader[] = [];
  for (const each of found) {
    if (each === undefined) break;
    const previous = chain.at(-1);
    if (previous !== undefined && skip === 0n) {
      const [parent, child] = reverse ? [each, previous] : [previous, each];
      if (!follows(child.header, parent.header)) break;
    }
    chain.push(each);
  }
  return chain;
}

/** The items up to and with the one that passes the limit. */
function within(items: readonly Uint8Array[], bytes: number): readonly Uint8Array[] {
  let sum = 0;
  const last = items.findIndex((item) => (sum += item.length) > bytes);
  return last < 0 ? items : items.slice(0, last + 1);
}

function notHex(method: string): RpcError {
  return new RpcError('rpc-wrong-item', { method, detail: 'not hex text' });
}
