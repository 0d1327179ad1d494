import { bytesToHex } from '../base/bytes.ts';
import type { Scope } from '../base/lifecycle.ts';
import type { Clock, Unsubscribe } from '../base/runtime.ts';
import { createForkFilter, forkIdAt, type ChainPosition } from '../chain/fork-id.ts';
import type { Network } from '../chain/networks.ts';
import type { AnswerLimits, ChainSource } from '../eth/chain-source.ts';
import { bodySize, receiptsSize } from '../eth/item-sizes.ts';
import type { HeaderQuery } from '../eth/messages.ts';
import { buildBlock, genesisBlock, type DemoBlock } from './blocks.ts';
import { historyTransactions } from './history.ts';
import { DEMO_CHAIN } from './network.ts';
import { DemoState } from './state.ts';
import type { DemoTransaction } from './transactions.ts';

/** Blocks after genesis that are the same in every demo. */
export const HISTORY_BLOCKS = 128;
/** Time between two of them, seconds, so that Cancun is among them. */
const HISTORY_SECONDS = 12n * 3_600n;
/** Block time afterwards, seconds. */
const SLOT_SECONDS = 12;
/** BOUNDED: blocks that are kept, our choice; about half a day. Older ones are no longer served. */
const MAX_BLOCKS = 4_096;

/**
 * The chain of the demo, in memory: a short history, and since the start of the demo a block in each slot of the wall clock.
 * It never reorganizes.
 */
export class DemoChain {
  readonly state = new DemoState();
  readonly #maxBlocks: number;
  /** BOUNDED: MAX_BLOCKS. */
  readonly #blocks: DemoBlock[] = [genesisBlock(DEMO_CHAIN)];
  readonly #byHash = new Map<string, DemoBlock>();
  /** BOUNDED: the nodes of the demo. */
  readonly #listeners = new Set<(block: DemoBlock) => void>();

  constructor(maxBlocks = MAX_BLOCKS) {
    this.#maxBlocks = maxBlocks;
    this.#byHash.set(bytesToHex(this.head.header.hash), this.head);
    for (let number = 1; number <= HISTORY_BLOCKS; number++) {
      this.#append(historyTransactions(number, this.state), this.head.header.time + HISTORY_SECONDS);
    }
  }

  /** The last block. */
  get head(): DemoBlock {
    const head = this.#blocks.at(-1);
    if (head === undefined) throw new TypeError('A chain has a block');
    return head;
  }

  /** Number of the first block that is kept. */
  get earliest(): bigint {
    return this.#blocks[0]?.header.number ?? 0n;
  }

  /** The block with this number; undefined when it is not kept. */
  at(number: bigint): DemoBlock | undefined {
    const place = number - this.earliest;
    return place < 0n || place >= BigInt(this.#blocks.length) ? undefined : this.#blocks[Number(place)];
  }

  /** The block with this hash; undefined when it is not kept. */
  byHash(hash: Uint8Array): DemoBlock | undefined {
    return this.#byHash.get(bytesToHex(hash));
  }

  /** Calls `listener` with each new block. */
  onBlock(listener: (block: DemoBlock) => void): Unsubscribe {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /**
   * Makes a block now and in each slot until the scope closes.
   * @param candidates gives the pending transactions
   */
  grow(clock: Clock, scope: Scope, candidates: () => readonly DemoTransaction[]): void {
    const slotMs = SLOT_SECONDS * 1_000;
    const make = (): void => {
      const slot = BigInt(Math.floor(clock.now() / slotMs) * SLOT_SECONDS);
      const { time } = this.head.header;
      this.#append(candidates(), slot > time ? slot : time + BigInt(SLOT_SECONDS));
    };
    make();
    scope.every(() => slotMs - (clock.now() % slotMs), make);
  }

  #append(transactions: readonly DemoTransaction[], time: bigint): void {
    const block = buildBlock(this.head.header, this.state, transactions, time);
    this.#blocks.push(block);
    this.#byHash.set(bytesToHex(block.header.hash), block);
    if (this.#blocks.length > this.#maxBlocks) {
      const oldest = this.#blocks.shift();
      if (oldest !== undefined) this.#byHash.delete(bytesToHex(oldest.header.hash));
    }
    for (const listener of [...this.#listeners]) listener(block);
  }
}

/**
 * The chain as a demo node serves it, `lag` blocks behind its head.
 * @param network the demo's, or one that differs from it in its ID or forks
 */
export function createDemoSource(chain: DemoChain, network: Network, lag: bigint): ChainSource {
  const head = (): DemoBlock => chain.at(chain.head.header.number - lag) ?? chain.head;
  const position = (): ChainPosition => head().header;
  const served = (block: DemoBlock | undefined): DemoBlock | undefined =>
    block !== undefined && block.header.number <= head().header.number ? block : undefined;
  return {
    networkId: network.networkId,
    genesisHash: network.genesisHash,
    forkId: () => forkIdAt(network, position().number, position().time),
    forkFilter: createForkFilter(network, position),
    range: () => {
      const { number, hash } = head().header;
      return { earliest: chain.earliest, latest: number, latestHash: hash };
    },
    onChange: (listener) => chain.onBlock(listener),
    totalDifficulty: () => 0n,
    headers: async (query, limits) => headersOf(chain, served, query, limits),
    bodies: async (hashes, limits) =>
      within(
        hashes.map((hash) => served(chain.byHash(hash))?.body),
        limits,
        bodySize,
      ),
    receipts: async (hashes, limits) =>
      within(
        hashes.map((hash) => served(chain.byHash(hash))?.receipts),
        limits,
        receiptsSize,
      ),
    // The chain has not reached Amsterdam.
    accessLists: async (hashes) => hashes.map(() => undefined),
  };
}

function headersOf(
  chain: DemoChain,
  served: (block: DemoBlock | undefined) => DemoBlock | undefined,
  { start, limit, skip, reverse }: HeaderQuery,
  limits: AnswerLimits,
): readonly Uint8Array[] {
  const step = (skip + 1n) * (reverse ? -1n : 1n);
  const items = limit < BigInt(limits.items) ? Number(limit) : limits.items;
  const blocks: DemoBlock[] = [];
  let block = served('hash' in start ? chain.byHash(start.hash) : chain.at(start.number));
  while (block !== undefined && blocks.length < items) {
    blocks.push(block);
    block = served(chain.at(block.header.number + step));
  }
  const headers = blocks.map(({ encoded }) => encoded);
  return within(headers, { ...limits, items }, ({ length }) => length);
}

/** The items up to the first missing one and the limits. */
function within<T>(
  items: readonly (T | undefined)[],
  limits: AnswerLimits,
  sizeOf: (item: T) => number,
): readonly T[] {
  const found: T[] = [];
  let bytes = 0;
  for (const item of items) {
    if (item === undefined || found.length >= limits.items || bytes >= limits.bytes) break;
    found.push(item);
    bytes += sizeOf(item);
  }
  return found;
}
