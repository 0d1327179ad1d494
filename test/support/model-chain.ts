import { encodeRlp } from '../../src-main/base/rlp.ts';
import type { Clock } from '../../src-main/base/runtime.ts';
import { NETWORKS } from '../../src-main/chain/networks.ts';
import type { AnswerLimits, ChainSource } from '../../src-main/eth/chain-source.ts';
import { createGenesisChain } from '../../src-main/eth/genesis-chain.ts';
import { decodeHeader } from '../../src-main/eth/headers.ts';
import type { BlockBody, HeaderQuery } from '../../src-main/eth/messages.ts';
import type { Receipt } from '../../src-main/eth/receipts.ts';
import type { BlockRange } from '../../src-main/eth/status.ts';
import { unhex } from './hex.ts';
import { VirtualClock } from './virtual-clock.ts';

/** A block of a model chain. */
export interface ModelBlock {
  readonly number: bigint;
  readonly hash: Uint8Array;
  readonly header: Uint8Array;
  readonly body: BlockBody;
  readonly receipts: readonly Receipt[];
}

/** Blocks in a row, with one transaction and one receipt each. Another salt gives other blocks. */
export function modelBlocks(count: number, salt = 0, parent?: ModelBlock): readonly ModelBlock[] {
  const blocks: ModelBlock[] = [];
  let last = parent;
  for (let made = 0; made < count; made++) {
    const number = last === undefined ? 0n : last.number + 1n;
    const zero = new Uint8Array(32);
    const header = encodeRlp([
      ...[last?.hash ?? zero, zero, new Uint8Array(20), zero, zero, zero, new Uint8Array(256)],
      ...[0n, number, 0n, 0n, 0n, Uint8Array.of(salt), zero, new Uint8Array(8)],
    ]);
    const transaction = encodeRlp([number, salt]);
    last = {
      ...{ number, header, hash: decodeHeader(header).hash },
      body: { transactions: [transaction], ommers: [], withdrawals: undefined },
      receipts: [{ type: 0, postStateOrStatus: Uint8Array.of(1), cumulativeGas: 21_000n + number, logs: [] }],
    };
    blocks.push(last);
  }
  return blocks;
}

/**
 * A source in memory with blocks from 0: the reference for what a source answers. It counts its calls, and `blocks` may be
 * replaced to grow or reorganise the chain. Blocks that left the chain are still found by hash.
 */
export class ModelChain implements ChainSource {
  readonly networkId: bigint;
  readonly genesisHash: Uint8Array;
  readonly forkFilter: ChainSource['forkFilter'];
  readonly forkId: ChainSource['forkId'];
  readonly totalDifficulty: ChainSource['totalDifficulty'];
  /** Calls of each function so far. */
  readonly calls = { headers: 0, bodies: 0, receipts: 0 };
  /** Awaited by each function before it answers. */
  delay: () => Promise<void> = () => Promise.resolve();
  readonly #byHash = new Map<string, ModelBlock>();
  #blocks: readonly ModelBlock[] = [];

  constructor(blocks: readonly ModelBlock[], clock: Clock = new VirtualClock()) {
    const sepolia = createGenesisChain(NETWORKS.sepolia, clock);
    this.networkId = sepolia.networkId;
    this.genesisHash = sepolia.genesisHash;
    this.forkFilter = sepolia.forkFilter;
    this.forkId = () => sepolia.forkId();
    this.totalDifficulty = () => sepolia.totalDifficulty();
    this.blocks = blocks;
  }

  get blocks(): readonly ModelBlock[] {
    return this.#blocks;
  }

  set blocks(blocks: readonly ModelBlock[]) {
    this.#blocks = blocks;
    for (const block of blocks) this.#byHash.set(unhex(block.hash), block);
  }

  range(): BlockRange {
    const { number, hash } = this.#blocks.at(-1)!;
    return { earliest: 0n, latest: number, latestHash: hash };
  }

  async headers(query: HeaderQuery, limits: AnswerLimits): Promise<readonly Uint8Array[]> {
    this.calls.headers++;
    await this.delay();
    const { start, limit, skip, reverse } = query;
    const first = 'hash' in start ? this.#byHash.get(unhex(start.hash)) : this.#at(start.number);
    if (first === undefined) return [];
    const isCanonical = this.#at(first.number) === first;
    const headers: Uint8Array[] = [];
    for (let index = 0n; index < limit && headers.length < limits.items; index++) {
      const number = first.number + (reverse ? -index : index) * (skip + 1n);
      const block = index === 0n ? first : isCanonical ? this.#at(number) : undefined;
      if (block === undefined) break;
      if (headers.reduce((sum, { length }) => sum + length, 0) >= limits.bytes) break;
      headers.push(block.header);
    }
    return headers;
  }

  async bodies(hashes: readonly Uint8Array[], limits: AnswerLimits): Promise<readonly BlockBody[]> {
    this.calls.bodies++;
    await this.delay();
    return this.#present(hashes, limits).map(({ body }) => body);
  }

  async receipts(
    hashes: readonly Uint8Array[],
    limits: AnswerLimits,
  ): Promise<readonly (readonly Receipt[])[]> {
    this.calls.receipts++;
    await this.delay();
    return this.#present(hashes, limits).map(({ receipts }) => receipts);
  }

  accessLists(hashes: readonly Uint8Array[]): Promise<readonly (Uint8Array | undefined)[]> {
    return Promise.resolve(hashes.map(() => undefined));
  }

  /** The blocks up to the first missing one. */
  #present(hashes: readonly Uint8Array[], limits: AnswerLimits): readonly ModelBlock[] {
    const blocks = hashes.slice(0, limits.items).map((hash) => this.#byHash.get(unhex(hash)));
    const missing = blocks.indexOf(undefined);
    return blocks.slice(0, missing === -1 ? undefined : missing).map((block) => block!);
  }

  #at(number: bigint): ModelBlock | undefined {
    return number < 0n ? undefined : this.#blocks[Number(number)];
  }
}
