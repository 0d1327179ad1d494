/**
 * Fork IDs: a checksum of the genesis and the passed forks, and the next fork.
 * @see https://eips.ethereum.org/EIPS/eip-2124
 * @see https://eips.ethereum.org/EIPS/eip-6122
 */
import { crc32 } from 'node:zlib';
import { writeUint } from '../base/bytes.ts';

/** A fork ID, part of Status messages and of the `eth` entry of node records. */
export interface ForkId {
  /** CRC-32 (4 bytes, big-endian) of the genesis hash and all passed forks, each as 8 bytes, big-endian. */
  readonly hash: Uint8Array;
  /** Block number or time of the next fork; 0n when none is known. */
  readonly next: bigint;
}

/** The input of the checksum of a network. */
export interface ForkSchedule {
  /** 32 bytes. */
  readonly genesisHash: Uint8Array;
  /** Block numbers; ascending, without duplicates and without block 0. */
  readonly forkBlocks: readonly bigint[];
  /** Seconds since 1970; ascending, without duplicates, after the genesis block. */
  readonly forkTimes: readonly bigint[];
}

/** Number and time (seconds since 1970) of the head block. */
export interface ChainPosition {
  readonly number: bigint;
  readonly time: bigint;
}

/** The result of a fork filter (the errors of EIP-2124). */
export type ForkFilterResult = 'ok' | 'local-incompatible-or-stale' | 'remote-stale';

/** Checks the fork ID of a remote node. */
export type ForkFilter = (remote: ForkId) => ForkFilterResult;

/** A fork that is never passed: the largest unsigned 64-bit integer. */
const NEVER = 2n ** 64n - 1n;

/**
 * Forks above this value are times, others are block numbers: the time of mainnet's genesis, 2015-07-30 (EIP-6122; geth
 * core/forkid timestampThreshold).
 */
export const TIMESTAMP_THRESHOLD = 1_438_269_973n;

/** The fork ID of a chain whose head block has this number and time (seconds since 1970). */
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

/** Creates the filter of EIP-2124 for a chain; it calls `headSource` for the head block at each check. */
export function createForkFilter(schedule: ForkSchedule, headSource: () => ChainPosition): ForkFilter {
  const forks = [...schedule.forkBlocks, ...schedule.forkTimes];
  const sums = forkChecksums(schedule.genesisHash, forks);
  const blockForks = schedule.forkBlocks.length;
  return (remote) => {
    const head = headSource();
    // The first fork that is not passed: blocks are compared with the number of the head, times with its time.
    const found = forks.findIndex((fork, index) => (index < blockForks ? head.number : head.time) < fork);
    const current = found < 0 ? forks.length : found;
    // A chain without forks by time compares only block numbers.
    const measure = current < blockForks || schedule.forkTimes.length === 0 ? head.number : head.time;
    const index = sums.indexOf(checksumNumber(remote.hash));
    if (index < 0) return 'local-incompatible-or-stale';
    if (index === current) return checkSameForks(remote, measure, head);
    // A remote node that is behind must announce its next fork correctly; one that is ahead is accepted.
    if (index < current) return remote.next === (forks[index] ?? NEVER) ? 'ok' : 'remote-stale';
    return 'ok';
  };
}

/** With the same passed forks: refuses a remote node whose next fork the local chain has passed without that fork. */
function checkSameForks(remote: ForkId, measure: bigint, head: ChainPosition): ForkFilterResult {
  const passedUnaware =
    remote.next > 0n &&
    (measure >= remote.next || (remote.next > TIMESTAMP_THRESHOLD && head.time >= remote.next));
  return passedUnaware ? 'local-incompatible-or-stale' : 'ok';
}

/** Whether two fork IDs are equal; false when a checksum does not have 4 bytes. */
export function equalForkIds(a: ForkId, b: ForkId): boolean {
  return a.next === b.next && checksumNumber(a.hash) === checksumNumber(b.hash);
}

/**
 * The forks that are part of the checksum: ascending, without duplicates, without forks at or before the genesis block.
 * @param genesis number or time of the genesis block
 */
export function normalizeForks(forks: Iterable<bigint>, genesis: bigint): bigint[] {
  return [...new Set(forks)].filter((fork) => fork > genesis).sort((a, b) => (a < b ? -1 : 1));
}

/** The checksums (unsigned 32-bit) after 0, 1, … forks. */
export function forkChecksums(genesisHash: Uint8Array, forks: readonly bigint[]): number[] {
  let sum = crc32(genesisHash);
  const sums = [sum];
  for (const fork of forks) {
    sum = addFork(sum, fork);
    sums.push(sum);
  }
  return sums;
}

/** The fork hashes after 0, 1, … forks, 8 hex digits each. */
export function forkHashes(genesisHash: Uint8Array, forks: readonly bigint[]): string[] {
  return forkChecksums(genesisHash, forks).map((sum) => sum.toString(16).padStart(8, '0'));
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
