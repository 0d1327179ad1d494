import { z } from 'zod';
import { CHAIN_SOURCES } from '../model/chain.ts';
import { boolean, setting, type SettingSpec } from '../setting-spec.ts';
import {
  headerNameOf,
  readRpcAddress,
  readRpcHeader,
  shownRpcAddress,
  shownRpcHeader,
} from '../rpc-address-text.ts';

/** BOUNDED: additional headers, and files of an import. */
const MAX_HEADERS = 16;
const MAX_FILES = 10_000;

const path = z.string().trim().min(1).max(4_096);

/** A text that `refusalOf` does not refuse. */
const accepted = (refusalOf: (text: string) => string | undefined) =>
  z
    .string()
    .trim()
    .refine((text) => refusalOf(text) === undefined, {
      error: ({ input }) => (typeof input === 'string' ? refusalOf(input) : undefined),
    });

const rpcAddress = accepted((text) => {
  const read = readRpcAddress(text);
  return read.ok ? undefined : `is not the address of an RPC: ${read.reason}`;
});

const rpcHeaders = z
  .array(
    accepted((line) => {
      const read = readRpcHeader(line);
      return read.ok
        ? undefined
        : `has the header ${headerNameOf(line)}, which cannot be sent: ${read.reason}`;
    }),
  )
  .max(MAX_HEADERS);

/** The source of the blocks that the node serves. */
const SOURCE_SETTINGS = {
  chain: setting({
    group: 'chain',
    title: 'Chain source',
    help: 'Source of the blocks that peers get. none: no blocks, and syncing peers leave. sentry: your execution client, through its RPC. archive: imported files.',
    flag: '--chain',
    kind: 'choice',
    schema: z.enum(CHAIN_SOURCES),
    default: 'none',
    choices: CHAIN_SOURCES,
    restart: 'program',
  }),
  sentry: setting({
    group: 'chain',
    title: 'Execution client',
    help: 'RPC of your execution client, for the source sentry: a URL of http, https, ws or wss, or the path of its IPC socket. The flag also selects this source.',
    flag: '--sentry',
    kind: 'text',
    schema: rpcAddress.nullable(),
    default: null,
    unset: 'none',
    restart: 'program',
    shown: shownRpcAddress,
  }),
  sentryJwt: setting({
    group: 'chain',
    title: 'JWT secret of the client',
    help: 'File with the secret of an authenticated RPC, 64 hex digits, the same as the client’s.',
    flag: '--sentry.jwt',
    kind: 'path',
    schema: path.nullable(),
    default: null,
    unset: 'none',
    restart: 'program',
  }),
  sentryHeaders: setting({
    group: 'chain',
    title: 'HTTP headers for the client',
    help: 'Headers of each request to the RPC, as “Name: value”. Values are not shown. Other users of this machine may see the command line: the variable or settings.json is safer for a secret.',
    flag: '--sentry.header',
    kind: 'list',
    schema: rpcHeaders,
    default: [],
    restart: 'program',
    repeatable: true,
    wholeItems: true,
    shown: shownRpcHeader,
  }),
  chainImport: setting({
    group: 'chain',
    title: 'Files to import',
    help: 'Files of blocks, in the order of their blocks, that are added to the archive in the background after the start: exports of geth (also .gz), .era1 and .ere. Blocks that are there already are skipped. The flag also selects the source archive.',
    flag: '--chain.import',
    kind: 'list',
    schema: z.array(path).max(MAX_FILES),
    default: [],
    restart: 'program',
    repeatable: true,
    wholeItems: true,
  }),
} as const satisfies Record<string, SettingSpec>;

/** The settings that choose and reach the source. */
export const CHAIN_SETTING_KEYS = Object.keys(SOURCE_SETTINGS) as readonly (keyof typeof SOURCE_SETTINGS)[];

/** The group `chain`: the source of the blocks, and what is done with transactions without an execution client. */
export const CHAIN_SETTINGS = {
  ...SOURCE_SETTINGS,
  observeTransactions: boolean({
    group: 'chain',
    title: 'Observe transactions',
    help: 'Without an execution client: request the transactions that peers announce, check and count them. They are not relayed, because this node cannot judge nonce and balance. Off: announcements are counted and dropped. Without effect with the source sentry, which relays transactions.',
    flag: '--transactions.observe',
    default: false,
    restart: 'node',
  }),
} as const satisfies Record<string, SettingSpec>;
