/** Derives forks that the local schedule lacks from the fork IDs of other nodes. */
import { crc32 } from 'node:zlib';
import { bytesToHex } from '../base/bytes.ts';
import { forkChecksums, type ForkId, type ForkSchedule } from './fork-id.ts';

/** A fork that a node announces and the local schedule lacks. */
export interface AnnouncedFork {
  /** The fork hash of the node, 8 hex digits. */
  readonly hash: string;
  /** The time of the fork, seconds since 1970; undefined when it cannot be derived. */
  readonly time: bigint | undefined;
  /** Whether the node has passed the fork. */
  readonly isPassed: boolean;
  /** The next fork that the node announces after it; 0n for none. */
  readonly next: bigint;
}

/** The reflected polynomial of CRC-32 (IEEE 802.3). */
const CRC_POLYNOMIAL = 0xedb8_8320;

/**
 * Length of an epoch of the beacon chain, seconds (SLOTS_PER_EPOCH × SECONDS_PER_SLOT); public networks fork at its start.
 * @see https://github.com/ethereum/consensus-specs/blob/master/specs/phase0/beacon-chain.md#time-parameters
 */
const EPOCH_SECONDS = 384n;

/**
 * The fork in a fork ID that `schedule` lacks; undefined for none.
 * @param now seconds since 1970
 */
export function unknownForkIn(
  schedule: ForkSchedule,
  forkId: ForkId,
  now: bigint,
): AnnouncedFork | undefined {
  const forks = [...schedule.forkBlocks, ...schedule.forkTimes];
  const sums = forkChecksums(schedule.genesisHash, forks);
  const hash = bytesToHex(forkId.hash);
  const sum = Number.parseInt(hash, 16);
  const known = sums.indexOf(sum);
  const { next } = forkId;
  if (known < 0) return { hash, time: timeOfLastFork(schedule, sums, sum, now), isPassed: true, next };
  // A node that is behind the local schedule announces no unknown fork.
  const passed = schedule.forkBlocks.length + schedule.forkTimes.filter((time) => time <= now).length;
  if (known < passed || next === 0n || forks.includes(next)) return undefined;
  return { hash, time: next, isPassed: false, next: 0n };
}

/**
 * The time of one fork after the schedule, or in place of its last fork, whose checksum is `sum`. Every checksum has a
 * solution, because checksum and time both have 32 bits: only a time after the previous fork, not in the future, and at the
 * start of an epoch is accepted.
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

/** Whether a time is at the start of an epoch by the known fork times; false with fewer than two of them. */
function isAligned(time: bigint, times: readonly bigint[]): boolean {
  const [first, ...others] = times;
  if (first === undefined || others.length === 0) return false;
  return [...others, time].every((other) => (other - first) % EPOCH_SECONDS === 0n);
}

/** The fork below 2^32 whose 8 bytes, big-endian, change the checksum from `before` to `after`. */
function solveFork(before: number, after: number): number {
  // The last 4 bytes are the difference between the register before them and the register that 4 zero bytes take to `after`.
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
