#!/usr/bin/env node
/*
 * `npm run test:geth`: sessions with three versions of real geth.
 * Further arguments go to vitest.
 */
import { runRequested } from './test-parts.mjs';

await runRequested('geth');
