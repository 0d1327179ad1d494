import { OptionError } from '../app/launch-options.ts';

/** Milliseconds of the units that go-ethereum's tools take (Go's time.ParseDuration), without those below. */
const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const satisfies Record<string, number>;

/**
 * A time such as `90s`, `30m` or `1h30m`, as go-ethereum's tools write it, in milliseconds.
 * @throws OptionError
 */
export function parseDuration(text: string): number {
  const parts = [...text.matchAll(/(\d{1,9}(?:\.\d{1,9})?)(ms|s|m|h)/g)];
  const isWhole = parts.map(([part]) => part).join('') === text && text !== '';
  if (!isWhole) throw new OptionError(`"${text.slice(0, 40)}" is no time such as 90s, 30m or 1h30m.`);
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * UNITS[unit as keyof typeof UNITS], 0);
}
