import type { NodeListEntry, NodeListName, NodeLists } from '../../../shared/model/node-list.ts';

/** The node lists of the fixture: entries can be removed, put back and moved. */
export class FixtureLists {
  lists: NodeLists;
  readonly #changed: () => void;
  readonly #removed = new Map<string, { readonly entry: NodeListEntry; readonly at: number }>();

  constructor(lists: NodeLists, changed: () => void) {
    this.lists = lists;
    this.#changed = changed;
  }

  remove(list: NodeListName, id: string): boolean {
    const at = this.lists[list].findIndex((entry) => entry.id === id);
    const entry = this.lists[list][at];
    if (entry === undefined) return false;
    this.#removed.set(id, { entry, at });
    this.#set(
      list,
      this.lists[list].filter((other) => other !== entry),
    );
    return true;
  }

  restore(
    list: NodeListName,
    ids: readonly string[],
  ): { restored: readonly string[]; refused: readonly never[] } {
    for (const id of ids.toReversed()) {
      const kept = this.#removed.get(id);
      if (kept !== undefined) this.#set(list, this.lists[list].toSpliced(kept.at, 0, kept.entry));
    }
    return { restored: ids, refused: [] };
  }

  move(list: NodeListName, id: string, before: string | null): boolean {
    const entry = this.lists[list].find((each) => each.id === id);
    if (entry === undefined) return false;
    const rest = this.lists[list].filter((each) => each !== entry);
    const at = before === null ? rest.length : rest.findIndex((each) => each.id === before);
    this.#set(list, rest.toSpliced(at, 0, entry));
    return true;
  }

  #set(list: NodeListName, entries: readonly NodeListEntry[]): void {
    this.lists = { ...this.lists, [list]: entries };
    this.#changed();
  }
}
