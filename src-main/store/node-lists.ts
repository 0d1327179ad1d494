/** The configured node lists: bootnodes, static and trusted nodes. */
import { DUPLICATE_NODE_TEXT, refuseNode, refuseNodeCount } from '../../shared/node-check.ts';
import { NODE_LISTS, type ImportResult, type NodeListName } from '../../shared/model/node-list.ts';
import type { Clock } from '../base/runtime.ts';
import { NodeTextError, parseNode } from '../node-record/node-factory.ts';
import { nodeToCheck } from '../node-record/node-to-check.ts';
import type { Node } from '../node-record/node.ts';
import type { EventSink } from '../events/events.ts';
import { NodeListError } from './errors.ts';
import { readJsonFile, writeJsonFile } from './json-file.ts';
import type { NodeListText, TextFault } from './node-lines.ts';
import { formatNodeListText, type NodeListFormat } from './node-list-text.ts';
import { listsContent, MAX_LIST_NODES, NODE_LISTS_FORMAT, type ListedNode } from './node-lists-file.ts';
import { compareLists, type ListReload } from './node-list-reload.ts';
import type { ReplaceFile } from './replace-file.ts';
import { SerialQueue } from '../base/serial-queue.ts';

/** BOUNDED: errors that an import reports, our choice. */
const MAX_IMPORT_ERRORS = 100;

/** A removed entry, and the ID of the one that followed it: where it is put back. */
export interface RemovedNode {
  readonly entry: ListedNode;
  readonly before: string | null;
}

/** The result of an import into several lists. */
export interface ListsImport extends Omit<ImportResult, 'added'> {
  readonly added: Readonly<Record<NodeListName, readonly ListedNode[]>>;
}

/** A list merged with the nodes of a text, not applied yet. */
interface Merge {
  readonly list: NodeListName;
  readonly entries: ReadonlyMap<string, ListedNode>;
  readonly added: readonly ListedNode[];
  readonly unchanged: number;
  readonly errors: readonly TextFault[];
}

type Lists = Readonly<Record<NodeListName, ReadonlyMap<string, ListedNode>>>;

/** Options of NodeListStore. */
export interface NodeListsOptions {
  readonly file: string;
  readonly clock: Clock;
  readonly events: EventSink;
  /** The local node ID, which is refused. */
  readonly ownIdHex: string;
  /** Replaced in tests, and by UnsavedFiles. */
  readonly replaceFile?: ReplaceFile;
}

/** The lists in memory and in their file. A change takes effect after it is on disk. */
export class NodeListStore {
  readonly #options: NodeListsOptions;
  readonly #queue = new SerialQueue();
  #lists: Lists;

  private constructor(options: NodeListsOptions, lists: Lists) {
    this.#options = options;
    this.#lists = lists;
  }

  /**
   * Reads the file; the lists are empty when there is none.
   * @throws SettingsError with the line and the reason; the file is not changed
   */
  static async open(options: NodeListsOptions): Promise<NodeListStore> {
    const content = await readJsonFile(options.file, NODE_LISTS_FORMAT);
    return new NodeListStore(options, {
      bootnodes: byId(content?.bootnodes ?? []),
      static: byId(content?.static ?? []),
      trusted: byId(content?.trusted ?? []),
    });
  }

  /**
   * Reads the file again. Where it is gone nothing changes: an editor may be about to replace it.
   * @returns the lists that changed
   * @throws SettingsError with the line and the reason; the lists are unchanged
   */
  async reload(): Promise<readonly ListReload[]> {
    return await this.#queue.run(async () => {
      const content = await readJsonFile(this.#options.file, NODE_LISTS_FORMAT);
      if (content === undefined) return [];
      const reloads = NODE_LISTS.map((list) => compareLists(list, this.#lists[list], byId(content[list])));
      this.#lists = {
        bootnodes: byId(content.bootnodes),
        static: byId(content.static),
        trusted: byId(content.trusted),
      };
      const changed = reloads.filter(({ isChanged }) => isChanged);
      for (const { list } of changed) this.#options.events.emit({ type: 'nodes/changed', list });
      return changed;
    });
  }

  /** The nodes of a list in the user's order: new ones are at the end. */
  entries(list: NodeListName): readonly ListedNode[] {
    return [...this.#lists[list].values()];
  }

  get(list: NodeListName, idHex: string): ListedNode | undefined {
    return this.#lists[list].get(idHex);
  }

  /** The label of a node in any of the lists; null for none. */
  labelOf(idHex: string): string | null {
    for (const list of NODE_LISTS) {
      const label = this.#lists[list].get(idHex)?.label;
      if (label !== undefined && label !== null) return label;
    }
    return null;
  }

  /**
   * Adds a node.
   * @throws NodeListError `invalid-node`, `duplicate-node` or `list-full`; SettingsError when it cannot be saved
   */
  async add(list: NodeListName, text: string, label: string | null): Promise<ListedNode> {
    return await this.#queue.run(async () => {
      const entry = this.#parse(list, text, label, this.#options.clock.now());
      const entries = new Map(this.#lists[list]);
      if (entries.has(entry.node.idHex)) throw duplicate();
      if (entries.size >= MAX_LIST_NODES) throw full();
      entries.set(entry.node.idHex, entry);
      await this.#replace({ [list]: entries });
      return entry;
    });
  }

  /**
   * Changes text and label of the entry `idHex`; keeps its position and the time of its addition.
   * @throws NodeListError `unknown-node`, `invalid-node` or `duplicate-node`; SettingsError when it cannot be saved
   */
  async edit(list: NodeListName, idHex: string, text: string, label: string | null): Promise<ListedNode> {
    return await this.#queue.run(async () => {
      const old = this.#lists[list].get(idHex);
      if (old === undefined)
        throw new NodeListError('unknown-node', 'The node is not in this list any more.');
      const entry = this.#parse(list, text, label, old.addedAt);
      if (entry.node.idHex !== idHex && this.#lists[list].has(entry.node.idHex)) throw duplicate();
      const entries = [...this.#lists[list]].map(([key, value]): [string, ListedNode] =>
        key === idHex ? [entry.node.idHex, entry] : [key, value],
      );
      await this.#replace({ [list]: new Map(entries) });
      return entry;
    });
  }

  /** Removes a node; undefined when the list does not have it. @throws SettingsError when it cannot be saved */
  async remove(list: NodeListName, idHex: string): Promise<RemovedNode | undefined> {
    return await this.#queue.run(async () => {
      const entry = this.#lists[list].get(idHex);
      if (entry === undefined) return undefined;
      const ids = [...this.#lists[list].keys()];
      const entries = new Map(this.#lists[list]);
      entries.delete(idHex);
      await this.#replace({ [list]: entries });
      return { entry, before: ids[ids.indexOf(idHex) + 1] ?? null };
    });
  }

  /**
   * Adds nodes, and replaces the text of those that the list has; these keep their label, position and time. One write.
   * @returns what happened to each, in their order; `full` where the list has no room
   * @throws SettingsError when they cannot be saved
   */
  async addMany(
    list: NodeListName,
    additions: readonly Pick<ListedNode, 'node' | 'text' | 'label'>[],
  ): Promise<readonly ('added' | 'updated' | 'full')[]> {
    return await this.#queue.run(async () => {
      const entries = new Map(this.#lists[list]);
      const addedAt = this.#options.clock.now();
      const outcomes = additions.map((addition) => {
        const old = entries.get(addition.node.idHex);
        if (old === undefined && entries.size >= MAX_LIST_NODES) return 'full';
        const kept =
          old === undefined ? { addedAt } : { addedAt: old.addedAt, label: old.label ?? addition.label };
        entries.set(addition.node.idHex, { ...addition, ...kept });
        return old === undefined ? 'added' : 'updated';
      });
      if (outcomes.some((outcome) => outcome !== 'full')) await this.#replace({ [list]: entries });
      return outcomes;
    });
  }

  /**
   * Moves an entry in front of another one, or to the end without one. Nothing happens where an entry is missing.
   * @returns whether the order changed
   * @throws SettingsError when it cannot be saved
   */
  async move(list: NodeListName, idHex: string, before: string | null): Promise<boolean> {
    return await this.#queue.run(async () => {
      const old = [...this.#lists[list].values()];
      const moved = this.#lists[list].get(idHex);
      if (moved === undefined || idHex === before) return false;
      const entries = inserted(
        old.filter((entry) => entry !== moved),
        moved,
        before,
      );
      if (entries.every((entry, at) => entry === old[at])) return false;
      await this.#replace({ [list]: byId(entries) });
      return true;
    });
  }

  /**
   * Puts removed entries back where they were, in one write.
   * @param removed the latest removal last; those that the list has again are left out
   * @returns the entries that were put back
   * @throws SettingsError when they cannot be saved
   */
  async restore(list: NodeListName, removed: readonly RemovedNode[]): Promise<readonly ListedNode[]> {
    return await this.#queue.run(async () => {
      let entries = this.entries(list);
      const restored: ListedNode[] = [];
      for (const { entry, before } of removed.toReversed()) {
        const isListed = entries.some(({ node }) => node.idHex === entry.node.idHex);
        if (isListed || entries.length >= MAX_LIST_NODES) continue;
        entries = inserted(entries, entry, before);
        restored.push(entry);
      }
      if (restored.length > 0) await this.#replace({ [list]: byId(entries) });
      return restored;
    });
  }

  /**
   * Adds the nodes of parsed texts to several lists in one write. With an error it adds nothing, unless `partial`.
   * @param texts by list
   * @param only `check` returns the result and changes nothing; for a file that also has settings
   * @throws SettingsError when they cannot be saved
   */
  async importTexts(
    texts: Readonly<Partial<Record<NodeListName, NodeListText>>>,
    partial: boolean,
    only?: 'check',
  ): Promise<ListsImport> {
    return await this.#queue.run(async () => {
      const merges = NODE_LISTS.map((list) => this.#merge(list, texts[list]));
      const errors = merges.flatMap((merge) => merge.errors).sort((a, b) => a.line - b.line);
      const applied = errors.length === 0 || partial;
      const changed = merges.filter(({ added }) => added.length > 0);
      if (applied && changed.length > 0 && only === undefined) {
        await this.#replace(Object.fromEntries(changed.map(({ list, entries }) => [list, entries])));
      }
      const addedTo = (name: NodeListName): readonly ListedNode[] =>
        applied ? (merges.find(({ list }) => list === name)?.added ?? []) : [];
      return {
        added: { bootnodes: addedTo('bootnodes'), static: addedTo('static'), trusted: addedTo('trusted') },
        unchanged: merges.reduce((sum, merge) => sum + merge.unchanged, 0),
        errors: errors.slice(0, MAX_IMPORT_ERRORS),
        applied,
      };
    });
  }

  #merge(list: NodeListName, text: NodeListText | undefined): Merge {
    const errors = [...(text?.errors ?? [])];
    const entries = new Map(this.#lists[list]);
    const added: ListedNode[] = [];
    let unchanged = 0;
    for (const { line, text: nodeText } of text?.nodes ?? []) {
      const entry = this.#tryParse(list, nodeText, line, errors);
      if (entry === undefined) continue;
      if (entries.has(entry.node.idHex)) {
        unchanged++;
      } else if (entries.size >= MAX_LIST_NODES) {
        errors.push({ line, reason: full().message });
      } else {
        entries.set(entry.node.idHex, entry);
        added.push(entry);
      }
    }
    return { list, entries, added, unchanged, errors };
  }

  /** Whether this is the ID of our own node. */
  isOwn(idHex: string): boolean {
    return idHex === this.#options.ownIdHex;
  }

  /** A list as text, and the default name of its file. */
  exportText(
    list: NodeListName,
    format: NodeListFormat,
  ): { readonly text: string; readonly fileName: string } {
    const texts = this.entries(list).map((entry) => entry.text);
    const name = `${list === 'bootnodes' ? 'boot' : list}-nodes`;
    const fileName = { lines: `${list}.txt`, 'static-nodes.json': `${name}.json`, toml: `${name}.toml` }[
      format
    ];
    return { text: formatNodeListText(texts, format, list), fileName };
  }

  /** Parses and checks a text like `add`, without duplicates and list size. @throws NodeListError `invalid-node` */
  parse(list: NodeListName, text: string): Node {
    return this.#parse(list, text, null, 0).node;
  }

  #tryParse(
    list: NodeListName,
    text: string,
    line: number,
    errors: { line: number; reason: string }[],
  ): ListedNode | undefined {
    try {
      return this.#parse(list, text, null, this.#options.clock.now());
    } catch (error) {
      if (!(error instanceof NodeListError)) throw error;
      errors.push({ line, reason: error.message });
      return undefined;
    }
  }

  #parse(list: NodeListName, text: string, label: string | null, addedAt: number): ListedNode {
    const count = refuseNodeCount(text);
    if (count !== undefined) throw new NodeListError('invalid-node', count.message);
    let node: Node;
    try {
      node = parseNode(text.trim());
    } catch (cause) {
      if (!(cause instanceof NodeTextError)) throw cause;
      throw new NodeListError('invalid-node', cause.message, { cause });
    }
    const refusal = refuseNode(list, nodeToCheck(node), { isOwn: this.isOwn(node.idHex) });
    if (refusal !== undefined) throw new NodeListError('invalid-node', refusal.message);
    return { node, text: text.trim(), label, addedAt };
  }

  async #replace(change: Partial<Lists>): Promise<void> {
    const next: Lists = { ...this.#lists, ...change };
    await writeJsonFile(this.#options.file, listsContent(next), this.#options.replaceFile);
    this.#lists = next;
    for (const list of Object.keys(change) as NodeListName[]) {
      this.#options.events.emit({ type: 'nodes/changed', list });
    }
  }
}

/** `entries` with one more in front of the entry with the ID `before`, or at the end. */
function inserted(
  entries: readonly ListedNode[],
  entry: ListedNode,
  before: string | null,
): readonly ListedNode[] {
  const at = entries.findIndex(({ node }) => node.idHex === before);
  return at < 0 ? [...entries, entry] : [...entries.slice(0, at), entry, ...entries.slice(at)];
}

const byId = (entries: readonly ListedNode[]): ReadonlyMap<string, ListedNode> =>
  new Map(entries.map((entry) => [entry.node.idHex, entry]));

function duplicate(): NodeListError {
  return new NodeListError('duplicate-node', DUPLICATE_NODE_TEXT);
}

/** The refusal of a node for a list that has no room. */
export const LIST_FULL_TEXT = `A list holds at most ${String(MAX_LIST_NODES)} nodes.`;

function full(): NodeListError {
  return new NodeListError('list-full', LIST_FULL_TEXT);
}
