import { readRlp } from '../base/rlp.ts';
import type { Clock } from '../base/runtime.ts';
import { createForkFilter, forkIdAt, type ChainPosition } from '../chain/fork-id.ts';
import { wallClockPosition } from '../chain/head.ts';
import type { Network } from '../chain/networks.ts';
import type { AnswerLimits, ChainSource } from '../eth/chain-source.ts';
import { createGenesisChain } from '../eth/genesis-chain.ts';
import { readBody, type HeaderQuery } from '../eth/messages.ts';
import { FlatReceipts } from '../eth/receipts.ts';
import type { ArchiveStore } from './archive-store.ts';
import type { ArchiveState } from './archive-values.ts';

/** BOUNDED: headers, or numbers of blocks, that are read from the database at once (our choice): geth asks for 192 headers. */
const READ_AT_ONCE = 192;

/**
 * Largest step from a block to the next one in a row that is read at once (our choice): peers leave out empty blocks. It is 1
 * once the blocks between have taken more bytes than those of the answer.
 */
const MAX_STEP = 4n;

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
      const bodies = await present(store, 'bodies', hashes, limits);
      return bodies.map((body) => readRlp(body, readBody));
    },
    receipts: async (hashes, limits) => {
      if (state() === undefined) return empty.receipts(hashes, limits);
      const receipts = await present(store, 'receipts', hashes, limits);
      return receipts.map((each) => FlatReceipts.of(each));
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
  return await headersAt(store, numbers, limits.bytes);
}

/** The headers up to the first missing one and the limit. */
async function headersAt(
  store: ArchiveStore,
  numbers: readonly bigint[],
  bytes: number,
): Promise<readonly Uint8Array[]> {
  const found: Uint8Array[] = [];
  let size = 0;
  for (let at = 0; at < numbers.length; at += READ_AT_ONCE) {
    for (const header of await store.parts('headers', numbers.slice(at, at + READ_AT_ONCE))) {
      if (header === undefined || size >= bytes) return found;
      found.push(header);
      size += header.length;
    }
  }
  return found;
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

/**
 * A part of the blocks, up to the first missing one and within the limits. BOUNDED: the limit of the answer and one block are
 * in memory; of blocks that are not asked for, as much is read.
 */
async function present(
  store: ArchiveStore,
  part: 'bodies' | 'receipts',
  hashes: readonly Uint8Array[],
  limits: AnswerLimits,
): Promise<readonly Uint8Array[]> {
  const found: Uint8Array[] = [];
  let [size, passed] = [0, 0];
  for await (const numbers of numbersOf(store, hashes.slice(0, limits.items))) {
    for (let at = 0; at < numbers.length;) {
      if (size >= limits.bytes) return found;
      const row = rowAt(numbers, at, passed > size ? 1n : MAX_STEP);
      const read = await store.partsInRow(part, row, limits.bytes - size);
      for (const value of read.values) {
        found.push(value);
        size += value.length;
      }
      passed += read.passed;
      at += read.values.length;
      if (read.values.length === row.length || size >= limits.bytes) continue;
      // It is missing, or LevelDB had reached the limit, or has left out what is damaged.
      const [next] = await store.parts(part, numbers.slice(at, at + 1));
      if (next === undefined) return found;
      found.push(next);
      size += next.length;
      at += 1;
    }
  }
  return found;
}

/** The numbers from this index on as long as they rise, or fall, by steps up to `maxStep`. */
function rowAt(numbers: readonly bigint[], from: number, maxStep: bigint): readonly bigint[] {
  const [first = 0n, second = first] = [numbers[from], numbers[from + 1]];
  const direction = second < first ? -1n : 1n;
  let end = from + 1;
  for (let last = first; end < numbers.length; end++) {
    const next = numbers[end] ?? last;
    const step = (next - last) * direction;
    if (step < 1n || step > maxStep) break;
    last = next;
  }
  return numbers.slice(from, end);
}
