import { z } from 'zod';
import { networkText } from '../address-schemas.ts';
import { forkOverrides } from '../fork-override.ts';
import { setting, type SettingSpec } from '../setting-spec.ts';

/** The known networks. */
export const NETWORK_CHOICES = ['mainnet', 'sepolia', 'hoodi', 'holesky'] as const;
/** One of NETWORK_CHOICES. */
export type NetworkName = (typeof NETWORK_CHOICES)[number];

const text = (max: number): z.ZodString => z.string().trim().min(1).max(max);
const path = text(4_096).nullable();
const MAX_UINT64 = 2n ** 64n - 1n;

/** The group `node`: name, key and database. */
export const NODE_SETTINGS = {
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
} as const satisfies Record<string, SettingSpec>;

/** The group `network`. */
export const NETWORK_SETTINGS = {
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
} as const satisfies Record<string, SettingSpec>;
