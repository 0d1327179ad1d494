import { readdir } from 'node:fs/promises';

/** The resources that a process holds. */
export interface Held {
  /** Sockets and timers that keep the process alive, by kind. */
  readonly resources: Readonly<Record<string, number>>;
  /** Open file descriptors; undefined if the system does not list them. */
  readonly descriptors: number | undefined;
}

/** The number of resources that keep this process alive and whose kind (`UDPWrap`, `Timeout`, …) matches. */
export function countHeld(kind: RegExp): number {
  return process.getActiveResourcesInfo().filter((name) => kind.test(name)).length;
}

/** The resources that this process holds now. */
export async function heldNow(): Promise<Held> {
  const resources: Record<string, number> = {};
  for (const name of process.getActiveResourcesInfo()) {
    if (/^(TCP|UDP|Timeout|Immediate)/.test(name)) resources[name] = (resources[name] ?? 0) + 1;
  }
  const listed = await readdir('/proc/self/fd').catch(() => undefined);
  return { resources, descriptors: listed?.length };
}
