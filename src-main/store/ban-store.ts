/** Bans in the database: one entry per ban, on disk before a call returns. */
import { z } from 'zod';
import { OFFENCES } from '../../shared/causes/offences.ts';
import type { Ban } from '../../shared/model/ban.ts';
import type { Logger } from '../base/runtime.ts';
import type { Database } from './database.ts';
import { parseStoredJson } from './stored-json.ts';

/** Members and offences of a later version are dropped; an earlier version stored no offence. */
const banValue = z.object({
  target: z.strictObject({ kind: z.enum(['node', 'ip', 'cidr']), value: z.string().max(64) }),
  reason: z.string().max(512),
  offence: z.enum(OFFENCES).nullable().catch(null),
  by: z.enum(['user', 'score']),
  createdAt: z.int().min(0),
  until: z.int().min(0).nullable(),
  name: z.string().max(256).nullable(),
});

/** The `bans` sub-level of the database. Invalid entries are removed from it. */
export class BanDatabase {
  readonly #database: Database;
  readonly #logger: Logger;

  constructor(database: Database, logger: Logger) {
    this.#database = database;
    this.#logger = logger;
  }

  /** Loads all bans in the order of their creation. @throws StoreError */
  async load(): Promise<Ban[]> {
    const bans: Ban[] = [];
    const invalid: string[] = [];
    for await (const [id, text] of this.#database.entries('bans')) {
      const ban = readBan(id, text);
      if (ban === undefined) invalid.push(id);
      else bans.push(ban);
    }
    if (invalid.length > 0) {
      this.#logger.warn('Removed invalid bans from the database', {
        count: invalid.length,
      });
      await this.remove(invalid);
    }
    return bans.sort((a, b) => a.createdAt - b.createdAt);
  }

  /** Saves a ban; replaces one with the same ID. @throws StoreError when it is not on disk */
  async put({ id, ...value }: Ban): Promise<void> {
    await this.#database.write([{ level: 'bans', key: id, value: JSON.stringify(value) }], 'disk');
  }

  /** Removes bans. @throws StoreError when the change is not on disk */
  async remove(ids: readonly string[]): Promise<void> {
    const writes = ids.map((key) => ({ level: 'bans' as const, key, value: undefined }));
    await this.#database.write(writes, 'disk');
  }
}

function readBan(id: string, text: string): Ban | undefined {
  const value = banValue.safeParse(parseStoredJson(text));
  if (!value.success || id !== `${value.data.target.kind}:${value.data.target.value}`) return undefined;
  return { id, ...value.data };
}
