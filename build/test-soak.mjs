#!/usr/bin/env node
/*
 * `npm run test:soak`: two hundred nodes that start and stop for five minutes and must leak nothing, and a thousand
 * nodes that find each other by discovery v5.
 * Further arguments go to vitest.
 */
import { describeTotal, runParts } from './test-parts.mjs';

// The part was requested by name, so it must run.
const total = await runParts(['soak'], { required: ['soak'], extra: process.argv.slice(2) });
console.log(describeTotal(total));
process.exitCode = total.failed === 0 ? 0 : 1;
