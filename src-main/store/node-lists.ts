/** The configured node lists in nodes.json: bootnodes, static and trusted nodes. */
import { z } from 'zod';
import {
  DUPLICATE_NODE_TEXT,
  refuseNode,
  refuseNodeCount,
  type NodeToCheck,
} from '../../shared/node-check.ts';
import { NODE_LISTS, type ImportResult, type NodeListName } from '../../shared/model/node-list.ts';
import type { Clock } from '../base/runtime.ts';
import { NodeTextError, parseNode } from '../node-record/node-factory.ts';
import type { Node } from '../node-record/node.ts';
import type { EventSink } from '../events/events.ts';
import { NodeListError } from './errors.ts';
import { readJsonFile, writeJsonFile, type JsonFileFormat } from './json-file.ts';
import type { NodeListText, TextFault } from './node-lines.ts';
import { formatNodeListText, parseNodeListText, type NodeListFormat } from './node-list-text.ts';
import type { ReplaceFile } from './replace-file.ts';
import { SerialQueue } from '../base/serial-queue.ts';

/** Current version of nodes.json. */
export const NODE_LISTS_VERSION = 1;

/** BOUNDED: nodes of a list, our choice: more than a user configures. */
export const MAX_LIST_NODES = 10_000;

/** BOUNDED: errors that an import reports, our choice. */
const MAX_IMPORT_ERRORS = 100;

/** A node of a list. */
export interface ListedNode {
  readonly node: Node;
  /** The enode URL or record as the user entered it. */
  readonly text: string;
  readonly label: string | null;
  /** Unix milliseconds. */
  readonly addedAt: number;
}

/** The result of an import into one list. */
export interface ListImport extends ImportResult {
  readonly addedNodes: readonly ListedNode[];
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

const fileEntry = z
  .strictObject({
    node: z.string().max(1_024),
    name: z.string().max(64).nullable(),
    added: z.iso.datetime(),
  })
  .transform((entry, context): ListedNode => {
    try {
      return {
        node: parseNode(entry.node),
        text: entry.node,
        label: entry.name,
        addedAt: Date.parse(entry.added),
      };
    } catch (error) {
      if (!(error instanceof NodeTextError)) throw error;
      context.addIssue({ code: 'custom', path: ['node'], message: error.message });
      return z.NEVER;
    }
  });

const fileList = z
  .array(fileEntry)
  .max(MAX_LIST_NODES)
  .superRefine((entries, context) => {
    const seen = new Set<string>();
    for (const [at, { node }] of entries.entries()) {
      if (seen.has(node.idHex))
        context.addIssue({ code: 'custom', path: [at], message: 'the node is listed twice' });
      seen.add(node.idHex);
    }
  })
  .default([]);

const fileSchema = z.strictObject({
  version: z.literal(NODE_LISTS_VERSION),
  bootnodes: fileList,
  static: fileList,
  trusted: fileList,
});

const NODE_LISTS_FORMAT: JsonFileFormat<z.output<typeof fileSchema>> = {
  schema: fileSchema,
  version: NODE_LISTS_VERSION,
  migrations: {},
  maxBytes: 16 * 1_048_576,
};

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
    const mapOf = (name: NodeListName): ReadonlyMap<string, ListedNode> =>
      new Map((content?.[name] ?? []).map((entry) => [entry.node.idHex, entry]));
    return new NodeListStore(options, {
      bootnodes: mapOf('bootnodes'),
      static: mapOf('static'),
      trusted: mapOf('trusted'),
    });
  }

  /** The nodes of a list in the order in which they were added. */
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

  /** Removes a node; false when the list does not have it. @throws SettingsError when it cannot be saved */
  async remove(list: NodeListName, idHex: string): Promise<boolean> {
    return await this.#queue.run(async () => {
      const entries = new Map(this.#lists[list]);
      if (!entries.delete(idHex)) return false;
      await this.#replace({ [list]: entries });
      return true;
    });
  }

  /**
   * Adds the nodes of a text (node-list-text.ts). With an invalid line it adds nothing, unless `partial`.
   * @throws SettingsError when they cannot be saved
   */
  async importText(list: NodeListName, text: string, partial: boolean): Promise<ListImport> {
    const { added, ...result } = await this.importTexts({ [list]: parseNodeListText(text, list) }, partial);
    const addedNodes = added[list];
    return { ...result, added: addedNodes.length, addedNodes };
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
    const isOwn = node.idHex === this.#options.ownIdHex;
    const refusal = refuseNode(list, nodeToCheck(node), { isOwn });
    if (refusal !== undefined) throw new NodeListError('invalid-node', refusal.message);
    return { node, text: text.trim(), label, addedAt };
  }

  async #replace(change: Partial<Lists>): Promise<void> {
    const next: Lists = { ...this.#lists, ...change };
    const content = {
      version: NODE_LISTS_VERSION,
      bootnodes: [...next.bootnodes.values()].map(toFile),
      static: [...next.static.values()].map(toFile),
      trusted: [...next.trusted.values()].map(toFile),
    };
    await writeJsonFile(this.#options.file, content, this.#options.replaceFile);
    this.#lists = next;
    for (const list of Object.keys(change) as NodeListName[]) {
      this.#options.events.emit({ type: 'nodes/changed', list });
    }
  }
}

function toFile({ text, label, addedAt }: ListedNode): object {
  return { node: text, name: label, added: new Date(addedAt).toISOString() };
}

/** The input of `refuseNode` for a node, with all addresses of its record, also those that are not dialed. */
export function nodeToCheck({ ip, hostname, tcp, udp, record }: Node): NodeToCheck {
  const ips = [ip, record?.ip, record?.ip6].filter((address) => address !== undefined);
  return { ips: [...new Set(ips)], hostname, tcp, udp };
}

function duplicate(): NodeListError {
  return new NodeListError('duplicate-node', DUPLICATE_NODE_TEXT);
}

function full(): NodeListError {
  return new NodeListError('list-full', `A list holds at most ${String(MAX_LIST_NODES)} nodes.`);
}
