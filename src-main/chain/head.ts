/** The head that a node without a chain announces. */
import type { ChainPosition, ForkSchedule } from './fork-id.ts';

/**
 * The position by the wall clock (`nowMs`, milliseconds since 1970): every fork by block lies behind, and the head's
 * time is now. So the fork identifier is the one that nodes in step with the network announce at this moment.
 */
export function wallClockPosition(schedule: ForkSchedule, nowMs: number): ChainPosition {
  return { number: schedule.forkBlocks.at(-1) ?? 0n, time: BigInt(Math.floor(nowMs / 1000)) };
}
