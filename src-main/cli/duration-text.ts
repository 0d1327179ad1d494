import { InvalidArgumentError } from 'commander';

/** Milliseconds per unit. Go's time.ParseDuration also has µs and ns; they are of no use here. */
const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const satisfies Record<string, number>;

/**
 * Parses a duration in the form of Go's time.ParseDuration, which go-ethereum's tools use: `90s`, `30m`, `1h30m`.
 * @returns milliseconds
 * @throws InvalidArgumentError
 */
export function parseDuration(text: string): number {
  const parts = [...text.matchAll(/(\d{1,9}(?:\.\d{1,9})?)(ms|s|m|h)/g)];
  const isWhole = parts.map(([part]) => part).join('') === text && text !== '';
  if (!isWhole) throw new InvalidArgumentError('It must be a duration such as 90s, 30m or 1h30m.');
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * UNITS[unit as keyof typeof UNITS], 0);
}
