#!/usr/bin/env node
/*
 * `npm run test:conformance`: go-ethereum's protocol test suites against a running node.
 * Further arguments go to vitest.
 */
import { runRequested } from './test-parts.mjs';

await runRequested('conformance');
