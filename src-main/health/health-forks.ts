/** The checks on the forks of our network. */
import { formatNumber, formatQuantity } from '../../shared/format.ts';
import type { HealthCheck } from '../../shared/model/node.ts';
import { check, type ForkFacts } from './health-facts.ts';

/** Reports a fork that peers are on, or expect, and that this version does not know; undefined if there is none. */
export function unknownForkCheck({ unknownFork: fork }: ForkFacts): HealthCheck | undefined {
  if (fork === undefined) return undefined;
  const { hash, time, next, peers, peersOnOurFork, isPassed } = fork;
  const isBad = isPassed && peers > peersOnOurFork;
  const title = isPassed
    ? `This version of Enodeck does not know the fork that ${formatNumber(peers)} peers are on`
    : `This version of Enodeck does not know the fork that ${formatNumber(peers)} peers expect`;
  const when = time === undefined ? 'time unknown' : `at ${timeText(time)}`;
  const after = next === 0n ? '' : `, next fork at ${timeText(next)}`;
  const evidence = `fork hash 0x${hash}, ${isPassed ? when : `next fork ${when}`}${after}; ${formatQuantity(peers, 'network')} of addresses agree`;
  const override = time === undefined ? 'NAME=TIME' : `NAME=${String(time)}`;
  const advice = `Update Enodeck, or add ${override} to the setting “Fork times”.`;
  return check('unknown-fork', isBad ? 'bad' : 'warning', title, evidence, advice);
}

/** Lists the overridden fork times; undefined if there are none. */
export function forkOverridesCheck({ forkOverrides }: ForkFacts): HealthCheck | undefined {
  if (forkOverrides.length === 0) return undefined;
  return check('fork-overrides', 'good', 'Fork times are overridden', forkOverrides.join(', '));
}

/** Latest time of a JavaScript Date, Unix seconds (ECMA-262, time values). */
const MAX_DATE_SECONDS = 8_640_000_000_000n;

/** Formats a Unix time: `1791294816 (2026-10-06 22:13:36 UTC)`; only the number when it is too large for a Date. */
function timeText(seconds: bigint): string {
  if (seconds > MAX_DATE_SECONDS) return String(seconds);
  const date = new Date(Number(seconds) * 1_000).toISOString();
  return `${String(seconds)} (${date.slice(0, 19).replace('T', ' ')} UTC)`;
}
