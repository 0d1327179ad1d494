/** What a fork identifier of another node says of forks that our schedule does not have. */
import { crc32 } from 'node:zlib';
import { bytesToHex } from '../base/bytes.ts';
import { type ForkId, type ForkSchedule } from './fork-id.ts';

/** A fork that a node announces and our schedule lacks. */
export interface ForkNews {
  /** The fork hash that the node announces, 8 hex digits. */
  readonly hash: string;
  /** The time of the fork, seconds since 1970; undefined where it cannot be told. */
  readonly time: bigint | undefined;
  /** Whether the node has passed it. */
  readonly isPassed: boolean;
  /** The fork after it that the node announces; 0n for none. */
  readonly next: bigint;
}

/** The polynomial of CRC-32, reflected (IEEE 802.3). */
const CRC_POLYNOMIAL = 0xedb8_8320;

/** Seconds of an epoch of the beacon chain: forks of the public networks come at its beginning. */
const EPOCH_SECONDS = 384n;

/**
 * What `forkId` tells of a fork that `schedule` lacks; undefined where it tells of none.
 * @param now seconds since 1970
 */
export function forkNewsIn(schedule: ForkSchedule, forkId: ForkId, now: bigint): ForkNews | undefined {
  const forks = [...schedule.forkBlocks, ...schedule.forkTimes];
  const sums = checksumsOf(schedule.genesisHash, forks);
  const hash = bytesToHex(forkId.hash);
  const sum = Number.parseInt(hash, 16);
  const known = sums.indexOf(sum);
  const { next } = forkId;
  if (known < 0) return { hash, time: timeOfLastFork(schedule, sums, sum, now), isPassed: true, next };
  // A node behind our own place in the schedule has nothing new to say; what it lacks is its own matter.
  const passed = schedule.forkBlocks.length + schedule.forkTimes.filter((time) => time <= now).length;
  if (known < passed || next === 0n || forks.includes(next)) return undefined;
  return { hash, time: next, isPassed: false, next: 0n };
}

/**
 * The time of the one fork that leads from our schedule, or from it without its last fork, to `sum`. The checksum gives
 * 32 bits for the 32 bits of a time, so that every sum has a solution: only one that is a time from the fork before until
 * now, at an epoch of the schedule's own, is taken.
 */
function timeOfLastFork(
  { forkBlocks, forkTimes }: ForkSchedule,
  sums: readonly number[],
  sum: number,
  now: bigint,
): bigint | undefined {
  for (const count of [forkTimes.length, forkTimes.length - 1]) {
    const before = sums[forkBlocks.length + count];
    if (count < 0 || before === undefined) continue;
    const time = BigInt(solveFork(before, sum));
    const last = forkTimes[count - 1] ?? 0n;
    if (time > last && time <= now && isAligned(time, forkTimes)) return time;
  }
  return undefined;
}

/** Whether a time is at an epoch of those that are known; without at least two that are, nothing can be told. */
function isAligned(time: bigint, times: readonly bigint[]): boolean {
  const [first, ...others] = times;
  if (first === undefined || others.length === 0) return false;
  return [...others, time].every((other) => (other - first) % EPOCH_SECONDS === 0n);
}

/** The fork below 2^32 whose 8 bytes, big endian, take the checksum from `before` to `after`. */
function solveFork(before: number, after: number): number {
  // The register before the last 4 bytes, and the one that leads to `after` over 4 bytes of zero, differ by those bytes.
  const start = crc32(new Uint8Array(4), before) ^ 0xffff_ffff;
  let register = after ^ 0xffff_ffff;
  for (let bit = 0; bit < 32; bit++) {
    const carried = register < 0;
    register = carried ? ((register ^ CRC_POLYNOMIAL) << 1) | 1 : register << 1;
  }
  const bytes = new DataView(new ArrayBuffer(4));
  bytes.setInt32(0, register ^ start, true);
  return bytes.getUint32(0);
}

function checksumsOf(genesisHash: Uint8Array, forks: readonly bigint[]): number[] {
  const bytes = new Uint8Array(8);
  let sum = crc32(genesisHash);
  const sums = [sum];
  for (const fork of forks) {
    new DataView(bytes.buffer).setBigUint64(0, fork);
    sum = crc32(bytes, sum);
    sums.push(sum);
  }
  return sums;
}
