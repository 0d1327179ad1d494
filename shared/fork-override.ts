import { z } from 'zod';

/** A fork time that the user sets: `amsterdam=1791294816`. */
export interface ForkOverride {
  /** Lower case, without the `Time` of geth's configuration: `amsterdam`. */
  readonly name: string;
  /** Seconds since 1970, above 0. */
  readonly time: bigint;
}

/** BOUNDED: overrides; the networks schedule only a few forks ahead. */
const MAX_FORK_OVERRIDES = 16;

const MAX_TIME = 2n ** 64n - 1n;
const NAME = /^[a-z][a-z0-9]{0,31}$/;

/** Why `text` is not an override, as a phrase that begins with "must"; undefined if it is one. */
function forkOverrideFault(text: string): string | undefined {
  const [name = '', time, ...rest] = text.split('=');
  if (time === undefined || rest.length > 0) return 'must be NAME=TIME, such as amsterdam=1791294816';
  if (!NAME.test(nameOf(name)))
    return 'must start with a fork name: a letter, then up to 31 letters and digits';
  if (!/^[1-9]\d{0,19}$/.test(time.trim()) || BigInt(time.trim()) > MAX_TIME)
    return 'must have a time that is a positive whole number of seconds since 1970';
  return undefined;
}

/** Reads a text that `forkOverrides` has accepted. */
export function parseForkOverride(text: string): ForkOverride {
  const [name = '', time = ''] = text.split('=');
  return { name: nameOf(name), time: BigInt(time.trim()) };
}

/** The name of a fork: geth's configuration writes `amsterdamTime`, its flag `--override.amsterdam`. */
const nameOf = (text: string): string =>
  text
    .trim()
    .toLowerCase()
    .replace(/(?<=.)time$/, '');

const forkOverrideText = z
  .string()
  .max(80)
  .superRefine((text, context) => {
    const fault = forkOverrideFault(text);
    if (fault !== undefined) context.addIssue({ code: 'custom', message: fault });
  });

/** Overrides, one per fork. Whether the times fit the schedule of a network is checked with the network. */
export const forkOverrides = z
  .array(forkOverrideText)
  .max(MAX_FORK_OVERRIDES)
  .refine(
    (texts) => new Set(texts.map((text) => nameOf(text.split('=')[0] ?? ''))).size === texts.length,
    'must name every fork once',
  );
