import { Level } from 'level';
import { vi } from 'vitest';

/** Bytes of the values that iterators of all databases read during an action. */
export async function bytesIterated(action: () => Promise<unknown>): Promise<number> {
  let read = 0;
  const { iterator } = Level.prototype;
  const spy = vi.spyOn(Level.prototype, 'iterator').mockImplementation(function (this: Level, options) {
    const made = iterator.call(this, options);
    const nextv = made.nextv.bind(made);
    made.nextv = async (size: number) => {
      const entries = await nextv(size);
      for (const [, value] of entries) read += (value as Uint8Array).length;
      return entries;
    };
    return made;
  });
  try {
    await action();
    return read;
  } finally {
    spy.mockRestore();
  }
}
