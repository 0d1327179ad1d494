#!/usr/bin/env node
/*
 * `npm run test:geth`: sessions with real geth of three ages.
 * Further arguments go to vitest.
 */
import { describeTotal, runParts } from './test-parts.mjs';

// Asked for by name: not to run it is a failure.
const total = await runParts(['geth'], { required: ['geth'], extra: process.argv.slice(2) });
console.log(describeTotal(total));
process.exitCode = total.failed === 0 ? 0 : 1;
