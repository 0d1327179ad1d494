#!/usr/bin/env node
/*
 * `npm test`: everything that needs no system package, then the end-to-end part where Electron and a display are there.
 *
 *   --require=e2e,conformance,geth   these parts must run, and must skip nothing
 *   --summary=FILE                   writes { passed, failed, skipped } as JSON
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { PARTS, describeTotal, runParts } from './test-parts.mjs';

const { values } = parseArgs({ options: { require: { type: 'string' }, summary: { type: 'string' } } });
const required = values.require?.split(',').filter(Boolean) ?? [];
const unknown = required.filter((name) => !(name in PARTS));
if (unknown.length > 0) {
  console.error(`No part is called ${unknown.join(', ')}; there are ${Object.keys(PARTS).join(', ')}.`);
  process.exit(2);
}

// A run with --require must not skip anything.
const strict = required.length > 0 ? ['core', ...required] : [];
const total = await runParts([...new Set(['core', 'e2e', ...required])], { required: strict });
if (values.summary !== undefined) writeFileSync(values.summary, JSON.stringify(total));
console.log(`\n${describeTotal(total)}`);
process.exitCode = total.failed === 0 ? 0 : 1;
