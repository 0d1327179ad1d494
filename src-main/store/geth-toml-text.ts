/** Writes go-ethereum's configuration file, for `geth --config`. The reader is geth-toml.ts. */
import { NODE_LISTS, type NodeListName } from '../../shared/model/node-list.ts';
import type { SettingValue } from '../../shared/model/settings.ts';
import { HIDDEN_TEXT } from '../../shared/rpc-address-text.ts';
import { shownValue } from '../../shared/setting-spec.ts';
import { SETTING_KEYS, SETTINGS, type NodeSettings, type SettingKey } from '../../shared/settings-table.ts';
import { gethAddressesOf } from './geth-addresses.ts';
import { GETH_DNS_KEYS, GETH_LIST_KEYS, GETH_V5_BOOTNODES } from './geth-toml.ts';

/** Node texts by list. A missing list is not written: geth then uses the bootnodes of the network. */
export type NodeTexts = Readonly<Partial<Record<NodeListName, readonly string[]>>>;

/** Settings that geth's file can express; others are written as comments. */
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

/** Formats a complete file, without the secrets of settings: files are passed on to others. */
export function writeGethToml(settings: NodeSettings, lists: NodeTexts): string {
  const { name } = settings;
  const lines = [
    ...commentLines(settings),
    ...dnsLines(settings),
    ...(name === null ? [] : ['[Node]', pair('UserIdent', name), '']),
    '[Node.P2P]',
    ...Object.entries(p2pOf(settings)).map(([key, value]) => pair(key, value)),
    ...listPairs(lists),
  ];
  return `${lines.join('\n')}\n`;
}

/** Formats a file with one or more lists and no settings. */
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

/** Without the setting nothing is written: geth then uses the lists of the network. */
function dnsLines({ discoveryDns }: NodeSettings): string[] {
  return discoveryDns === null ? [] : ['[Eth]', ...GETH_DNS_KEYS.map((key) => pair(key, discoveryDns)), ''];
}

function pair(key: string, value: SettingValue): string {
  if (!Array.isArray(value)) return `${key} = ${scalar(value)}`;
  if (value.length === 0) return `${key} = []`;
  return `${key} = [\n${(value as readonly string[]).map((item) => `  ${scalar(item)},\n`).join('')}]`;
}

/** JSON strings are TOML strings, but TOML also requires U+007F to be escaped, and forbids lone surrogates. */
function scalar(value: unknown): string {
  return typeof value === 'string'
    ? JSON.stringify(value.replaceAll(/[\ud800-\udfff]/gu, '\ufffd')).replaceAll('\u007f', '\\u007f')
    : String(value);
}

/** Comments with the settings of the node that geth's file cannot express and that are not the default. */
function commentLines(settings: NodeSettings): string[] {
  const keys = SETTING_KEYS.filter((key) => {
    if (SETTINGS[key].group === 'desktop') return false;
    if (key === 'maxPendingOutbound') return settings.maxPendingOutbound !== settings.maxPendingInbound;
    if (key === 'addresses') return isInexact(settings.addresses);
    if (key === 'discoveryAddresses') return isInexact(settings.discoveryAddresses ?? []);
    return !IN_GETH.includes(key) && JSON.stringify(settings[key]) !== JSON.stringify(SETTINGS[key].default);
  });
  if (keys.length === 0) return [];
  const hidesSecrets = keys.some((key) => shownText(settings, key) !== JSON.stringify(settings[key]));
  return [
    '# Settings without a go-ethereum equivalent:',
    ...(hidesSecrets ? [`# (${HIDDEN_TEXT} stands for a secret, which is not exported.)`] : []),
    ...keys.map((key) => `# ${key} = ${shownText(settings, key)}`),
    '',
  ];
}

const shownText = (settings: NodeSettings, key: SettingKey): string =>
  JSON.stringify(shownValue(SETTINGS[key], settings[key]));

/** Whether geth's one address cannot express these addresses. */
const isInexact = (addresses: readonly string[]): boolean =>
  addresses.length > 1 && [...addresses].sort().join() !== [...SETTINGS.addresses.default].sort().join();
