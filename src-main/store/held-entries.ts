/** The entries of a database that LevelDB cannot open, in memory. */
import { subLevelOf, SUB_LEVELS, type SubLevelName } from './keys.ts';
import type { RescuedEntries } from './leveldb/rescue.ts';

/** Key and value of an entry as text. */
export type TextEntry = readonly [key: string, value: string];

/** Entries by sub-level, in the order of their keys. Read-only. BOUNDED: by MAX_FOLDER_BYTES (leveldb/inspect.ts). */
export class HeldEntries {
  readonly #levels = new Map<SubLevelName, TextEntry[]>();

  constructor(entries: RescuedEntries) {
    const utf8 = new TextDecoder();
    for (const [latin1Key, { key, value }] of entries) {
      const level = subLevelOf(latin1Key);
      if (level === undefined) continue;
      const text = utf8.decode(key).slice(SUB_LEVELS[level].length + 2);
      const held = this.#levels.get(level) ?? [];
      this.#levels.set(level, held);
      held.push([text, utf8.decode(value)]);
    }
    for (const held of this.#levels.values()) held.sort(([a], [b]) => (a < b ? -1 : 1));
  }

  get(level: SubLevelName, key: string): string | undefined {
    return this.all(level).find(([name]) => name === key)?.[1];
  }

  /** All entries of a sub-level. */
  all(level: SubLevelName): readonly TextEntry[] {
    return this.#levels.get(level) ?? [];
  }
}
