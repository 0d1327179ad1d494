/**
 * Reads go-ethereum's configuration file, as of `geth dumpconfig` and `geth --config`: the settings of [Node.P2P], the name
 * in [Node], and the DNS node lists in [Eth] (p2p/config.go, node/config.go, eth/ethconfig/config.go).
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

/** An error in a file. */
export interface GethFault extends TextFault {
  /** The part that cannot be read; undefined for the whole file. */
  readonly of?: NodeListName | 'settings';
}

/** The content of a file, and its errors. */
export interface GethConfig {
  readonly settings: SettingsChange;
  /** The line of each setting, from 1. */
  readonly lines: Readonly<Partial<Record<SettingKey, number>>>;
  /** Texts of nodes, not validated; undefined for a list that the file does not have. */
  readonly lists: Readonly<Partial<Record<NodeListName, readonly NodeText[]>>>;
  /** Keys, with their tables, that are not supported. BOUNDED: MAX_IGNORED. */
  readonly ignored: readonly string[];
  readonly errors: readonly GethFault[];
}

/** geth's key of each list. */
export const GETH_LIST_KEYS = {
  bootnodes: 'BootstrapNodes',
  static: 'StaticNodes',
  trusted: 'TrustedNodes',
} as const satisfies Record<NodeListName, string>;

/** geth's key of the bootnodes of discovery v5. This program has one list for both protocols. */
export const GETH_V5_BOOTNODES = 'BootstrapNodesV5';

/** geth's keys of the DNS node lists, sources of dial candidates for eth and snap. */
export const GETH_DNS_KEYS = ['EthDiscoveryURLs', 'SnapDiscoveryURLs'] as const;

/** BOUNDED: nesting depth, our choice; geth's file has 3 levels. */
const MAX_DEPTH = 16;
/** BOUNDED: ignored keys that are reported, and characters of each, our choice. */
const MAX_IGNORED = 200;
const MAX_KEY = 80;
/** BOUNDED: nodes of a list, our choice: more than a list of this program can have. */
const MAX_NODES = 50_000;

/** Why the value of a key is refused: a phrase that follows the key, and the invalid part of the value. */
interface Refusal {
  readonly reason: string;
  /** Index in a list, or key in a table. */
  readonly entry?: number | string | undefined;
}

/** The settings of a key, or why its value is refused. */
type ReadKey = { readonly change: SettingsChange } | Refusal;
type KeyReader = (value: unknown) => ReadKey;

const as =
  (key: SettingKey): KeyReader =>
  (value) => {
    const checked = checkValue(SETTINGS[key].schema, value);
    if (checked.ok) return { change: { [key]: checked.value } };
    const [entry] = checked.path;
    return { reason: checked.reason, entry: typeof entry === 'number' ? entry : undefined };
  };

/** Zero means the default in geth. */
const orDefault =
  (key: SettingKey): KeyReader =>
  (value) =>
    value === 0 ? { change: { [key]: SETTINGS[key].default } } : as(key)(value);

const opposite =
  (key: SettingKey): KeyReader =>
  (value) =>
    as(key)(typeof value === 'boolean' ? !value : value);

/** An empty text means unset. */
const orNull =
  (key: SettingKey): KeyReader =>
  (value) =>
    as(key)(value === '' ? null : value);

const both =
  (...readers: readonly KeyReader[]): KeyReader =>
  (value) => {
    const results = readers.map((read) => read(value));
    const refused = results.find((result) => 'reason' in result);
    if (refused !== undefined) return refused;
    const changes = results.map((result) => ('change' in result ? result.change : {}));
    return { change: Object.assign({}, ...changes) as SettingsChange };
  };

/**
 * The default is the list of the network, for which `geth dumpconfig` writes an empty array: so an empty array sets
 * nothing, and lists of the public networks mean the default.
 */
const dnsLists: KeyReader = (value) => {
  const isOwn = (url: unknown): boolean => Object.values(NETWORKS).some(({ dnsTree }) => dnsTree === url);
  if (!Array.isArray(value)) return as('discoveryDns')(value);
  if (value.length === 0) return { change: {} };
  return as('discoveryDns')(value.every(isOwn) ? null : value);
};

/** A text, or a table `[Node.P2P.NAT]` with the text as `Interface`, as go-ethereum 1.15.0 and 1.15.1 wrote it. */
function natOf(value: unknown): ReadKey {
  if (isTable(value)) return { ...natOf(value.Interface), entry: 'Interface' };
  const method = typeof value === 'string' ? parseNatText(value) : undefined;
  return as('nat')(method === undefined ? value : natTextOf(method));
}

const KEY_READERS: Readonly<Record<string, KeyReader>> = {
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

type TomlTable = Readonly<Record<string, unknown>>;
const NO_TABLE: TomlTable = {};

const isTable = (value: unknown): value is TomlTable =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);

/** Reads a file. Never throws: all errors are in `errors`. */
export function readGethToml(source: string): GethConfig {
  const text = source.replace(/^\uFEFF/, '');
  let root: TomlTable;
  try {
    // Other tables may have integers of any size, which must not be an error.
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

  read(root: TomlTable): GethConfig {
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
    // The name is in the parent table in geth.
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

  /** Reads the DNS node lists of [Eth], and records all other tables as ignored. */
  #readDns(root: TomlTable): void {
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
    const read = Object.hasOwn(KEY_READERS, key) ? KEY_READERS[key] : undefined;
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

  #readAddresses({ ListenAddr, DiscAddr }: TomlTable): void {
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

  #table(parent: TomlTable, path: readonly string[]): TomlTable {
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
