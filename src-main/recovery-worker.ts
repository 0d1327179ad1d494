import { parentPort } from 'node:worker_threads';
import { recoverJobs } from './base/recovery-batch.ts';

/*
 * A thread of the recovery pool (base/recovery-pool.ts): it answers each batch of signatures with their keys, in order. It has
 * no secret, no socket and no file. An empty answer says that it has loaded.
 */

parentPort?.on('message', (batch: Uint8Array) => {
  const results = recoverJobs(batch);
  parentPort?.postMessage(results, [results.buffer]);
});
parentPort?.postMessage(new Uint8Array(0));
