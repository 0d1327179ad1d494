import { readRlp } from '../base/rlp.ts';
import type { Clock } from '../base/runtime.ts';
import { createForkFilter, forkIdAt, type ChainPosition } from '../chain/fork-id.ts';
import { wallClockPosition } from '../chain/head.ts';
import type { Network } from '../chain/networks.ts';
import type { AnswerLimits, ChainSource } from '../eth/chain-source.ts';
import { createGenesisChain } from '../eth/genesis-chain.ts';
import { readBody, type HeaderQuery } from '../eth/messages.ts';
import { readBlockReceipts } from '../eth/receipts.ts';
import type { ArchiveStore } from './archive-store.ts';
import type { ArchiveState } from './archive-values.ts';

/** BOUNDED: blocks that are read from the database at once, our choice; an answer is seldom longer. */
const READ_AT_ONCE = 64;

/**
 * The chain of an archive. Its fork ID is that of its head. While it has no block, it is the source of a node without a
 * chain. An archive that does not begin at genesis serves no earlier block. Receipts are missing where no file had them,
 * block access lists always. It rejects with StoreError `database-corrupt` rather than give what is damaged.
 * @throws StoreError `archive-of-other-network`
 */
export function createArchiveSource(store: ArchiveStore, network: Network, clock: Clock): ChainSource {
  const state = (): ArchiveState | undefined => store.stateFor(network);
  state();
  const empty = createGenesisChain(network, clock);
  const position = (): ChainPosition => {
    const its = state();
    if (its === undefined) return wallClockPosition(network, clock.now());
    return { number: its.latest, time: its.latestTime };
  };
  return {
    networkId: network.networkId,
    genesisHash: network.genesisHash,
    forkId: () => forkIdAt(network, position().number, position().time),
    forkFilter: createForkFilter(network, position),
    range: () => {
      const its = state();
      if (its === undefined) return empty.range();
      const { earliest, latest, latestHash } = its;
      return { earliest, latest, latestHash };
    },
    onChange: (listener) => store.onChange(listener),
    // It is not known without genesis; since the merge no client compares it.
    totalDifficulty: () =>
      state() === undefined ? empty.totalDifficulty() : (state()?.totalDifficulty ?? 0n),
    headers: async (query, limits) => {
      const its = state();
      return its === undefined ? empty.headers(query, limits) : headersOf(store, its, query, limits);
    },
    bodies: async (hashes, limits) => {
      if (state() === undefined) return empty.bodies(hashes, limits);
      const bodies = await present(store, 'bodies', numbersOf(store, hashes), limits);
      return bodies.map((body) => readRlp(body, readBody));
    },
    receipts: async (hashes, limits) => {
      if (state() === undefined) return empty.receipts(hashes, limits);
      const receipts = await present(store, 'receipts', numbersOf(store, hashes), limits);
      return receipts.map((each) => readRlp(each, (reader) => readBlockReceipts('flat', reader)));
    },
    accessLists: async (hashes) => hashes.map(() => undefined),
  };
}

async function headersOf(
  store: ArchiveStore,
  state: ArchiveState,
  { start, limit, skip, reverse }: HeaderQuery,
  limits: AnswerLimits,
): Promise<readonly Uint8Array[]> {
  const first = 'hash' in start ? await store.numberOf(start.hash) : start.number;
  if (first === undefined) return [];
  const count = limit < BigInt(limits.items) ? Number(limit) : limits.items;
  const step = (skip + 1n) * (reverse ? -1n : 1n);
  const numbers: bigint[] = [];
  for (
    let number = first;
    numbers.length < count && number >= state.earliest && number <= state.latest;
    number += step
  ) {
    numbers.push(number);
  }
  return await present(store, 'headers', [numbers], limits);
}

/** The numbers of blocks in pieces, up to the first missing block. */
async function* numbersOf(
  store: ArchiveStore,
  hashes: readonly Uint8Array[],
): AsyncGenerator<readonly bigint[]> {
  for (let at = 0; at < hashes.length; at += READ_AT_ONCE) {
    const numbers = await store.numbersOf(hashes.slice(at, at + READ_AT_ONCE));
    const missing = numbers.indexOf(undefined);
    const there = missing < 0 ? numbers : numbers.slice(0, missing);
    yield there.filter((number) => number !== undefined);
    if (missing >= 0) return;
  }
}

/** A part of the blocks, up to the first missing one and within the limits. */
async function present(
  store: ArchiveStore,
  part: 'headers' | 'bodies' | 'receipts',
  pieces: AsyncIterable<readonly bigint[]> | Iterable<readonly bigint[]>,
  limits: AnswerLimits,
): Promise<readonly Uint8Array[]> {
  const found: Uint8Array[] = [];
  let size = 0;
  for await (const numbers of pieces) {
    for (let at = 0; at < numbers.length; at += READ_AT_ONCE) {
      for (const value of await store.parts(part, numbers.slice(at, at + READ_AT_ONCE))) {
        if (value === undefined || found.length >= limits.items || size >= limits.bytes) return found;
        found.push(value);
        size += value.length;
      }
    }
  }
  return found;
}
