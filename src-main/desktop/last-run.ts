import { writeFileSync } from 'node:fs';
import { z } from 'zod';
import type { ApiBackend } from '../api/backend.ts';
import { nonFileAt, readRegularFileNow } from '../base/regular-file.ts';

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
export function readLastRun(file: string): LastRun | undefined {
  try {
    const { bytes } = readRegularFileNow(file, MAX_BYTES);
    return lastRunSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
  } catch {
    return undefined;
  }
}

/** Saves the facts for the next start. Ignores write errors: the next start then shows none. */
export function writeLastRun(file: string, run: LastRun): void {
  try {
    // Opening a named pipe waits until another program reads it.
    if (nonFileAt(file) !== undefined) return;
    writeFileSync(file, `${JSON.stringify(run)}\n`, { mode: 0o600 });
  } catch {
    // As the file did not exist.
  }
}
