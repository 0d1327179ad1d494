#!/usr/bin/env node
/*
 * `npm test`: all tests that need no system package, then the end-to-end part if Electron and a display are available.
 *
 *   --require=e2e,conformance,geth   runs these parts too; a part that cannot run or a skipped test is a failure
 *   --minutes=NUMBER                 stops the run after this time; what has not ended is a failure
 *   --summary=FILE                   writes { passed, failed, skipped } as JSON
 */
import { writeFileSync } from 'node:fs';
import { readOptions } from './command-options.mjs';
import { PARTS, runParts } from './test-parts.mjs';

const values = readOptions({
  require: { type: 'string', value: 'PARTS' },
  minutes: { type: 'string', value: 'NUMBER' },
  summary: { type: 'string', value: 'FILE' },
});
const required = values.require?.split(',').filter(Boolean) ?? [];
const unknown = required.filter((name) => !(name in PARTS));
if (unknown.length > 0) {
  console.error(`Unknown part: ${unknown.join(', ')}. Known parts: ${Object.keys(PARTS).join(', ')}.`);
  process.exit(2);
}
const minutes = Number(values.minutes ?? Infinity);
if (Number.isNaN(minutes)) {
  console.error(`--minutes: not a number: ${values.minutes}`);
  process.exit(2);
}

// A run with --require must not skip anything.
const strict = required.length > 0 ? ['core', ...required] : [];
const total = await runParts([...new Set(['core', 'e2e', ...required])], { required: strict, minutes });
if (values.summary !== undefined) writeFileSync(values.summary, JSON.stringify(total));
process.exitCode = total.failed === 0 ? 0 : 1;
