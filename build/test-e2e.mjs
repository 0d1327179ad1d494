#!/usr/bin/env node
/*
 * `npm run test:e2e`: the end-to-end tests with real Electron, and with the same page in Chromium.
 * Further arguments go to vitest.
 */
import { describeTotal, runParts } from './test-parts.mjs';

// The part was requested by name, so it must run.
const total = await runParts(['e2e'], { required: ['e2e'], extra: process.argv.slice(2) });
console.log(describeTotal(total));
process.exitCode = total.failed === 0 ? 0 : 1;
