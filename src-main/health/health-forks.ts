/** The checks on the forks of our network. */
import type { HealthCheck } from '../../shared/model/node.ts';
import { check, plain, some, type ForkFacts } from './health-facts.ts';

/** Whether peers are on, or expect, a fork that this version does not know; undefined if none are. */
export function unknownForkCheck({ unknownFork: fork }: ForkFacts): HealthCheck | undefined {
  if (fork === undefined) return undefined;
  const { hash, time, next, peers, oursToo, isPassed } = fork;
  const isBad = isPassed && peers > oursToo;
  const title = isPassed
    ? `This version of Enodeck does not know the fork that ${plain(peers)} peers are on`
    : `This version of Enodeck does not know the fork that ${plain(peers)} peers expect`;
  const told = time === undefined ? 'time unknown' : `at ${timeText(time)}`;
  const after = next === 0n ? '' : `, next fork at ${timeText(next)}`;
  const evidence = `fork hash 0x${hash}, ${isPassed ? told : `next fork ${told}`}${after}; ${some(peers, 'network')} of addresses agree`;
  const override = time === undefined ? 'NAME=TIME' : `NAME=${String(time)}`;
  const advice = `Update Enodeck, or add ${override} to the setting “Fork times”.`;
  return check('unknown-fork', isBad ? 'bad' : 'look', title, evidence, advice);
}

/** Fork times that are overridden; undefined if none are. */
export function forkOverridesCheck({ forkOverrides }: ForkFacts): HealthCheck | undefined {
  if (forkOverrides.length === 0) return undefined;
  return check('fork-overrides', 'good', 'Fork times are overridden', forkOverrides.join(', '));
}

/** Latest time that a date of JavaScript holds, seconds (ECMA-262, time values). */
const MAX_DATE_SECONDS = 8_640_000_000_000n;

/** `1791294816 (2026-10-06 22:13:36 UTC)`; a number too large for a date alone. */
function timeText(seconds: bigint): string {
  if (seconds > MAX_DATE_SECONDS) return String(seconds);
  const date = new Date(Number(seconds) * 1_000).toISOString();
  return `${String(seconds)} (${date.slice(0, 19).replace('T', ' ')} UTC)`;
}
