import { z } from 'zod';
import { dnsServerText, listenAddresses, networkText, treeUrlText } from './address-schemas.ts';
import { LOG_LEVELS } from './model/log.ts';
import { bootnodeText } from './bootnode-schema.ts';
import { forkOverrides } from './fork-override.ts';
import { NAT_FORMS, parseNatText } from './nat-text.ts';
import { boolean, integer, setting, wholeNumber, type SettingSpec } from './setting-spec.ts';

/*
 * Every setting of the node: schema, default, texts, flag, and when a change takes effect. settings.json, the command
 * line, the environment (`ENODECK_` and the flag in capitals, `.` and `-` as `_`), the window's form and enodeck_settings
 * derive from this table. Defaults are those of go-ethereum (node/defaults.go, p2p/config.go) where it has one.
 */

/** The known networks. */
export const NETWORK_CHOICES = ['mainnet', 'sepolia', 'hoodi', 'holesky'] as const;

const text = (max: number): z.ZodString => z.string().trim().min(1).max(max);
const path = text(4_096).nullable();

const MAX_UINT64 = 2n ** 64n - 1n;

/** Every setting, in the order of the form. */
export const SETTINGS = {
  name: setting({
    group: 'node',
    title: 'Name',
    help: 'Part of the client name that peers see, between Enodeck and its version.',
    flag: '--identity',
    kind: 'text',
    schema: text(64)
      .regex(/^[\w.+-]+$/, 'must consist of letters, digits, and . _ + -')
      .nullable(),
    default: null,
    restart: 'none',
  }),
  nodeKey: setting({
    group: 'node',
    title: 'Node key file',
    help: 'File with the private key of this node as 64 hex digits. The node ID derives from the key.',
    flag: '--nodekey',
    kind: 'path',
    schema: path,
    default: null,
    unset: 'created at the first start',
    restart: 'program',
  }),
  nodeDatabase: setting({
    group: 'node',
    title: 'Node database folder',
    help: 'Folder of the LevelDB database with known nodes, past sessions and bans.',
    flag: '--nodedb',
    kind: 'path',
    schema: path,
    default: null,
    unset: 'inside the data folder',
    restart: 'program',
  }),
  network: setting({
    group: 'network',
    title: 'Network',
    help: 'Chain to find peers for. A genesis file overrides it.',
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
    help: 'genesis.json as for geth init, for a private network or a devnet.',
    flag: '--genesis',
    kind: 'path',
    schema: path,
    default: null,
    restart: 'program',
  }),
  networkId: setting({
    group: 'network',
    title: 'Network ID',
    help: 'Overrides the chain’s network ID, decimal.',
    flag: '--networkid',
    kind: 'text',
    schema: z
      .string()
      .regex(/^\d{1,20}$/, 'must be a whole number')
      .refine((text) => /^\d{1,20}$/.test(text) && BigInt(text) <= MAX_UINT64, 'must be below 2^64')
      .nullable(),
    default: null,
    unset: 'the chain’s network ID',
    restart: 'program',
  }),
  forkOverrides: setting({
    group: 'network',
    title: 'Fork times',
    help: 'Overrides fork times: NAME=TIME in Unix seconds, for example amsterdam=1791294816, for a fork that this version does not know yet.',
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
    help: 'Communicate only with addresses in these networks, in CIDR notation. Empty: no restriction.',
    flag: '--netrestrict',
    kind: 'list',
    schema: z.array(networkText).max(256),
    default: [],
    restart: 'none',
  }),
  maxPeers: integer({
    group: 'peers',
    title: 'Maximum peers',
    help: 'Maximum number of sessions. Only trusted nodes may exceed it. 0: no peers.',
    flag: '--maxpeers',
    min: 0,
    max: 10_000,
    default: 50,
    restart: 'none',
  }),
  maxPendingInbound: integer({
    group: 'peers',
    title: 'Maximum pending inbound',
    help: 'Maximum number of inbound connections in the handshake. --maxpendpeers sets both directions.',
    flag: '--maxpendpeers.in',
    min: 1,
    max: 1_000,
    default: 50,
    restart: 'none',
  }),
  maxPendingOutbound: integer({
    group: 'peers',
    title: 'Maximum pending dials',
    help: 'Maximum number of dials in progress. --maxpendpeers sets both directions.',
    flag: '--maxpendpeers.out',
    min: 1,
    max: 1_000,
    default: 50,
    restart: 'none',
  }),
  dialRatio: integer({
    group: 'peers',
    title: 'Dial ratio',
    help: 'Ratio of maximum peers to dialled peers: 3 means one third is dialled, the other slots are for inbound peers.',
    flag: '--dialratio',
    min: 1,
    max: 100,
    default: 3,
    restart: 'none',
  }),
  dropper: boolean({
    group: 'peers',
    title: 'Peer churn',
    help: 'When all slots are taken, drop a random peer older than 10 minutes every 3 to 7 minutes. Static and trusted peers are never dropped.',
    flag: '--dropper',
    default: true,
    restart: 'none',
  }),
  reputation: boolean({
    group: 'peers',
    title: 'Ban by reputation',
    help: 'Ban a node for 12 hours when its reputation falls to the threshold. Trusted nodes are never banned. Off: reputation is only shown.',
    flag: '--reputation',
    default: true,
    restart: 'none',
  }),
  noDial: boolean({
    group: 'dialing',
    title: 'Disable dialling',
    help: 'Dial no nodes, static nodes included. Only inbound connections are possible.',
    flag: '--nodial',
    default: false,
    restart: 'none',
  }),
  dynamicDials: boolean({
    group: 'dialing',
    title: 'Dynamic dials',
    help: 'Dial nodes that discovery finds. Off: only static nodes are dialled.',
    flag: '--dynamicdials',
    default: true,
    restart: 'none',
  }),
  dialTimeout: integer({
    group: 'dialing',
    title: 'Dial timeout',
    help: 'Timeout of a TCP connect.',
    flag: '--dialtimeout',
    unit: 's',
    min: 1,
    max: 120,
    default: 15,
    restart: 'none',
  }),
  bootnodeFallback: integer({
    group: 'dialing',
    title: 'Bootnode fallback',
    help: 'Dial bootnodes after this time without peers. 0: never, as go-ethereum.',
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
    help: 'Search for nodes. Off (--nodiscover): only static nodes are dialled.',
    flag: '--discovery',
    default: true,
    restart: 'node',
  }),
  discoveryV4: boolean({
    group: 'discovery',
    title: 'Discovery v4',
    help: 'Node Discovery Protocol v4.',
    flag: '--discovery.v4',
    default: true,
    restart: 'node',
  }),
  discoveryV5: boolean({
    group: 'discovery',
    title: 'Discovery v5',
    help: 'Node Discovery Protocol v5.1, on the same UDP port as v4.',
    flag: '--discovery.v5',
    default: true,
    restart: 'node',
  }),
  bootnodes: setting({
    group: 'discovery',
    title: 'Bootnodes',
    help: 'Enode URLs or ENRs of bootnodes. They replace the network’s default bootnodes; an empty list: none. Bootnodes added in Nodes are used in addition.',
    flag: '--bootnodes',
    kind: 'list',
    schema: z.array(bootnodeText).max(256).nullable(),
    default: null,
    unset: 'the network’s bootnodes',
    restart: 'none',
  }),
  discoveryDns: setting({
    group: 'discovery',
    title: 'DNS node lists',
    help: 'DNS node lists (EIP-1459), enrtree://KEY@domain; an empty list: none. With allowed networks, the default is none.',
    flag: '--discovery.dns',
    kind: 'list',
    schema: z.array(treeUrlText).max(8).nullable(),
    default: null,
    unset: 'the network’s list',
    restart: 'node',
  }),
  dnsServer: setting({
    group: 'discovery',
    title: 'DNS server',
    help: 'Name server for DNS node lists, IP or IP:PORT.',
    flag: '--discovery.dns.server',
    kind: 'text',
    schema: dnsServerText.nullable(),
    default: null,
    unset: 'the system resolver',
    restart: 'node',
  }),
  addresses: setting({
    group: 'reach',
    title: 'Listen addresses',
    help: 'IP addresses to listen on, one per family. 0.0.0.0 and :: listen on all interfaces.',
    flag: '--addr',
    kind: 'list',
    schema: listenAddresses,
    default: ['0.0.0.0', '::'],
    restart: 'node',
  }),
  port: integer({
    group: 'reach',
    title: 'Port',
    help: 'TCP port of RLPx, and UDP port of discovery unless “Discovery port” is set. 0: any free port.',
    flag: '--port',
    min: 0,
    max: 65_535,
    default: 30_303,
    restart: 'node',
  }),
  discoveryAddresses: setting({
    group: 'reach',
    title: 'Discovery listen addresses',
    help: 'IP addresses for discovery.',
    flag: '--discovery.addr',
    kind: 'list',
    schema: listenAddresses.nullable(),
    default: null,
    unset: 'the listen addresses',
    restart: 'node',
  }),
  discoveryPort: setting({
    group: 'reach',
    title: 'Discovery port',
    help: 'UDP port of discovery.',
    flag: '--discovery.port',
    kind: 'integer',
    schema: wholeNumber(0, 65_535).nullable(),
    min: 0,
    max: 65_535,
    default: null,
    unset: 'same as “Port”',
    restart: 'node',
  }),
  nat: setting({
    group: 'reach',
    title: 'NAT',
    help: 'NAT port mapping: any (UPnP or NAT-PMP, else the endpoint that other nodes report), none, upnp, pmp, pmp:IP, extip:IP, stun:IP:PORT.',
    flag: '--nat',
    kind: 'text',
    schema: z
      .string()
      .trim()
      .min(1)
      .max(80)
      .refine(
        (text) => parseNatText(text) !== undefined,
        `must be ${NAT_FORMS}; IP must not be 0.0.0.0 or ::`,
      ),
    default: 'any',
    restart: 'node',
  }),
  maxDownload: integer({
    group: 'traffic',
    title: 'Maximum download rate',
    help: 'Limit on bytes received by all sessions together. 0: no limit.',
    flag: '--maxdownload',
    unit: 'kB/s',
    min: 0,
    max: 10_000_000,
    default: 0,
    restart: 'none',
  }),
  maxUpload: integer({
    group: 'traffic',
    title: 'Maximum upload rate',
    help: 'Limit on bytes sent by all sessions together. 0: no limit.',
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
    help: 'Emit an event for every message to peerEvents subscribers (msgsend, msgrecv). High volume.',
    flag: '--msgevents',
    default: false,
    restart: 'none',
  }),
  snap: boolean({
    group: 'protocols',
    title: 'Offer snap/1',
    help: 'Offer the snap/1 protocol. The node has no state: it sends the empty response of the specification to each request.',
    flag: '--snap',
    default: false,
    restart: 'node',
  }),
  acceptPreEip8: boolean({
    group: 'protocols',
    title: 'Pre-EIP-8 handshake',
    help: 'Accept the RLPx handshake from before EIP-8 on inbound connections. geth refuses it.',
    flag: '--preeip8',
    default: false,
    restart: 'none',
  }),
  logLevel: setting({
    group: 'log',
    title: 'Log level',
    help: 'Minimum severity of log lines.',
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

/** The values of all settings. */
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

/** The schema of a change of some settings. */
export const settingsChange = z
  .strictObject(Object.fromEntries(SETTING_KEYS.map((key) => [key, SETTINGS[key].schema])) as Shape)
  .partial();

/** A change of some settings after validation; `undefined` is not a value. */
export type SettingsChange = z.output<typeof settingsChange>;

/** The default value of every setting. */
export const DEFAULT_SETTINGS = Object.fromEntries(
  SETTING_KEYS.map((key) => [key, SETTINGS[key].default]),
) as unknown as NodeSettings;
