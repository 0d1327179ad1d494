/* What a test run did, from the record of test-record.mjs, and how its failures are printed. */

/** Failures that are printed; the others are only counted. BOUNDED. */
const MOST_FAILURES = 30;
/** Files with a failure that are run once more. With more of them, the machine or the product is at fault. BOUNDED. */
const MOST_FILES_AGAIN = 2;

/**
 * Reads the record of one run. A file that started and has not ended counts as a failure: its process ended, or the run
 * was stopped.
 * @param {string} text
 * @returns {Outcome}
 *
 * @typedef {object} Outcome
 * @property {number} passed
 * @property {Record<string, number>} passedIn tests of each file that passed
 * @property {{ file: string, test: string }[]} skipped
 * @property {Failure[]} failures
 *
 * @typedef {{ file: string, test: string, message: string }} Failure
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
    passedIn: Object.fromEntries(ended.map(({ file, passed }) => [file, passed])),
    skipped: ended.flatMap(({ file, skipped }) => skipped.map((test) => ({ file, test }))),
    failures: [
      ...[...running].map((file) => ({ file, test: '(the file)', message: 'did not end' })),
      ...ended.flatMap(({ file, failures }) => failures.map((each) => ({ file, ...each }))),
      ...unhandled.map((each) => ({ file: '', ...each })),
    ],
  };
}

/**
 * The files whose failures a second run can judge. Empty when nothing failed, when something failed outside of a file, and
 * when too many files failed.
 * @param {Outcome} outcome
 * @returns {string[]}
 */
export function filesToRunAgain({ failures }) {
  const files = new Set(failures.map(({ file }) => file));
  return files.has('') || files.size > MOST_FILES_AGAIN ? [] : [...files];
}

/**
 * The outcome of a part whose files with a failure were run once more: for these files the second run counts.
 * @param {Outcome} first
 * @param {Outcome} second
 * @param {string[]} files those of the second run
 * @returns {Outcome & { unstable: Failure[] }} `unstable` has the failures that the second run does not have
 */
export function afterSecondRun(first, second, files) {
  const isElsewhere = ({ file }) => !files.includes(file);
  const before = files.reduce((sum, file) => sum + (first.passedIn[file] ?? 0), 0);
  const fails = new Set(second.failures.map(({ file, test }) => `${file}\n${test}`));
  return {
    passed: first.passed - before + second.passed,
    passedIn: { ...first.passedIn, ...second.passedIn },
    skipped: [...first.skipped.filter(isElsewhere), ...second.skipped],
    failures: [...first.failures.filter(isElsewhere), ...second.failures],
    unstable: first.failures.filter(({ file, test }) => !fails.has(`${file}\n${test}`)),
  };
}

/**
 * The failures of all parts, each with its part, file, full name and message.
 * @param {{ part: string, file: string, test: string, message: string }[]} failures
 * @param {string} [label]
 * @returns {string} empty if there are none
 */
export function describeFailures(failures, label = 'FAILED') {
  if (failures.length === 0) return '';
  const shown = failures
    .slice(0, MOST_FAILURES)
    .flatMap(({ part, file, test, message }) => [
      `${label} ${[part, file, test].filter(Boolean).join(' > ')}`,
      ...message.split('\n').map((line) => `    ${line}`),
    ]);
  const more = failures.length - MOST_FAILURES;
  return [...shown, ...(more > 0 ? [`and ${more} more failures`] : [])].join('\n');
}

/** Counts and failures of all parts; the failures of a part that was not run are counted too. */
export function describeTotal({ passed, failures, skipped }) {
  return `Tests: ${passed} passed, ${failures.length} failed, ${skipped} skipped.`;
}
