import fc from 'fast-check';

/** The rest of a test's time limit is for the end of the run under way, and for the report on a loaded machine. */
const SHARE = 5 / 6;

/** On the clock of `performance`; nothing between tests. */
let end: number | undefined;

// Each assertion makes its own instance, so that those of one test share its time.
fc.installGlobalPlugin((...where) =>
  end === undefined
    ? {}
    : fc.interruptAfterTimeLimit(end - performance.now(), { failOnInterrupt: true })(...where),
);

/**
 * Lets the properties of a test end before its time limit: one that fails shows the smallest case found so far, however
 * slowly it shrinks, and one that hangs shows its seed.
 *
 * @param timeoutMs the time limit of the test, which starts now; 0 without one
 * @returns a function that ends the limit
 */
export function limitProperties(timeoutMs: number): () => void {
  end = timeoutMs > 0 ? performance.now() + timeoutMs * SHARE : undefined;
  return () => {
    end = undefined;
  };
}
