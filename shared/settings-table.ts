import { z } from 'zod';
import { dnsServerText, listenAddresses, networkText, treeUrlText } from './address-schemas.ts';
import { LOG_LEVELS } from './model/log.ts';
import { bootnodeText } from './bootnode-schema.ts';
import { forkOverrides } from './fork-override.ts';
import { NAT_FORMS, parseNatText } from './nat-text.ts';
import { boolean, integer, setting, wholeNumber, type SettingSpec } from './setting-spec.ts';

/*
 * Every setting of the node, once: its schema, default, words, flag, and when a change takes effect. settings.json, the
 * command line, the environment (`ENODECK_` and the flag in capitals, `.` and `-` as `_`), the window's form and
 * enodeck_settings derive from this table. Defaults are go-ethereum's (node/defaults.go, p2p/config.go) where it has one.
 */

/** Networks that have a name. */
export const NETWORK_CHOICES = ['mainnet', 'sepolia', 'hoodi', 'holesky'] as const;

const text = (max: number): z.ZodString => z.string().trim().min(1).max(max);
const path = text(4_096).nullable();

const MAX_UINT64 = 2n ** 64n - 1n;

/** Every setting, in the order in which a person reads them. */
export const SETTINGS = {
  name: setting({
    group: 'node',
    title: 'Name',
    help: 'Stands in the client name that every peer sees, between Enodeck and its version.',
    flag: '--identity',
    kind: 'text',
    schema: text(64)
      .regex(/^[\w.+-]+$/, 'must be letters, digits, and . _ + - alone')
      .nullable(),
    default: null,
    restart: 'none',
  }),
  nodeKey: setting({
    group: 'node',
    title: 'Node key file',
    help: 'File with the private key of this node as 64 hex digits. Without one a key is made on the first start and kept in the data folder. The key decides the node ID.',
    flag: '--nodekey',
    kind: 'path',
    schema: path,
    default: null,
    restart: 'program',
  }),
  nodeDatabase: setting({
    group: 'node',
    title: 'Node database folder',
    help: 'Where the LevelDB database of known nodes, past sessions and bans is kept. Without one it lies in the data folder.',
    flag: '--nodedb',
    kind: 'path',
    schema: path,
    default: null,
    restart: 'program',
  }),
  network: setting({
    group: 'network',
    title: 'Network',
    help: 'The chain whose nodes we look for. A genesis file goes over it.',
    flag: '--network',
    kind: 'choice',
    schema: z.enum(NETWORK_CHOICES),
    default: 'mainnet',
    choices: NETWORK_CHOICES,
    restart: 'program',
  }),
  genesis: setting({
    group: 'network',
    title: 'Genesis file',
    help: 'A genesis.json as geth init takes it: for a private network or a devnet.',
    flag: '--genesis',
    kind: 'path',
    schema: path,
    default: null,
    restart: 'program',
  }),
  networkId: setting({
    group: 'network',
    title: 'Network ID',
    help: 'Another network ID than the chain’s own, decimal.',
    flag: '--networkid',
    kind: 'text',
    schema: z
      .string()
      .regex(/^\d{1,20}$/, 'must be a whole number')
      .refine((text) => /^\d{1,20}$/.test(text) && BigInt(text) <= MAX_UINT64, 'must be below 2^64')
      .nullable(),
    default: null,
    restart: 'program',
  }),
  forkOverrides: setting({
    group: 'network',
    title: 'Fork times',
    help: 'Times of forks that go over the network’s own, NAME=TIME in seconds since 1970, such as amsterdam=1791294816: for a fork that this version does not know yet.',
    flag: '--override.fork',
    kind: 'list',
    schema: forkOverrides,
    default: [],
    restart: 'program',
    repeatable: true,
  }),
  netRestrict: setting({
    group: 'network',
    title: 'Allowed networks',
    help: 'Speak to addresses of these networks alone, in CIDR notation. Empty: to all.',
    flag: '--netrestrict',
    kind: 'list',
    schema: z.array(networkText).max(256),
    default: [],
    restart: 'none',
  }),
  maxPeers: integer({
    group: 'peers',
    title: 'Most peers',
    help: 'Sessions at the same time; trusted nodes alone go over it. 0 lets nobody in.',
    flag: '--maxpeers',
    min: 0,
    max: 10_000,
    default: 50,
    restart: 'none',
  }),
  maxPendingInbound: integer({
    group: 'peers',
    title: 'Most inbound handshakes',
    help: 'Connections of others whose handshakes may be under way. --maxpendpeers sets both directions.',
    flag: '--maxpendpeers.in',
    min: 1,
    max: 1_000,
    default: 50,
    restart: 'none',
  }),
  maxPendingOutbound: integer({
    group: 'peers',
    title: 'Most dials at once',
    help: 'Our own dials that may be under way. --maxpendpeers sets both directions.',
    flag: '--maxpendpeers.out',
    min: 1,
    max: 1_000,
    default: 50,
    restart: 'none',
  }),
  dialRatio: integer({
    group: 'peers',
    title: 'Dial ratio',
    help: 'One in so many peers is dialled by us; the rest of the places is for those who come in.',
    flag: '--dialratio',
    min: 1,
    max: 100,
    default: 3,
    restart: 'none',
  }),
  dropper: boolean({
    group: 'peers',
    title: 'Peer churn',
    help: 'From a full pool, every 3 to 7 minutes one peer older than 10 minutes is let go at random, so that others find a place. Never a static or trusted one.',
    flag: '--dropper',
    default: true,
    restart: 'none',
  }),
  reputation: boolean({
    group: 'peers',
    title: 'Ban by reputation',
    help: 'A node whose score falls to the threshold is banned for 12 hours. Trusted nodes never are. Off: the score is kept and shown only.',
    flag: '--reputation',
    default: true,
    restart: 'none',
  }),
  noDial: boolean({
    group: 'dialing',
    title: 'Dial nobody',
    help: 'No dials at all, static nodes included: peers come in, or not.',
    flag: '--nodial',
    default: false,
    restart: 'none',
  }),
  dynamicDials: boolean({
    group: 'dialing',
    title: 'Dial found nodes',
    help: 'Dial nodes that discovery finds. Off: static nodes alone are dialled.',
    flag: '--dynamicdials',
    default: true,
    restart: 'none',
  }),
  dialTimeout: integer({
    group: 'dialing',
    title: 'Dial timeout',
    help: 'Time for a TCP connection to come about.',
    flag: '--dialtimeout',
    unit: 's',
    min: 1,
    max: 120,
    default: 15,
    restart: 'none',
  }),
  bootnodeFallback: integer({
    group: 'dialing',
    title: 'Dial bootnodes after',
    help: 'With no peer for so long, bootnodes are dialled too. 0: never, as go-ethereum does today.',
    flag: '--bootnodes.fallback',
    unit: 's',
    min: 0,
    max: 3_600,
    default: 0,
    restart: 'none',
  }),
  discovery: boolean({
    group: 'discovery',
    title: 'Discovery',
    help: 'Look for nodes. Off (--nodiscover): static nodes alone are dialled.',
    flag: '--discovery',
    default: true,
    restart: 'node',
  }),
  discoveryV4: boolean({
    group: 'discovery',
    title: 'Discovery v4',
    help: 'Node discovery by the v4 protocol.',
    flag: '--discovery.v4',
    default: true,
    restart: 'node',
  }),
  discoveryV5: boolean({
    group: 'discovery',
    title: 'Discovery v5',
    help: 'Node discovery by the v5.1 protocol, on the same UDP port.',
    flag: '--discovery.v5',
    default: true,
    restart: 'node',
  }),
  bootnodes: setting({
    group: 'discovery',
    title: 'Bootnodes',
    help: 'Enode URLs or records that discovery begins at, in the place of the network’s own; an empty list: none. The bootnodes that you add under Nodes are asked besides.',
    flag: '--bootnodes',
    kind: 'list',
    schema: z.array(bootnodeText).max(256).nullable(),
    default: null,
    restart: 'none',
  }),
  discoveryDns: setting({
    group: 'discovery',
    title: 'DNS node lists',
    help: 'Trees of EIP-1459 to find nodes in, enrtree://KEY@domain; an empty list: none. Without it the network’s own, unless only some networks are allowed.',
    flag: '--discovery.dns',
    kind: 'list',
    schema: z.array(treeUrlText).max(8).nullable(),
    default: null,
    restart: 'node',
  }),
  dnsServer: setting({
    group: 'discovery',
    title: 'DNS server',
    help: 'Name server for node lists, IP or IP:PORT, where it is not the system’s.',
    flag: '--discovery.dns.server',
    kind: 'text',
    schema: dnsServerText.nullable(),
    default: null,
    restart: 'node',
  }),
  addresses: setting({
    group: 'reach',
    title: 'Listen on',
    help: 'IP addresses to listen on, one of each family; 0.0.0.0 and :: are all of the machine.',
    flag: '--addr',
    kind: 'list',
    schema: listenAddresses,
    default: ['0.0.0.0', '::'],
    restart: 'node',
  }),
  port: integer({
    group: 'reach',
    title: 'Port',
    help: 'TCP port of sessions, and UDP port of discovery where that has no port of its own. 0: any that is free.',
    flag: '--port',
    min: 0,
    max: 65_535,
    default: 30_303,
    restart: 'node',
  }),
  discoveryAddresses: setting({
    group: 'reach',
    title: 'Discovery listens on',
    help: 'IP addresses for discovery, where they are others than those of sessions.',
    flag: '--discovery.addr',
    kind: 'list',
    schema: listenAddresses.nullable(),
    default: null,
    restart: 'node',
  }),
  discoveryPort: setting({
    group: 'reach',
    title: 'Discovery port',
    help: 'UDP port of discovery, where it is another than that of sessions.',
    flag: '--discovery.port',
    kind: 'integer',
    schema: wholeNumber(0, 65_535).nullable(),
    min: 0,
    max: 65_535,
    default: null,
    restart: 'node',
  }),
  nat: setting({
    group: 'reach',
    title: 'NAT',
    help: 'How others reach us: any (try UPnP and NAT-PMP, else what others see), none, upnp, pmp, pmp:IP, extip:IP, stun:IP:PORT.',
    flag: '--nat',
    kind: 'text',
    schema: z
      .string()
      .trim()
      .min(1)
      .max(80)
      .refine(
        (text) => parseNatText(text) !== undefined,
        `must be ${NAT_FORMS}, with an address to be reached at`,
      ),
    default: 'any',
    restart: 'node',
  }),
  maxDownload: integer({
    group: 'traffic',
    title: 'Download at most',
    help: 'Bytes of all sessions together that we read; peers wait when it is used up. 0: no cap.',
    flag: '--maxdownload',
    unit: 'kB/s',
    min: 0,
    max: 10_000_000,
    default: 0,
    restart: 'none',
  }),
  maxUpload: integer({
    group: 'traffic',
    title: 'Upload at most',
    help: 'Bytes of all sessions together that we send. 0: no cap.',
    flag: '--maxupload',
    unit: 'kB/s',
    min: 0,
    max: 10_000_000,
    default: 0,
    restart: 'none',
  }),
  msgEvents: boolean({
    group: 'protocols',
    title: 'Message events',
    help: 'Also state every message as an event to subscribers of peerEvents (msgsend, msgrecv): much traffic.',
    flag: '--msgevents',
    default: false,
    restart: 'none',
  }),
  snap: boolean({
    group: 'protocols',
    title: 'Offer snap/1',
    help: 'Offer the snap protocol. We have no state to serve: every request gets the empty answer of the specification.',
    flag: '--snap',
    default: false,
    restart: 'node',
  }),
  acceptPreEip8: boolean({
    group: 'protocols',
    title: 'Old handshake',
    help: 'Take the handshake of before EIP-8 from those who connect, which geth refuses.',
    flag: '--preeip8',
    default: false,
    restart: 'none',
  }),
  logLevel: setting({
    group: 'log',
    title: 'Log level',
    help: 'The least severe lines that are kept.',
    flag: '--verbosity',
    kind: 'choice',
    schema: z.enum(LOG_LEVELS),
    default: 'info',
    choices: LOG_LEVELS,
    restart: 'none',
  }),
} as const satisfies Record<string, SettingSpec>;

/** A setting's key in settings.json. */
export type SettingKey = keyof typeof SETTINGS;

/** All values. */
export type NodeSettings = { readonly [Key in SettingKey]: z.output<(typeof SETTINGS)[Key]['schema']> };

/** Every key, in the order of the table. */
export const SETTING_KEYS = Object.keys(SETTINGS) as [SettingKey, ...SettingKey[]];

/** Settings whose values are paths of files or folders. */
export const PATH_SETTING_KEYS = [
  'nodeKey',
  'nodeDatabase',
  'genesis',
] as const satisfies readonly SettingKey[];

/** One of PATH_SETTING_KEYS. */
export type PathSettingKey = (typeof PATH_SETTING_KEYS)[number];

type Shape = { [Key in SettingKey]: (typeof SETTINGS)[Key]['schema'] };

/** A change of some settings. */
export const settingsChange = z
  .strictObject(Object.fromEntries(SETTING_KEYS.map((key) => [key, SETTINGS[key].schema])) as Shape)
  .partial();

/** A change of some settings, as it is after validation; `undefined` is not a value. */
export type SettingsChange = z.output<typeof settingsChange>;

/** What holds where nothing else is said. */
export const DEFAULT_SETTINGS = Object.fromEntries(
  SETTING_KEYS.map((key) => [key, SETTINGS[key].default]),
) as unknown as NodeSettings;
