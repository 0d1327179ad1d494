/** The chain head that a node without a chain announces. */
import type { ChainPosition, ForkSchedule } from './fork-id.ts';

/**
 * The head by the wall clock: all forks by block are passed, and the time of the head is the current time. Its fork ID is
 * that of a synced node.
 * @param nowMs milliseconds since 1970
 */
export function wallClockPosition(schedule: ForkSchedule, nowMs: number): ChainPosition {
  return { number: schedule.forkBlocks.at(-1) ?? 0n, time: BigInt(Math.floor(nowMs / 1000)) };
}
