/**
 * Fork identifiers: which forks of which chain a node has passed, and which it expects next.
 * @see https://eips.ethereum.org/EIPS/eip-2124
 * @see https://eips.ethereum.org/EIPS/eip-6122
 */
import { crc32 } from 'node:zlib';
import { writeUint } from '../base/bytes.ts';

/** A fork identifier as it stands in Status messages and in the `eth` entry of node records. */
export interface ForkId {
  /** CRC-32 (4 bytes, big endian) over the genesis hash and every fork passed, each as 8 bytes big endian. */
  readonly hash: Uint8Array;
  /** Block or time of the next fork; 0n when none is known. */
  readonly next: bigint;
}

/** What of a network enters the checksum. */
export interface ForkSchedule {
  readonly genesisHash: Uint8Array;
  /** Ascending, without duplicates, without block 0. */
  readonly forkBlocks: readonly bigint[];
  /** Seconds since 1970; ascending, without duplicates, later than the genesis block. */
  readonly forkTimes: readonly bigint[];
}

/** How far a chain is: number and time (seconds since 1970) of its head block. */
export interface ChainPosition {
  readonly number: bigint;
  readonly time: bigint;
}

/** What a fork filter answers. */
export type ForkFilterResult = 'ok' | 'local-incompatible-or-stale' | 'remote-stale';

/** Judges the fork identifier that a remote node announces. */
export type ForkFilter = (remote: ForkId) => ForkFilterResult;

/** A fork that no chain passes: the largest unsigned integer of 64 bits. */
const NEVER = 2n ** 64n - 1n;

/**
 * Numbers above this are times, those below are block numbers: mainnet's genesis, 2015-07-30 (EIP-6122;
 * geth core/forkid timestampThreshold).
 */
export const TIMESTAMP_THRESHOLD = 1_438_269_973n;

/** The fork identifier of a chain whose head has this number and time (seconds since 1970). */
export function forkIdAt(schedule: ForkSchedule, head: bigint, time: bigint): ForkId {
  let sum = crc32(schedule.genesisHash);
  for (const fork of schedule.forkBlocks) {
    if (fork > head) return { hash: checksumBytes(sum), next: fork };
    sum = addFork(sum, fork);
  }
  for (const fork of schedule.forkTimes) {
    if (fork > time) return { hash: checksumBytes(sum), next: fork };
    sum = addFork(sum, fork);
  }
  return { hash: checksumBytes(sum), next: 0n };
}

/** A filter for the identifiers that others announce, seen from the head that `headSource` tells at the time. */
export function createForkFilter(schedule: ForkSchedule, headSource: () => ChainPosition): ForkFilter {
  const forks = [...schedule.forkBlocks, ...schedule.forkTimes];
  const sums = checksumsOf(schedule.genesisHash, forks);
  const blockForks = schedule.forkBlocks.length;
  return (remote) => {
    const head = headSource();
    // The first fork that we have not passed; blocks are measured by the head's number, times by its time.
    const found = forks.findIndex((fork, index) => (index < blockForks ? head.number : head.time) < fork);
    const current = found < 0 ? forks.length : found;
    // A chain without forks by time is measured in blocks to its end.
    const measure = current < blockForks || schedule.forkTimes.length === 0 ? head.number : head.time;
    const index = sums.indexOf(checksumNumber(remote.hash));
    if (index < 0) return 'local-incompatible-or-stale';
    if (index === current) return judgeSameForks(remote, measure, head);
    // A remote that is behind must know the fork that it comes to next; one that is ahead may be right.
    if (index < current) return remote.next === (forks[index] ?? NEVER) ? 'ok' : 'remote-stale';
    return 'ok';
  };
}

/** Both sides passed the same forks: refused when the remote expects one at a point that we passed without it. */
function judgeSameForks(remote: ForkId, measure: bigint, head: ChainPosition): ForkFilterResult {
  const passedUnaware =
    remote.next > 0n &&
    (measure >= remote.next || (remote.next > TIMESTAMP_THRESHOLD && head.time >= remote.next));
  return passedUnaware ? 'local-incompatible-or-stale' : 'ok';
}

/** Whether both are the same identifier. */
export function equalForkIds(a: ForkId, b: ForkId): boolean {
  return a.next === b.next && checksumNumber(a.hash) === checksumNumber(b.hash);
}

/**
 * The part of a genesis configuration that enters the checksum: ascending, without duplicates, without what was in
 * force from the genesis block on.
 */
export function normalizeForks(forks: Iterable<bigint>, genesis: bigint): bigint[] {
  return [...new Set(forks)].filter((fork) => fork > genesis).sort((a, b) => (a < b ? -1 : 1));
}

/** Checksums after 0, 1, … forks. */
function checksumsOf(genesisHash: Uint8Array, forks: readonly bigint[]): number[] {
  let sum = crc32(genesisHash);
  const sums = [sum];
  for (const fork of forks) {
    sum = addFork(sum, fork);
    sums.push(sum);
  }
  return sums;
}

function addFork(sum: number, fork: bigint): number {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, fork);
  return crc32(bytes, sum);
}

function checksumBytes(sum: number): Uint8Array {
  const bytes = new Uint8Array(4);
  writeUint(bytes, 0, 4, sum);
  return bytes;
}

function checksumNumber(hash: Uint8Array): number {
  return hash.length === 4 ? new DataView(hash.buffer, hash.byteOffset, 4).getUint32(0) : -1;
}
