#!/usr/bin/env node
/*
 * `npm run test:geth`: sessions with three versions of real geth.
 * Further arguments go to vitest.
 */
import { describeTotal, runParts } from './test-parts.mjs';

// The part was requested by name, so it must run.
const total = await runParts(['geth'], { required: ['geth'], extra: process.argv.slice(2) });
console.log(describeTotal(total));
process.exitCode = total.failed === 0 ? 0 : 1;
