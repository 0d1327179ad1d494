/**
 * The keys of the database, and the version of its schema. Keys and values are text, so that any LevelDB tool can read
 * them; each kind of entry has its own sub-level.
 */

/** Version of the schema. */
export const SCHEMA_VERSION = 1;

/** The sub-levels by name. A new sub-level does not need a new schema version. `chain` is reserved. */
export const SUB_LEVELS = {
  /** `schema` → version of the schema; `writer` → version of the program that opened the database last. */
  meta: 'meta',
  /** node ID → node (node-values.ts). */
  nodes: 'nodes',
  /** node ID ! IP → facts about the endpoint (node-values.ts). */
  endpoints: 'endpoints',
  /** local node ID ! name → value of the local node. */
  local: 'local',
  /** ban ID (`node:…`, `ip:…`, `cidr:…`) → ban (ban-store.ts). */
  bans: 'bans',
  /** end time - node ID prefix - serial number → past session (session-values.ts). */
  sessions: 'sessions',
  /** `root!` URL → root of a DNS list; `entry!` hash → text of an entry (dns-cache.ts). */
  dns: 'dns',
} as const;

/** One of SUB_LEVELS. */
export type SubLevelName = keyof typeof SUB_LEVELS;

/** A full key: LevelDB has one key space, where each sub-level has a prefix. */
const OWN_KEY = new RegExp(`^!(${Object.values(SUB_LEVELS).join('|')})!`);

/** Whether a full key is in a sub-level of this program; keys of other programs are not. */
export function isOwnKey(key: string): boolean {
  return OWN_KEY.test(key);
}

/** The sub-level of a full key; undefined for keys of other programs. */
export function subLevelOf(key: string): SubLevelName | undefined {
  return OWN_KEY.exec(key)?.[1] as SubLevelName | undefined;
}

/** Key of the schema version in `meta`. */
export const SCHEMA_KEY = 'schema';

/** Key in `meta` of the version of the program that opened the database last; 0.1.0 did not store it. */
export const WRITER_KEY = 'writer';

/** Separates the parts of a key; no ID, IP or name contains it. */
const SEPARATOR = '!';

const NODE_KEY = /^[0-9a-f]{64}$/;
const LOCAL_SEQ_KEY = /^([0-9a-f]{64})!seq$/;
const ENDPOINT_KEY = /^([0-9a-f]{64})!([0-9a-f.:]{2,45})$/;

/** Whether a key of `nodes` is a node ID in hex. */
export function isNodeKey(key: string): boolean {
  return NODE_KEY.test(key);
}

/** Key in `endpoints`. `ip` is canonical text. */
export function endpointKey(idHex: string, ip: string): string {
  return idHex + SEPARATOR + ip;
}

/** Parses a key of `endpoints`; undefined when it is invalid. */
export function parseEndpointKey(key: string): { readonly idHex: string; readonly ip: string } | undefined {
  const match = ENDPOINT_KEY.exec(key);
  const [, idHex, ip] = match ?? [];
  return idHex === undefined || ip === undefined ? undefined : { idHex, ip };
}

/** Key in `local` of the sequence number of the local record. */
export function localSeqKey(ownIdHex: string): string {
  return `${ownIdHex}${SEPARATOR}seq`;
}

/** The node ID of a key of `localSeqKey`; undefined for another key. */
export function parseLocalSeqKey(key: string): string | undefined {
  return LOCAL_SEQ_KEY.exec(key)?.[1];
}

/** Digits of a time in milliseconds; a fixed number, so that keys sort by time. Sufficient until the year 33658. */
const TIME_DIGITS = 15;
const SESSION_KEY = /^([0-9]{15})-[0-9a-f]{16}-[0-9]{4}$/;

const timeText = (at: number): string => String(Math.max(0, Math.round(at))).padStart(TIME_DIGITS, '0');

/** Key in `sessions`, sorted by end time (Unix milliseconds). `serial` (0 to 9,999) makes keys of the same time unique. */
export function sessionKey(endedAt: number, nodeId: string, serial: number): string {
  return `${timeText(endedAt)}-${nodeId.slice(0, 16)}-${String(serial).padStart(4, '0')}`;
}

/** The end time of a key of `sessions`, Unix milliseconds; undefined when it is invalid. */
export function sessionKeyTime(key: string): number | undefined {
  const time = SESSION_KEY.exec(key)?.[1];
  return time === undefined ? undefined : Number(time);
}

/** A lower bound of the keys of sessions that ended at `at` (Unix milliseconds) or later. */
export function oldestSessionKey(at: number): string {
  return timeText(at);
}

const DNS_KEY = /^(root|entry)!(.*)$/;
const DNS_URL = /^enrtree:\/\/[A-Z2-7]{53}@[a-z0-9_.-]{1,200}$/;
const DNS_NAME = /^[A-Z2-7]{20,52}$/;

/** Key in `dns` of the root of a list with this URL. */
export function dnsRootKey(url: string): string {
  return `root${SEPARATOR}${url}`;
}

/** Key in `dns` of an entry; `name` is its subdomain, the base32 hash of its text. */
export function dnsEntryKey(name: string): string {
  return `entry${SEPARATOR}${name}`;
}

/** Parses a key of `dns`; undefined when it is invalid. */
export function parseDnsKey(
  key: string,
): { readonly kind: 'root' | 'entry'; readonly name: string } | undefined {
  const [, kind, name = ''] = DNS_KEY.exec(key) ?? [];
  if (kind === 'root' && DNS_URL.test(name)) return { kind, name };
  return kind === 'entry' && DNS_NAME.test(name) ? { kind, name } : undefined;
}
