/**
 * Every key of the database and the version of their layout, in one place. Keys and values are text, so that the
 * database can be read with any LevelDB tool; each kind lives in its own sub-level.
 */

/** Version of the layout below. */
export const SCHEMA_VERSION = 1;

/** The sub-levels; another one is no other layout. `chain` is a name kept for later. */
export const SUB_LEVELS = {
  /** `schema` → the layout's version. */
  meta: 'meta',
  /** node ID → the node (node-values.ts). */
  nodes: 'nodes',
  /** node ID ! IP → what we know of the node at that address. */
  endpoints: 'endpoints',
  /** our own node ID ! name → a value of our own. */
  local: 'local',
  /** a ban's id (`node:…`, `ip:…`, `cidr:…`) → the ban (ban-store.ts). */
  bans: 'bans',
  /** when it ended - whose it was - a number → a session that has ended (session-values.ts). */
  sessions: 'sessions',
  /** `root!` URL → a DNS list's root; `entry!` name → the text that the name is the hash of (dns-cache.ts). */
  dns: 'dns',
} as const;

/** One of SUB_LEVELS. */
export type SubLevelName = keyof typeof SUB_LEVELS;

/** A key of the whole database: LevelDB holds all sub-levels in one. */
const OWN_KEY = new RegExp(`^!(${Object.values(SUB_LEVELS).join('|')})!`);

/** Whether a key of the whole database lies in a sub-level of ours: another program's does not. */
export function isOwnKey(key: string): boolean {
  return OWN_KEY.test(key);
}

/** The sub-level of a key of the whole database; undefined of another key. */
export function subLevelOf(key: string): SubLevelName | undefined {
  return OWN_KEY.exec(key)?.[1] as SubLevelName | undefined;
}

/** Key of the layout's version in `meta`. */
export const SCHEMA_KEY = 'schema';

/** Not part of any hex ID, IP text or name. */
const SEPARATOR = '!';

const NODE_KEY = /^[0-9a-f]{64}$/;
const LOCAL_SEQ_KEY = /^([0-9a-f]{64})!seq$/;
const ENDPOINT_KEY = /^([0-9a-f]{64})!([0-9a-f.:]{2,45})$/;

/** Whether a key of `nodes` is a node ID. */
export function isNodeKey(key: string): boolean {
  return NODE_KEY.test(key);
}

/** Key in `endpoints`. `ip` is canonical text. */
export function endpointKey(idHex: string, ip: string): string {
  return idHex + SEPARATOR + ip;
}

/** The parts of a key in `endpoints`, undefined when it is none. */
export function parseEndpointKey(key: string): { readonly idHex: string; readonly ip: string } | undefined {
  const match = ENDPOINT_KEY.exec(key);
  const [, idHex, ip] = match ?? [];
  return idHex === undefined || ip === undefined ? undefined : { idHex, ip };
}

/** Key in `local` of the sequence number of our record. */
export function localSeqKey(ownIdHex: string): string {
  return `${ownIdHex}${SEPARATOR}seq`;
}

/** The node ID of a key that localSeqKey made, undefined for another key. */
export function parseLocalSeqKey(key: string): string | undefined {
  return LOCAL_SEQ_KEY.exec(key)?.[1];
}

/** Digits of a time in milliseconds: until the year 33658, so that keys sort as times. */
const TIME_DIGITS = 15;
const SESSION_KEY = /^([0-9]{15})-[0-9a-f]{16}-[0-9]{4}$/;

const timeText = (at: number): string => String(Math.max(0, Math.round(at))).padStart(TIME_DIGITS, '0');

/** Key in `sessions`: sorts by the end, in Unix milliseconds. `serial` (0 to 9,999) tells apart what ended at once. */
export function sessionKey(endedAt: number, nodeId: string, serial: number): string {
  return `${timeText(endedAt)}-${nodeId.slice(0, 16)}-${String(serial).padStart(4, '0')}`;
}

/** When the session of a key ended, Unix milliseconds; undefined for another key. */
export function sessionKeyTime(key: string): number | undefined {
  const time = SESSION_KEY.exec(key)?.[1];
  return time === undefined ? undefined : Number(time);
}

/** The least key of a session that ended at `at` or later. */
export function oldestSessionKey(at: number): string {
  return timeText(at);
}

const DNS_KEY = /^(root|entry)!(.*)$/;
const DNS_URL = /^enrtree:\/\/[A-Z2-7]{53}@[a-z0-9_.-]{1,200}$/;
const DNS_NAME = /^[A-Z2-7]{20,52}$/;

/** Key in `dns` of the root of a list. */
export function dnsRootKey(url: string): string {
  return `root${SEPARATOR}${url}`;
}

/** Key in `dns` of what hangs beneath a root. */
export function dnsEntryKey(name: string): string {
  return `entry${SEPARATOR}${name}`;
}

/** The parts of a key in `dns`, undefined when it is none. */
export function parseDnsKey(
  key: string,
): { readonly kind: 'root' | 'entry'; readonly name: string } | undefined {
  const [, kind, name = ''] = DNS_KEY.exec(key) ?? [];
  if (kind === 'root' && DNS_URL.test(name)) return { kind, name };
  return kind === 'entry' && DNS_NAME.test(name) ? { kind, name } : undefined;
}
