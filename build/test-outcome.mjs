/* What a test run did, from the record of test-record.mjs, and how its failures are printed. */

/** Failures that are printed; the others are only counted. BOUNDED. */
const MOST_FAILURES = 30;

/**
 * Reads the record of one run. A file that started and has not ended counts as a failure: its process ended, or the run
 * was stopped.
 * @param {string} text
 * @returns {{ passed: number, skipped: { file: string, test: string }[],
 *   failures: { file: string, test: string, message: string }[] }}
 */
export function readRecord(text) {
  const events = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
  const ended = events.filter(({ event }) => event === 'ended');
  const running = new Set(events.filter(({ event }) => event === 'started').map(({ file }) => file));
  for (const { file } of ended) running.delete(file);
  const unhandled = events.filter(({ event }) => event === 'finished').flatMap((each) => each.unhandled);
  return {
    passed: ended.reduce((sum, each) => sum + each.passed, 0),
    skipped: ended.flatMap(({ file, skipped }) => skipped.map((test) => ({ file, test }))),
    failures: [
      ...[...running].map((file) => ({ file, test: '(the file)', message: 'did not end' })),
      ...ended.flatMap(({ file, failures }) => failures.map((each) => ({ file, ...each }))),
      ...unhandled.map((each) => ({ file: '', ...each })),
    ],
  };
}

/**
 * The failures of all parts, each with its part, file, full name and message.
 * @param {{ part: string, file: string, test: string, message: string }[]} failures
 * @returns {string} empty if there are none
 */
export function describeFailures(failures) {
  if (failures.length === 0) return '';
  const shown = failures
    .slice(0, MOST_FAILURES)
    .flatMap(({ part, file, test, message }) => [
      `FAILED ${[part, file, test].filter(Boolean).join(' > ')}`,
      ...message.split('\n').map((line) => `    ${line}`),
    ]);
  const more = failures.length - MOST_FAILURES;
  return [...shown, ...(more > 0 ? [`and ${more} more failures`] : [])].join('\n');
}

/** Counts and failures of all parts; the failures of a part that was not run are counted too. */
export function describeTotal({ passed, failures, skipped }) {
  return `Tests: ${passed} passed, ${failures.length} failed, ${skipped} skipped.`;
}
