/** How long work runs without a turn of the event loop, milliseconds. */
const SLICE_MS = 50;

/** Slices before the measurement. */
const WARM_SLICES = 4;

/**
 * Calls a second of `work`, which is repeated for about `seconds`. The event loop turns between slices, as in a node: V8 installs
 * optimized WebAssembly only then.
 */
export async function rate(seconds: number, work: () => void): Promise<number> {
  for (let warm = 0; warm < WARM_SLICES; warm += 1) await slice(work);
  let calls = 0;
  let spent = 0;
  while (spent < seconds * 1000) {
    const measured = await slice(work);
    calls += measured.calls;
    spent += measured.ms;
  }
  return (calls * 1000) / spent;
}

async function slice(work: () => void): Promise<{ calls: number; ms: number }> {
  await new Promise((resolve) => setImmediate(resolve));
  const start = performance.now();
  let calls = 0;
  let ms = 0;
  while (ms < SLICE_MS) {
    work();
    calls += 1;
    ms = performance.now() - start;
  }
  return { calls, ms };
}

/** Calls a second of `work` that waits, one call after the other. `prepare` runs before each call and is not measured. */
export async function rateOf(
  seconds: number,
  work: () => Promise<void>,
  prepare: () => void = () => undefined,
): Promise<number> {
  const call = async (): Promise<number> => {
    prepare();
    const start = performance.now();
    await work();
    return performance.now() - start;
  };
  for (let warm = 0; warm < 3; warm += 1) await call();
  let calls = 0;
  let spent = 0;
  while (spent < seconds * 1000) {
    spent += await call();
    calls += 1;
  }
  return (calls * 1000) / spent;
}

/** The median. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}
