/**
 * go-ethereum's configuration file, as `geth dumpconfig` writes it and `geth --config` reads it: of its settings those
 * of [Node.P2P], the name of [Node] and the node lists in DNS of [Eth] (p2p/config.go, node/config.go,
 * eth/ethconfig/config.go).
 */
import { parse, TomlError } from 'smol-toml';
import { NETWORKS } from '../chain/networks.ts';
import type { NodeListName } from '../../shared/model/node-list.ts';
import { checkValue } from '../../shared/schema-check.ts';
import { SETTINGS, type SettingKey, type SettingsChange } from '../../shared/settings-table.ts';
import { natTextOf, parseNatText } from '../../shared/nat-text.ts';
import { addressesOf, type GethAddresses } from './geth-addresses.ts';
import type { NodeText } from '../../shared/node-texts.ts';
import type { TextFault } from './node-lines.ts';
import { tomlLines, type TomlLines } from './toml-lines.ts';

/** A fault of a file. */
export interface GethFault extends TextFault {
  /** What it keeps from being read; undefined: everything. */
  readonly of?: NodeListName | 'settings';
}

/** What a file says, and what it says wrong. */
export interface GethConfig {
  readonly settings: SettingsChange;
  /** The line of each setting. */
  readonly lines: Readonly<Partial<Record<SettingKey, number>>>;
  /** Texts of nodes, not checked yet; a list that the file does not have is undefined. */
  readonly lists: Readonly<Partial<Record<NodeListName, readonly NodeText[]>>>;
  /** Keys, with their tables, that say nothing to this program. BOUNDED: 200. */
  readonly ignored: readonly string[];
  readonly errors: readonly GethFault[];
}

/** geth's key of each list. */
export const GETH_LIST_KEYS = {
  bootnodes: 'BootstrapNodes',
  static: 'StaticNodes',
  trusted: 'TrustedNodes',
} as const satisfies Record<NodeListName, string>;

/** geth's second list of bootnodes, those of discovery v5; ours are for both protocols. */
export const GETH_V5_BOOTNODES = 'BootstrapNodesV5';

/** geth's keys of the node lists in DNS: those that eth and snap draw candidates from. */
export const GETH_DNS_KEYS = ['EthDiscoveryURLs', 'SnapDiscoveryURLs'] as const;

/** A configuration is flat; deeper texts are meant to hurt. */
const MAX_DEPTH = 16;
const MAX_IGNORED = 200;
const MAX_KEY = 80;
/** BOUNDED: of one list, far above what a list of ours holds. */
const MAX_NODES = 50_000;

/** Why a key's value is refused: a phrase that follows the key, and what in the value is at fault. */
interface Refusal {
  readonly reason: string;
  /** Index in a list, or key in a table. */
  readonly entry?: number | string | undefined;
}

/** What one key of the file sets, or why it cannot. */
type ReadKey = { readonly change: SettingsChange } | Refusal;
type Reader = (value: unknown) => ReadKey;

const as =
  (key: SettingKey): Reader =>
  (value) => {
    const checked = checkValue(SETTINGS[key].schema, value);
    if (checked.ok) return { change: { [key]: checked.value } };
    const [entry] = checked.path;
    return { reason: checked.reason, entry: typeof entry === 'number' ? entry : undefined };
  };

/** Zero stands for what geth takes where nothing is said. */
const orDefault =
  (key: SettingKey): Reader =>
  (value) =>
    value === 0 ? { change: { [key]: SETTINGS[key].default } } : as(key)(value);

const opposite =
  (key: SettingKey): Reader =>
  (value) =>
    as(key)(typeof value === 'boolean' ? !value : value);

/** No text is no choice. */
const orNull =
  (key: SettingKey): Reader =>
  (value) =>
    as(key)(value === '' ? null : value);

const both =
  (...readers: readonly Reader[]): Reader =>
  (value) => {
    const results = readers.map((read) => read(value));
    const refused = results.find((result) => 'reason' in result);
    if (refused !== undefined) return refused;
    const changes = results.map((result) => ('change' in result ? result.change : {}));
    return { change: Object.assign({}, ...changes) as SettingsChange };
  };

/**
 * A network's own list is what is taken where nothing is said. `geth dumpconfig` writes an empty one for that, so an
 * empty one says nothing here.
 */
const dnsLists: Reader = (value) => {
  const isOwn = (url: unknown): boolean => Object.values(NETWORKS).some(({ dnsTree }) => dnsTree === url);
  if (!Array.isArray(value)) return as('discoveryDns')(value);
  if (value.length === 0) return { change: {} };
  return as('discoveryDns')(value.every(isOwn) ? null : value);
};

/** A text, or what go-ethereum 1.15.0 and 1.15.1 wrote: a table `[Node.P2P.NAT]` with the text as its `Interface`. */
function natOf(value: unknown): ReadKey {
  if (isTable(value)) return { ...natOf(value.Interface), entry: 'Interface' };
  const method = typeof value === 'string' ? parseNatText(value) : undefined;
  return as('nat')(method === undefined ? value : natTextOf(method));
}

const READERS: Readonly<Record<string, Reader>> = {
  MaxPeers: as('maxPeers'),
  MaxPendingPeers: both(orDefault('maxPendingInbound'), orDefault('maxPendingOutbound')),
  DialRatio: orDefault('dialRatio'),
  NoDiscovery: opposite('discovery'),
  DiscoveryV4: as('discoveryV4'),
  DiscoveryV5: as('discoveryV5'),
  Name: orNull('name'),
  NetRestrict: as('netRestrict'),
  NodeDatabase: orNull('nodeDatabase'),
  NAT: natOf,
  NoDial: as('noDial'),
  EnableMsgEvents: as('msgEvents'),
};

type Table = Readonly<Record<string, unknown>>;
const NO_TABLE: Table = {};

const isTable = (value: unknown): value is Table =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);

/** Reads a file; whatever is wrong with it is told in `errors`. */
export function readGethToml(source: string): GethConfig {
  const text = source.replace(/^\uFEFF/, '');
  let root: Table;
  try {
    // Integers of another program's tables may be of any size; they must not keep ours from being read.
    root = parse(text, { maxDepth: MAX_DEPTH, integersAsBigInt: 'asNeeded' });
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [, detail = error.message] = /^Invalid TOML document: ([^\n]*)/.exec(error.message) ?? [];
    const reason = `this is not TOML: ${detail}`;
    return { settings: {}, lines: {}, lists: {}, ignored: [], errors: [{ line: error.line, reason }] };
  }
  return new ConfigReader(tomlLines(text)).read(root);
}

class ConfigReader {
  readonly #lineOf: TomlLines;
  readonly #errors: GethFault[] = [];
  readonly #ignored: string[] = [];
  #settings: SettingsChange = {};
  readonly #lines: Partial<Record<SettingKey, number>> = {};
  readonly #lists: Partial<Record<NodeListName, readonly NodeText[]>> = {};

  constructor(lineOf: TomlLines) {
    this.#lineOf = lineOf;
  }

  read(root: Table): GethConfig {
    this.#readDns(root);
    const node = this.#table(root, ['Node']);
    this.#ignore(
      ['Node'],
      Object.keys(node).filter((key) => key !== 'P2P' && key !== 'UserIdent'),
    );
    const p2p = this.#table(node, ['Node', 'P2P']);
    if (node.P2P === undefined && this.#errors.length === 0) {
      this.#errors.push({ line: 1, reason: 'there is no table [Node.P2P] in it' });
    }
    for (const [key, value] of Object.entries(p2p)) this.#readKey(key, value);
    // geth keeps a node's name one table up.
    if (node.UserIdent !== undefined) this.#take(['Node', 'UserIdent'], orNull('name')(node.UserIdent));
    this.#readAddresses(p2p);
    this.#errors.sort((a, b) => a.line - b.line);
    return {
      settings: this.#settings,
      lines: this.#lines,
      lists: this.#lists,
      ignored: this.#ignored,
      errors: this.#errors,
    };
  }

  /** Of [Eth] the node lists in DNS; of the file's other tables nothing. */
  #readDns(root: Table): void {
    const eth = isTable(root.Eth) ? root.Eth : NO_TABLE;
    const [key] = GETH_DNS_KEYS.filter((name) => eth[name] !== undefined);
    if (key !== undefined) this.#take(['Eth', key], dnsLists(eth[key]));
    const isRead = (name: string): boolean => GETH_DNS_KEYS.some((known) => known === name);
    const isOther = (name: string): boolean =>
      name !== 'Eth' || Object.keys(eth).some((each) => !isRead(each));
    this.#ignore(
      [],
      Object.keys(root).filter((name) => name !== 'Node' && isOther(name)),
    );
  }

  #readKey(key: string, value: unknown): void {
    const path = ['Node', 'P2P', key];
    const lists = Object.keys(GETH_LIST_KEYS) as NodeListName[];
    const list = key === GETH_V5_BOOTNODES ? 'bootnodes' : lists.find((name) => GETH_LIST_KEYS[name] === key);
    const read = Object.hasOwn(READERS, key) ? READERS[key] : undefined;
    if (list !== undefined) this.#readList(list, path, value);
    else if (read !== undefined) this.#take(path, read(value));
    else if (key !== 'ListenAddr' && key !== 'DiscAddr') this.#ignore(['Node', 'P2P'], [key]);
  }

  #readList(list: NodeListName, path: readonly string[], value: unknown): void {
    if (!Array.isArray(value)) {
      this.#fault(path, { reason: 'must be a list in [ ]' }, list);
      return;
    }
    if (value.length > MAX_NODES) {
      this.#fault(path, { reason: `must have at most ${String(MAX_NODES)} nodes` }, list);
      return;
    }
    const nodes: NodeText[] = [];
    for (const [at, element] of (value as readonly unknown[]).entries()) {
      const line = this.#lineOf([...path, at]);
      if (typeof element === 'string') nodes.push({ line, text: element.trim() });
      else this.#errors.push({ line, of: list, reason: 'a text in double quotes is expected' });
    }
    const before = this.#lists[list] ?? [];
    const known = new Set(before.map(({ text }) => text));
    this.#lists[list] = [...before, ...nodes.filter(({ text }) => !known.has(text))];
  }

  #readAddresses({ ListenAddr, DiscAddr }: Table): void {
    const given: GethAddresses = { ListenAddr, DiscAddr };
    for (const [key, result] of addressesOf(given)) this.#take(['Node', 'P2P', key], result);
  }

  #take(path: readonly string[], result: ReadKey): void {
    if ('reason' in result) this.#fault(path, result, 'settings');
    else {
      this.#settings = { ...this.#settings, ...result.change };
      for (const key of Object.keys(result.change) as SettingKey[]) this.#lines[key] = this.#lineOf(path);
    }
  }

  #table(parent: Table, path: readonly string[]): Table {
    const value = parent[path.at(-1) ?? ''];
    if (value === undefined) return NO_TABLE;
    if (isTable(value)) return value;
    this.#fault(path, { reason: 'must be a table' });
    return NO_TABLE;
  }

  #fault(path: readonly string[], { reason, entry }: Refusal, of?: GethFault['of']): void {
    const key = path.at(-1) ?? '';
    const name = typeof entry === 'number' ? `Entry ${String(entry + 1)} of ${key}` : (entry ?? key);
    const line = this.#lineOf(entry === undefined ? path : [...path, entry]);
    const fault = { line, reason: `${name} ${reason}` };
    this.#errors.push(of === undefined ? fault : { ...fault, of });
  }

  #ignore(path: readonly string[], keys: readonly string[]): void {
    for (const key of keys) {
      if (this.#ignored.length < MAX_IGNORED) this.#ignored.push([...path, key].join('.').slice(0, MAX_KEY));
    }
  }
}
