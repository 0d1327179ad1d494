import type { Translate } from '../composables/use-messages.ts';
import { formatCount } from './format.ts';

/** One thing that an action on many does. */
export interface BatchItem {
  readonly key: string;
  /** What the confirmation and a failure call it. */
  readonly name: string;
}

/** How an action on many ended. */
export interface BatchOutcome {
  /** Keys of what was done. */
  readonly done: readonly string[];
  /** What was not done, by name, and why. */
  readonly failed: readonly { readonly name: string; readonly reason: string }[];
  /** What was not begun, because the user stopped it. */
  readonly left: number;
}

/** BOUNDED: nodes or entries of one action that asks the node for each (our choice). */
const MAX_BATCH = 500;

/** Why an action with so many requests is refused; null if it is not. */
export const batchRefusal = (requests: number, t: Translate): string | null =>
  requests > MAX_BATCH ? t('batch.tooMany', { max: formatCount(MAX_BATCH) }) : null;

/** Requests at the same time. */
const PARALLEL = 4;

/**
 * Does something with each item, a few at a time. A failure does not stop the others.
 * @param task rejects with the reason
 * @param progress is told after each item how many have ended, and returns whether to go on
 */
export async function runBatch(
  items: readonly BatchItem[],
  task: (key: string) => Promise<unknown>,
  progress: (ended: number) => boolean,
): Promise<BatchOutcome> {
  const done: string[] = [];
  const failures = new Map<number, { readonly name: string; readonly reason: string }>();
  let next = 0;
  let ended = 0;
  let goesOn = true;
  const work = async (): Promise<void> => {
    while (goesOn) {
      const at = next++;
      const item = items[at];
      if (item === undefined) return;
      try {
        await task(item.key);
        done.push(item.key);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        failures.set(at, { name: item.name, reason });
      }
      ended += 1;
      if (!progress(ended)) goesOn = false;
    }
  };
  await Promise.all(Array.from({ length: Math.min(PARALLEL, items.length) }, work));
  const failed = [...failures.entries()].sort(([a], [b]) => a - b).map(([, failure]) => failure);
  return { done, failed, left: items.length - ended };
}
