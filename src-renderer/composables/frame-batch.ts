/**
 * Collects what arrives and hands it over once per frame, so that a burst of pushes costs one rendering. Messages of a
 * page that nobody sees wait for nothing: the feed ends its subscription then.
 */
export interface FrameBatch<Item> {
  add(item: Item): void;
  clear(): void;
}

/** `schedule` and `cancel` are requestAnimationFrame's pair; tests bring their own. */
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
