import { describe, expect, test } from 'vitest';
import { LINE_INTERVAL_MS, LineLimit, MOST_LINES } from '../../../src-main/base/line-limit.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

function limit(): {
  readonly clock: VirtualClock;
  readonly limited: LineLimit;
  readonly summaries: string[];
  /** Offers lines and returns how many were admitted. */
  offer(times: number, message: string, module?: string): number;
} {
  const clock = new VirtualClock();
  const summaries: string[] = [];
  const limited = new LineLimit(clock, ({ level, module, message }, count) => {
    summaries.push(`${level} ${module} ${message}: ${String(count)}`);
  });
  const offer = (times: number, message: string, module = 'dial'): number =>
    Array.from({ length: times }).filter(() => limited.admits('debug', module, message)).length;
  return { clock, limited, summaries, offer };
}

describe('the limit of repeated lines', () => {
  test('admits the first lines of a kind, and summarises the others at the end of the interval', async () => {
    const { clock, offer, summaries } = limit();
    expect(offer(MOST_LINES + 30, 'dial ended')).toBe(MOST_LINES);
    expect(offer(1, 'another')).toBe(1);
    expect(offer(1, 'dial ended', 'peers')).toBe(1);
    await clock.advance(LINE_INTERVAL_MS - 1);
    expect(summaries).toEqual([]);
    await clock.advance(1);
    expect(summaries).toEqual(['debug dial dial ended: 30']);
  });

  test('writes one summary for each interval while the lines go on, and admits them again after it', async () => {
    const { clock, offer, summaries } = limit();
    for (const expected of [MOST_LINES, 0, 0]) {
      expect(offer(MOST_LINES + 1, 'dial ended')).toBe(expected);
      await clock.advance(LINE_INTERVAL_MS);
    }
    const many = String(MOST_LINES + 1);
    expect(summaries).toEqual(['1', many, many].map((count) => `debug dial dial ended: ${count}`));
    // A quieter interval ends it.
    expect(offer(5, 'dial ended')).toBe(0);
    await clock.advance(LINE_INTERVAL_MS);
    expect(summaries.at(-1)).toBe('debug dial dial ended: 5');
    expect(offer(5, 'dial ended')).toBe(5);
  });

  test('takes messages that differ in numbers and hex digits for one kind', () => {
    const { limited } = limit();
    const id = (digit: string): string => digit.repeat(64);
    const admitted = Array.from({ length: 300 }, (_, at) =>
      limited.admits(
        'info',
        'bans',
        `ban ${String(at)} of ${id((at % 16).toString(16))} at 10.0.${String(at)}.1`,
      ),
    );
    expect(admitted.filter(Boolean)).toHaveLength(MOST_LINES);
    expect(limited.admits('warn', 'bans', 'ban 1 of x at 1.1.1.1')).toBe(true);
    expect(limited.admits('info', 'bans', 'unban 1')).toBe(true);
  });

  test('has a bound on the kinds: messages of a flood that all differ share one', async () => {
    const { clock, limited, summaries } = limit();
    const word = (at: number): string =>
      at.toString(16).replace(/\d/g, (digit) => 'ghijklmnop'[Number(digit)]!);
    const admitted = Array.from({ length: 5_000 }, (_, at) => limited.admits('debug', 'x', `${word(at)}!`));
    const count = admitted.filter(Boolean).length;
    expect(count).toBeGreaterThan(500);
    expect(count).toBeLessThanOrEqual(1_000 + MOST_LINES);
    expect(limited.admits('debug', 'y', 'quiet')).toBe(true);
    await clock.advance(LINE_INTERVAL_MS);
    expect(summaries).toHaveLength(1);
  });

  test('summarises at its end, and leaves no timer, as it has none without lines', async () => {
    const { clock, limited, offer, summaries } = limit();
    expect(clock.pendingTimers).toBe(0);
    offer(MOST_LINES + 2, 'dial ended');
    limited.close();
    expect(summaries).toEqual(['debug dial dial ended: 2']);
    expect(clock.pendingTimers).toBe(0);
    offer(1, 'dial ended');
    await clock.advance(LINE_INTERVAL_MS);
    expect(clock.pendingTimers).toBe(0);
  });
});
