/** Bans in the database: one entry a ban, written at once. */
import { z } from 'zod';
import type { Ban } from '../../shared/model/ban.ts';
import type { Logger } from '../base/runtime.ts';
import type { Database } from './database.ts';

const banValue = z.strictObject({
  target: z.strictObject({ kind: z.enum(['node', 'ip', 'cidr']), value: z.string().max(64) }),
  reason: z.string().max(512),
  by: z.enum(['user', 'score']),
  createdAt: z.int().min(0),
  until: z.int().min(0).nullable(),
  name: z.string().max(256).nullable(),
});

/** The `bans` sub-level of the database. What does not read as a ban is dropped from it. */
export class BanDatabase {
  readonly #database: Database;
  readonly #logger: Logger;

  constructor(database: Database, logger: Logger) {
    this.#database = database;
    this.#logger = logger;
  }

  /** Every ban that is kept, in the order in which they were set. */
  async load(): Promise<Ban[]> {
    const bans: Ban[] = [];
    const invalid: string[] = [];
    for await (const [id, text] of this.#database.entries('bans')) {
      const ban = readBan(id, text);
      if (ban === undefined) invalid.push(id);
      else bans.push(ban);
    }
    if (invalid.length > 0) {
      this.#logger.warn('Some entries of the database were no bans and were dropped', {
        count: invalid.length,
      });
      await this.remove(invalid);
    }
    return bans.sort((a, b) => a.createdAt - b.createdAt);
  }

  /** Keeps a ban, in place of an earlier one with its id. @throws StoreError when it is not on disk */
  async put({ id, ...value }: Ban): Promise<void> {
    await this.#database.write([{ level: 'bans', key: id, value: JSON.stringify(value) }], 'disk');
  }

  /** Forgets bans. @throws StoreError when that is not on disk */
  async remove(ids: readonly string[]): Promise<void> {
    const writes = ids.map((key) => ({ level: 'bans' as const, key, value: undefined }));
    await this.#database.write(writes, 'disk');
  }
}

function readBan(id: string, text: string): Ban | undefined {
  const value = banValue.safeParse(parseJson(text));
  if (!value.success || id !== `${value.data.target.kind}:${value.data.target.value}`) return undefined;
  return { id, ...value.data };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
