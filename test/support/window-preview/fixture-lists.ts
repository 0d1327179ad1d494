import {
  NODE_LISTS,
  type NodeListEntry,
  type NodeListName,
  type NodeLists,
} from '../../../shared/model/node-list.ts';
import { ListsFeed } from '../../../src-main/api/lists-feed.ts';

/** The node lists of the fixture: entries can be removed, put back and moved. */
export class FixtureLists {
  lists: NodeLists;
  readonly #changed: (delta: unknown) => void;
  readonly #feed: ListsFeed<NodeListName, NodeListEntry>;
  readonly #removed = new Map<string, { readonly entry: NodeListEntry; readonly at: number }>();

  /** @param changed gets the delta of the topic `nodes` */
  constructor(lists: NodeLists, changed: (delta: unknown) => void) {
    this.lists = lists;
    this.#changed = changed;
    this.#feed = new ListsFeed(
      NODE_LISTS,
      () => this.lists,
      ({ id }) => id,
    );
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
    const change = this.#feed.changes();
    if (change !== undefined) this.#changed(change.data);
  }
}
