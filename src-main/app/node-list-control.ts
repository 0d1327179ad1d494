import { NODE_LISTS } from '../../shared/model/node-list.ts';
import type {
  NodeListEntry,
  NodeListName,
  NodeLists,
  NodeEntryState,
  RestoreResult,
} from '../../shared/model/node-list.ts';
import type { NodeAdditionResult } from '../../shared/model/node-preview.ts';
import { refuseNode } from '../../shared/node-check.ts';
import { ApiError, isOwnError } from '../api/api-error.ts';
import type { ExportedText, NodeEntryInput, NodeListControl } from '../api/backend.ts';
import { banRefusal } from './bans.ts';
import { nodesOf, type ConfiguredNodes, type SourcedNode } from './configured-nodes.ts';
import { IDLE_ENTRY } from './entry-state.ts';
import type { Clock } from '../base/runtime.ts';
import type { BanList } from '../server/bans.ts';
import { plainText } from '../events/plain-text.ts';
import type { PastOutcomes } from '../stats/outcomes.ts';
import type { Statistics } from '../stats/statistics.ts';
import type { NodeStore } from '../store/node-store.ts';
import type { CurrentNode } from './running-node.ts';
import { nodeTextOf, parseNode } from '../node-record/node-factory.ts';
import type { Node } from '../node-record/node.ts';
import { NodeListError } from '../store/errors.ts';
import type { NodeTexts } from '../store/geth-toml-text.ts';
import type { NodeText } from '../../shared/node-texts.ts';
import { nodeToCheck } from '../node-record/node-to-check.ts';
import type { ListReload } from '../store/node-list-reload.ts';
import { LIST_FULL_TEXT, type ListsImport, type NodeListStore } from '../store/node-lists.ts';
import type { ListedNode } from '../store/node-lists-file.ts';
import { RemovedEntries } from './removed-entries.ts';

/** A bootnode that answered within this time counts as answering, milliseconds: more than a table refresh. */
const ANSWERING_MS = 1_800_000;

/** Constructor arguments of ListControl. */
export interface NodeListParts {
  readonly lists: NodeListStore;
  readonly bans: Pick<BanList, 'admit' | 'liftScore' | 'assertNotBannedByHand'>;
  readonly nodes: Pick<NodeStore, 'lastPongReceived'>;
  readonly clock: Pick<Clock, 'now' | 'monotonic'>;
  readonly isDemo: boolean;
  /** Whether the setting `netRestrict` allows an address. */
  readonly allows: (ip: string) => boolean;
  /** Nodes that cannot be edited. */
  readonly configured: ConfiguredNodes;
  readonly current: CurrentNode;
  readonly statistics: Pick<Statistics, 'clientOf'> & { readonly outcomes: Pick<PastOutcomes, 'of'> };
}

/** The node lists for the API; changes take effect at once. */
export class ListControl implements NodeListControl {
  readonly #parts: NodeListParts;
  readonly #configured: ConfiguredNodes;
  readonly #removed: RemovedEntries;

  constructor(parts: NodeListParts) {
    this.#parts = parts;
    this.#configured = parts.configured;
    this.#removed = new RemovedEntries(parts.clock);
  }

  all(): NodeLists {
    const view = (list: NodeListName): NodeListEntry[] =>
      this.#sourced(list).map((entry) => this.#view(list, entry));
    return { bootnodes: view('bootnodes'), static: view('static'), trusted: view('trusted') };
  }

  entries(list: NodeListName): readonly Pick<NodeListEntry, 'id' | 'text' | 'label'>[] {
    return this.#sourced(list).map(({ node, text, label }) => ({
      id: node.idHex,
      text: shownText(node, text),
      label,
    }));
  }

  find(list: NodeListName, id: string): NodeListEntry | undefined {
    const configured = this.#configured[list].find(({ node }) => node.idHex === id);
    if (configured !== undefined) return this.#view(list, configured);
    const own = this.#parts.lists.get(list, id);
    return own === undefined ? undefined : this.#view(list, { ...own, source: 'user' });
  }

  async add({ list, text, label }: NodeEntryInput): Promise<NodeListEntry> {
    return await this.#change(list, async () => {
      await this.#admit(list, this.#acceptable(list, text, undefined));
      const entry = await this.#parts.lists.add(list, text, label);
      this.#parts.current.node?.listed(list, entry.node);
      return this.#view(list, { ...entry, source: 'user' });
    });
  }

  async edit(id: string, { list, text, label }: NodeEntryInput): Promise<NodeListEntry> {
    return await this.#change(list, async () => {
      this.#assertEditable(list, id);
      await this.#admit(list, this.#acceptable(list, text, id));
      const entry = await this.#parts.lists.edit(list, id, text, label);
      if (entry.node.idHex !== id) this.#unlist(list, id);
      this.#parts.current.node?.listed(list, entry.node);
      return this.#view(list, { ...entry, source: 'user' });
    });
  }

  check(list: NodeListName, text: string, editing: string | null): Promise<string | null> {
    return Promise.resolve(this.#refusalOf(list, text, editing ?? undefined));
  }

  async remove(list: NodeListName, id: string): Promise<boolean> {
    return await this.#change(list, async () => {
      this.#assertEditable(list, id);
      const removed = await this.#parts.lists.remove(list, id);
      if (removed === undefined) return false;
      this.#removed.keep(list, removed);
      this.#unlist(list, id);
      return true;
    });
  }

  /**
   * Adds nodes that were checked, and replaces the texts of those that the list has.
   * @returns what happened to each, in their order. @throws SettingsError when they cannot be saved
   */
  async addMany(
    list: NodeListName,
    additions: readonly Pick<ListedNode, 'node' | 'text' | 'label'>[],
  ): Promise<readonly NodeAdditionResult[]> {
    if (additions.length === 0) return [];
    return await this.#change(list, async () => {
      const outcomes = await this.#parts.lists.addMany(list, additions);
      await this.#applyAdded(
        list,
        additions.filter((_, at) => outcomes[at] !== 'full'),
      );
      return outcomes.map((outcome) =>
        outcome === 'full' ? { outcome: 'refused', reason: LIST_FULL_TEXT } : { outcome, reason: null },
      );
    });
  }

  async move(list: NodeListName, id: string, before: string | null): Promise<boolean> {
    return await this.#change(list, async () => {
      this.#assertEditable(list, id);
      return await this.#parts.lists.move(list, id, before);
    });
  }

  async restore(list: NodeListName, ids: readonly string[]): Promise<RestoreResult> {
    return await this.#change(list, async () => {
      const refused: { id: string; reason: string }[] = [];
      const removed = ids.flatMap((id) => {
        const kept = this.#removed.get(list, id);
        const reason = kept === undefined ? NOT_KEPT_TEXT : this.#refusalOf(list, kept.entry.text);
        if (reason !== null) refused.push({ id, reason });
        return kept === undefined || reason !== null ? [] : [kept];
      });
      const entries = await this.#parts.lists.restore(list, removed);
      const restored = entries.map(({ node }) => node.idHex);
      for (const { entry } of removed) {
        const id = entry.node.idHex;
        if (restored.includes(id)) this.#removed.drop(list, id);
        else refused.push({ id, reason: LIST_FULL_TEXT });
      }
      await this.#applyAdded(list, entries);
      return { restored, refused };
    });
  }

  /**
   * Adds the nodes of a file to several lists, without those that the network or the command line names.
   * @param only `check` changes nothing and returns the result that an import would have
   */
  async importTexts(
    texts: Readonly<Partial<Record<NodeListName, readonly NodeText[]>>>,
    partial: boolean,
    only?: 'check',
  ): Promise<ListsImport> {
    const others = NODE_LISTS.map((list) => {
      const given = new Set(this.#configured[list].map(({ node }) => node.idHex));
      const isGiven = ({ text }: NodeText): boolean => given.size > 0 && given.has(idOf(text));
      const nodes = (texts[list] ?? []).filter((line) => !isGiven(line));
      return [list, { nodes, errors: [] }] as const;
    });
    const result = await this.#parts.lists.importTexts(Object.fromEntries(others), partial, only);
    if (only === undefined) {
      for (const list of NODE_LISTS) {
        await this.#applyAdded(list, result.added[list]);
      }
      this.#applyBootnodes();
    }
    return result;
  }

  /**
   * Reads the lists again from their file, and applies what changed to the running node.
   * @returns the lists that changed
   * @throws SettingsError; the lists are unchanged
   */
  async reload(): Promise<readonly ListReload[]> {
    const reloads = await this.#parts.lists.reload();
    for (const { list, added, removed, edited } of reloads) {
      for (const { node } of removed) this.#unlist(list, node.idHex);
      await this.#applyAdded(list, [...added, ...edited.map(({ after }) => after)]);
    }
    this.#applyBootnodes();
    return reloads;
  }

  /** The texts of all current lists; without bootnodes where they are only the network's own. */
  texts(): NodeTexts {
    const { lists } = this.#parts;
    const textsOf = (list: NodeListName): string[] => this.entries(list).map(({ text }) => text);
    const onlyNetworks =
      this.#configured.bootnodes.some(({ source }) => source === 'network') &&
      lists.entries('bootnodes').length === 0 &&
      !this.#parts.isDemo;
    return {
      ...(onlyNetworks ? {} : { bootnodes: textsOf('bootnodes') }),
      static: textsOf('static'),
      trusted: textsOf('trusted'),
    };
  }

  export(list: NodeListName, format: 'lines' | 'static-nodes.json' | 'toml'): ExportedText {
    return this.#parts.lists.exportText(list, format);
  }

  /** Applies the nodes of an import. It lifts bans by score; a manual ban stays, and the list shows it. */
  async #applyAdded(list: NodeListName, nodes: readonly { readonly node: Node }[]): Promise<void> {
    for (const { node } of nodes) {
      if (list !== 'bootnodes') await this.#parts.bans.liftScore(node.idHex);
      this.#parts.current.node?.listed(list, node);
    }
  }

  #applyBootnodes(): void {
    this.#parts.current.node?.setBootnodes(nodesOf('bootnodes', this.#configured, this.#parts.lists));
  }

  /** Removes a node from the running node, unless the command line names it. */
  #unlist(list: NodeListName, id: string): void {
    const given = this.#configured[list].find(({ node }) => node.idHex === id);
    if (given === undefined) this.#parts.current.node?.unlisted(list, id);
    else this.#parts.current.node?.listed(list, given.node);
  }

  async #change<Result>(list: NodeListName, act: () => Promise<Result>): Promise<Result> {
    try {
      return await act();
    } catch (error) {
      throw refusalOf(error);
    } finally {
      if (list === 'bootnodes') this.#applyBootnodes();
    }
  }

  /**
   * Parses the text of an entry and checks it.
   * @param editing ID of the entry that it replaces
   * @throws NodeListError, BanError `banned-by-hand`
   */
  #acceptable(list: NodeListName, text: string, editing: string | undefined): Node {
    const { lists, bans, allows } = this.#parts;
    const node = lists.parse(list, text);
    const isGiven = this.#configured[list].some((entry) => entry.node.idHex === node.idHex);
    const isListed = node.idHex !== editing && (isGiven || lists.get(list, node.idHex) !== undefined);
    const refusal = refuseNode(list, nodeToCheck(node), { isListed, allows });
    if (refusal !== undefined) {
      const code = refusal.code === 'duplicate-node' ? 'duplicate-node' : 'invalid-node';
      throw new NodeListError(code, refusal.message);
    }
    bans.assertNotBannedByHand(node);
    return node;
  }

  /** The sentence with which a text is refused; null for an acceptable one. */
  #refusalOf(list: NodeListName, text: string, editing?: string): string | null {
    try {
      this.#acceptable(list, text, editing);
      return null;
    } catch (cause) {
      const error = refusalOf(cause);
      if (!isOwnError(error)) throw error;
      return error.message;
    }
  }

  /** Lifts a ban by score: the user wants this node. */
  async #admit(list: NodeListName, node: Node): Promise<void> {
    if (list !== 'bootnodes') await this.#parts.bans.admit(node);
  }

  #assertEditable(list: NodeListName, id: string): void {
    if (this.#parts.lists.get(list, id) !== undefined) return;
    const given = this.#configured[list].find(({ node }) => node.idHex === id);
    if (given === undefined) return;
    throw new ApiError('not-editable', `This node cannot be changed here: ${ORIGINS[given.source]}.`);
  }

  /** The entries that cannot be edited, then those of the user. */
  #sourced(list: NodeListName): readonly SourcedNode[] {
    const own = this.#parts.lists.entries(list);
    return [...this.#configured[list], ...own.map((entry) => ({ ...entry, source: 'user' as const }))];
  }

  #view(list: NodeListName, { node, text, label, addedAt, source }: SourcedNode): NodeListEntry {
    const { statistics } = this.#parts;
    const client = statistics.clientOf(node.idHex);
    return {
      client: client === null ? null : plainText(client),
      lastEnd: statistics.outcomes.of(node.idHex).find(({ by }) => by !== null) ?? null,
      id: node.idHex,
      text: shownText(node, text),
      label,
      addedAt,
      source,
      host: node.hostname ?? node.ip ?? null,
      tcp: node.tcp,
      udp: node.udp,
      state: list === 'bootnodes' ? this.#bootnodeState(node) : this.#peerState(list, node),
    };
  }

  #bootnodeState(node: Node): NodeEntryState {
    const running = this.#parts.current.node;
    if (running?.discovery === undefined) return IDLE_ENTRY;
    const { nodes, clock } = this.#parts;
    const known = running.discovery.known(node.id, node.idHex);
    const ip = known?.ip ?? node.ip;
    const answeredAt = ip === undefined ? 0 : nodes.lastPongReceived(node.idHex, ip);
    const answering = clock.now() - answeredAt < ANSWERING_MS;
    return { ...IDLE_ENTRY, state: answering ? 'answering' : 'silent' };
  }

  #peerState(list: NodeListName, node: Node): NodeEntryState {
    const running = this.#parts.current.node;
    if (running === undefined) return IDLE_ENTRY;
    const state = running.entryState(node);
    if (state.state === 'connected') return state;
    // A trusted node is dialled only if it is also static.
    if (list === 'trusted' && !running.isStatic(node.idHex)) return IDLE_ENTRY;
    return state;
  }
}

/** The error for the API; that of a refused text has the field `text`. */
function refusalOf(error: unknown): unknown {
  // The other codes are errors of the text.
  if (error instanceof NodeListError && error.code !== 'unknown-node' && error.code !== 'list-full') {
    const code = error.code === 'duplicate-node' ? 'already-listed' : 'invalid-node';
    return new ApiError(code, error.message, 'text', { cause: error });
  }
  return banRefusal('text', error);
}

/** The text of an entry, as it was entered where it was. */
const shownText = (node: Node, text: string): string => (text === '' ? nodeTextOf(node) : text);

/** The ID of a node's text; empty for an invalid text. */
function idOf(text: string): string {
  try {
    return parseNode(text).idHex;
  } catch {
    return '';
  }
}

/** Why a removal cannot be undone. */
const NOT_KEPT_TEXT = 'The entry is not kept any more: add the node again.';

/** Why an entry cannot be edited. */
const ORIGINS = {
  user: 'it was removed a moment ago',
  network: 'it is one of the network’s own; the setting “Bootnodes” replaces them',
  flag: 'the command line names it',
  environment: 'the environment names it',
  setting: 'the setting “Bootnodes” names it',
} as const satisfies Record<NodeListEntry['source'], string>;
