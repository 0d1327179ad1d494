#!/usr/bin/env node
/*
 * `npm run test:installed`: makes the .deb, installs it into a new Debian, uses it and removes it. Needs root.
 * Further arguments go to vitest.
 */
import { describeTotal, runParts } from './test-parts.mjs';

// The part was requested by name, so it must run.
const total = await runParts(['installed'], { required: ['installed'], extra: process.argv.slice(2) });
console.log(describeTotal(total));
process.exitCode = total.failed === 0 ? 0 : 1;
