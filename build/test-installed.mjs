#!/usr/bin/env node
/*
 * `npm run test:installed`: makes the packages, installs them into a new Debian, uses them and removes them. Needs root.
 * Further arguments go to vitest.
 */
import { runRequested } from './test-parts.mjs';

await runRequested('installed');
