/*
 * A reporter of vitest: writes one line of JSON for each test file that starts or ends, immediately, so that the record
 * of a run that was stopped is complete up to then. The variable ENODECK_TEST_RECORD has the file.
 */
import { appendFileSync } from 'node:fs';
import { relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

/** Lines of a message that are kept, and characters of a line. BOUNDED. */
const MOST_LINES = 10;
const MOST_CHARACTERS = 300;

/** The first lines of an error's message, and where it was thrown. */
function messageOf({ name, message = '', stacks = [] }) {
  const lines = stripVTControlCharacters(message || name || 'failed without a message').split('\n');
  const [at] = stacks;
  return [
    ...lines.slice(0, MOST_LINES).map((line) => line.slice(0, MOST_CHARACTERS)),
    ...(at === undefined ? [] : [`at ${relative(process.cwd(), at.file)}:${at.line}`]),
  ].join('\n');
}

const failureOf = (test, errors) => ({
  test,
  message: errors.length === 0 ? 'failed without an error' : messageOf(errors[0]),
});

/** Failures of a test file: those of its tests, of the hooks of a `describe`, and of the file itself. */
function failuresOf(module) {
  const tests = [...module.children.allTests('failed')].map((each) =>
    failureOf(each.fullName, each.result().errors ?? []),
  );
  const suites = [...module.children.allSuites()]
    .filter((suite) => suite.errors().length > 0)
    .map((suite) => failureOf(`${suite.fullName} (hook)`, suite.errors()));
  const file = module.errors().length === 0 ? [] : [failureOf('(the file)', module.errors())];
  return [...file, ...suites, ...tests];
}

export default class TestRecord {
  #write(line) {
    appendFileSync(process.env.ENODECK_TEST_RECORD, `${JSON.stringify(line)}\n`);
  }

  onTestModuleQueued(module) {
    this.#write({ event: 'started', file: module.relativeModuleId });
  }

  onTestModuleEnd(module) {
    this.#write({
      event: 'ended',
      file: module.relativeModuleId,
      passed: [...module.children.allTests('passed')].length,
      skipped: [...module.children.allTests('skipped')].map(({ fullName }) => fullName),
      failures: failuresOf(module),
    });
  }

  onTestRunEnd(_modules, errors) {
    this.#write({
      event: 'finished',
      unhandled: errors.map((error) => failureOf('(outside of a test)', [error])),
    });
  }
}
