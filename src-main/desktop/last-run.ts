import { z } from 'zod';
import type { ApiBackend } from '../api/backend.ts';
import { readState, writeState } from './state-file.ts';

/** BOUNDED: the file has about 150 bytes. */
const MAX_BYTES = 4_096;

const lastRunSchema = z.object({
  network: z.string().min(1).max(64),
  nodeId: z.string().regex(/^[0-9a-f]{64}$/),
  listedNodes: z.int().min(0).max(1_000_000),
});

/** What the window shows of the last run until the node's data is open: facts that rarely change. */
export type LastRun = z.output<typeof lastRunSchema>;

/** The facts of the current run, for the next start. */
export function lastRunOf(backend: Pick<ApiBackend, 'status' | 'lists'>): LastRun {
  const { network, identity } = backend.status();
  const listedNodes = Object.values(backend.lists.all()).reduce((sum, list) => sum + list.length, 0);
  return { network: network.demo ? 'demo' : network.name.slice(0, 64), nodeId: identity.id, listedNodes };
}

/** Reads the facts of the last run; undefined when the file is missing or invalid, which is not an error. */
export const readLastRun = (file: string): LastRun | undefined => readState(file, lastRunSchema, MAX_BYTES);

/** Saves the facts for the next start. Ignores write errors: the next start then shows none. */
export const writeLastRun = (file: string, run: LastRun): void => {
  writeState(file, run);
};
