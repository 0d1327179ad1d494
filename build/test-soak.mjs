#!/usr/bin/env node
/*
 * `npm run test:soak`: two hundred nodes that start and stop for five minutes and must leak nothing, and a thousand
 * nodes that find each other by discovery v5.
 * Further arguments go to vitest.
 */
import { runRequested } from './test-parts.mjs';

await runRequested('soak');
