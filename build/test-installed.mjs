#!/usr/bin/env node
/*
 * `npm run test:installed`: makes the .deb, installs it into a new Debian, uses it and removes it. Needs root.
 * Further arguments go to vitest.
 */
import { runRequested } from './test-parts.mjs';

await runRequested('installed');
