import { join, resolve } from 'node:path';

/** Paths within a data folder. */
export interface DataPaths {
  readonly folder: string;
  readonly database: string;
  /** The archive of imported blocks. */
  readonly chain: string;
  readonly settings: string;
  readonly nodeLists: string;
  readonly tokens: string;
  readonly logs: string;
  readonly auditLog: string;
}

/** The absolute paths of a data folder. */
export function dataPathsOf(folder: string): DataPaths {
  const whole = resolve(folder);
  return {
    folder: whole,
    database: join(whole, 'database'),
    chain: join(whole, 'chain'),
    settings: join(whole, 'settings.json'),
    nodeLists: join(whole, 'nodes.json'),
    tokens: join(whole, 'tokens.json'),
    logs: join(whole, 'logs'),
    auditLog: join(whole, 'logs', 'audit.log'),
  };
}
