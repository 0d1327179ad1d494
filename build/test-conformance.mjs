#!/usr/bin/env node
/*
 * `npm run test:conformance`: go-ethereum's protocol test suites against a running node.
 * Further arguments go to vitest.
 */
import { describeTotal, runParts } from './test-parts.mjs';

// The part was requested by name, so it must run.
const total = await runParts(['conformance'], { required: ['conformance'], extra: process.argv.slice(2) });
console.log(describeTotal(total));
process.exitCode = total.failed === 0 ? 0 : 1;
