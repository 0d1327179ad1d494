#!/usr/bin/env node
/*
 * `npm run test:e2e`: the end-to-end tests with real Electron, and with the same page in Chromium.
 * Further arguments go to vitest.
 */
import { runRequested } from './test-parts.mjs';

await runRequested('e2e');
