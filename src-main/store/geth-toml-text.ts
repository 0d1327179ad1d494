/** go-ethereum's configuration file, written: what `geth --config` reads. The reader is geth-toml.ts. */
import { NODE_LISTS, type NodeListName } from '../../shared/model/node-list.ts';
import type { SettingValue } from '../../shared/model/settings.ts';
import { SETTING_KEYS, SETTINGS, type NodeSettings, type SettingKey } from '../../shared/settings-table.ts';
import { gethAddressesOf } from './geth-addresses.ts';
import { GETH_DNS_KEYS, GETH_LIST_KEYS, GETH_V5_BOOTNODES } from './geth-toml.ts';

/** Node texts by list; a list that is left out is not written, and geth takes the network's own bootnodes. */
export type NodeTexts = Readonly<Partial<Record<NodeListName, readonly string[]>>>;

/** Settings that a file of geth's can say; the rest is written as remarks. */
const IN_GETH: readonly SettingKey[] = [
  'name',
  'maxPeers',
  'maxPendingInbound',
  'dialRatio',
  'discovery',
  'discoveryV4',
  'discoveryV5',
  'discoveryDns',
  'netRestrict',
  'nodeDatabase',
  'addresses',
  'port',
  'discoveryAddresses',
  'discoveryPort',
  'nat',
  'noDial',
  'msgEvents',
];

/** The whole file. */
export function writeGethToml(settings: NodeSettings, lists: NodeTexts): string {
  const { name } = settings;
  const lines = [
    ...remarks(settings),
    ...dnsLines(settings),
    ...(name === null ? [] : ['[Node]', pair('UserIdent', name), '']),
    '[Node.P2P]',
    ...Object.entries(p2pOf(settings)).map(([key, value]) => pair(key, value)),
    ...listPairs(lists),
  ];
  return `${lines.join('\n')}\n`;
}

/** One or more lists alone. */
export function writeGethLists(lists: NodeTexts): string {
  return `${['[Node.P2P]', ...listPairs(lists)].join('\n')}\n`;
}

function p2pOf(settings: NodeSettings): Readonly<Record<string, SettingValue>> {
  const { netRestrict, nodeDatabase } = settings;
  return {
    MaxPeers: settings.maxPeers,
    MaxPendingPeers: settings.maxPendingInbound,
    DialRatio: settings.dialRatio,
    NoDiscovery: !settings.discovery,
    DiscoveryV4: settings.discoveryV4,
    DiscoveryV5: settings.discoveryV5,
    ...(netRestrict.length > 0 && { NetRestrict: netRestrict }),
    ...(nodeDatabase !== null && { NodeDatabase: nodeDatabase }),
    ...gethAddressesOf(settings),
    NAT: settings.nat,
    NoDial: settings.noDial,
    EnableMsgEvents: settings.msgEvents,
  };
}

function listPairs(lists: NodeTexts): string[] {
  return NODE_LISTS.flatMap((list) => {
    const nodes = lists[list];
    if (nodes === undefined) return [];
    const pairs = [pair(GETH_LIST_KEYS[list], nodes)];
    return list === 'bootnodes' ? [...pairs, pair(GETH_V5_BOOTNODES, nodes)] : pairs;
  });
}

/** Without a choice of ours geth takes the network's own lists. */
function dnsLines({ discoveryDns }: NodeSettings): string[] {
  return discoveryDns === null ? [] : ['[Eth]', ...GETH_DNS_KEYS.map((key) => pair(key, discoveryDns)), ''];
}

function pair(key: string, value: SettingValue): string {
  if (!Array.isArray(value)) return `${key} = ${scalar(value)}`;
  if (value.length === 0) return `${key} = []`;
  return `${key} = [\n${(value as readonly string[]).map((item) => `  ${scalar(item)},\n`).join('')}]`;
}

/** JSON's escapes are TOML's, but TOML wants the delete character escaped as well, and no half of a surrogate pair. */
function scalar(value: unknown): string {
  return typeof value === 'string'
    ? JSON.stringify(value.replaceAll(/[\ud800-\udfff]/gu, '\ufffd')).replaceAll('\u007f', '\\u007f')
    : String(value);
}

/** What geth's file has no place for, where it is not the default. */
function remarks(settings: NodeSettings): string[] {
  const told = SETTING_KEYS.filter((key) => {
    if (key === 'maxPendingOutbound') return settings.maxPendingOutbound !== settings.maxPendingInbound;
    if (key === 'addresses') return gethSaysLess(settings.addresses);
    if (key === 'discoveryAddresses') return gethSaysLess(settings.discoveryAddresses ?? []);
    return !IN_GETH.includes(key) && JSON.stringify(settings[key]) !== JSON.stringify(SETTINGS[key].default);
  });
  if (told.length === 0) return [];
  return [
    '# Settings that go-ethereum has no place for:',
    ...told.map((key) => `# ${key} = ${JSON.stringify(settings[key])}`),
    '',
  ];
}

const gethSaysLess = (addresses: readonly string[]): boolean =>
  addresses.length > 1 && [...addresses].sort().join() !== [...SETTINGS.addresses.default].sort().join();
