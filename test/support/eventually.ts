import { setTimeout as pause } from 'node:timers/promises';
import type { Child } from './child.ts';

/** Limits of a poll. */
export interface PollOptions {
  /** 60 seconds by default, which is long enough for a loaded machine. */
  readonly timeoutMs?: number;
  readonly everyMs?: number;
  /** The process whose state is polled: the poll ends when it ends. */
  readonly child?: Child;
}

/**
 * Polls until `ask` returns a value. For state without an event, such as that of another process; where there is an event,
 * wait for the event.
 * @throws Error after the timeout, also while `ask` has not settled, or when the process has ended
 */
export async function eventually<T>(
  what: string,
  ask: () => Promise<T | undefined>,
  { timeoutMs = 60_000, everyMs = 100, child }: PollOptions = {},
): Promise<T> {
  const over = new AbortController();
  let last: unknown;
  const answered = async (): Promise<T> => {
    for (;;) {
      try {
        const answer = await ask();
        if (answer !== undefined) return answer;
      } catch (error) {
        last = error;
      }
      await pause(everyMs, undefined, { signal: over.signal });
    }
  };
  const timedOut = async (): Promise<never> => {
    await pause(timeoutMs, undefined, { signal: over.signal });
    throw new Error(`${what}: not within ${String(timeoutMs)} ms`, { cause: last });
  };
  try {
    const ends = child === undefined ? [] : [child.endsBefore(what)];
    return await Promise.race([answered(), timedOut(), ...ends]);
  } finally {
    over.abort();
  }
}
