import { setTimeout as pause } from 'node:timers/promises';

/**
 * Polls until `ask` returns a value. For state without an event, such as that of another process; where there is an event,
 * wait for the event.
 * @throws Error after `timeoutMs`, which is long enough for a loaded machine
 */
export async function eventually<T>(
  what: string,
  ask: () => Promise<T | undefined>,
  { timeoutMs = 60_000, everyMs = 100 } = {},
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
