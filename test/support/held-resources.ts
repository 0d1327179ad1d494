import { readdir } from 'node:fs/promises';

/** What a process holds. */
export interface Held {
  /** Sockets and timers that keep the process alive, by kind. */
  readonly resources: Readonly<Record<string, number>>;
  /** Open descriptors; undefined where the system does not tell. */
  readonly descriptors: number | undefined;
}

/** What this process holds at the moment. */
export async function heldNow(): Promise<Held> {
  const resources: Record<string, number> = {};
  for (const name of process.getActiveResourcesInfo()) {
    if (/^(TCP|UDP|Timeout|Immediate)/.test(name)) resources[name] = (resources[name] ?? 0) + 1;
  }
  const listed = await readdir('/proc/self/fd').catch(() => undefined);
  return { resources, descriptors: listed?.length };
}
