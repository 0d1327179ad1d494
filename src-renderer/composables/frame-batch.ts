/**
 * Collects items and applies them once per frame, so that a burst of pushes causes one rendering. A hidden page gets no
 * frames; the feed unsubscribes then.
 */
export interface FrameBatch<Item> {
  add(item: Item): void;
  clear(): void;
}

/** `schedule` and `cancel` default to requestAnimationFrame and cancelAnimationFrame; tests inject their own. */
export function createFrameBatch<Item>(
  apply: (items: readonly Item[]) => void,
  schedule: (task: () => void) => number = (task) => requestAnimationFrame(task),
  cancel: (handle: number) => void = (handle) => cancelAnimationFrame(handle),
): FrameBatch<Item> {
  // BOUNDED: by one frame's pushes, at most a few dozen.
  let items: Item[] = [];
  let handle: number | null = null;
  const flush = (): void => {
    handle = null;
    const batch = items;
    items = [];
    apply(batch);
  };
  return {
    add(item) {
      items.push(item);
      handle ??= schedule(flush);
    },
    clear() {
      items = [];
      if (handle !== null) cancel(handle);
      handle = null;
    },
  };
}
