import { setTimeout as pause } from 'node:timers/promises';

/**
 * Asks another program until its answer will do. For facts of which that program tells no event: our own parts are
 * awaited, never polled.
 */
export async function eventually<T>(
  what: string,
  ask: () => Promise<T | undefined>,
  { timeoutMs = 30_000, everyMs = 200 } = {},
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  let last: unknown;
  while (performance.now() < deadline) {
    try {
      const answer = await ask();
      if (answer !== undefined) return answer;
    } catch (error) {
      last = error;
    }
    await pause(everyMs);
  }
  throw new Error(`${what}: not within ${String(timeoutMs)} ms`, { cause: last });
}
