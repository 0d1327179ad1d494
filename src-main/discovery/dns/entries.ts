/**
 * The TXT records of a DNS node list: one root, and below it branches, links to other lists and node records, each at a
 * subdomain that is the hash of its text.
 * @see https://eips.ethereum.org/EIPS/eip-1459#dns-record-structure
 */
import { formatBase64Url, parseBase64Url } from '../../../shared/base64url.ts';
import { formatBase32, parseBase32 } from '../../base/base32.ts';
import { compareBytes, utf8ToBytes } from '../../base/bytes.ts';
import { keccak256 } from '../../base/keccak.ts';
import { sign, verify } from '../../base/secp256k1.ts';
import { RECOVERABLE_SIGNATURE_LENGTH, SIGNATURE_LENGTH } from '../../base/secp256k1-lengths.ts';
import { EnrError, enrFromText, type Enr } from '../../node-record/enr.ts';
import { DnsEntryError } from './errors.ts';
import { parseTreeUrl, TREE_URL_PREFIX, type TreeUrl } from './tree-url.ts';

/** Prefix of a root. */
export const ROOT_PREFIX = 'enrtree-root:v1';
const BRANCH_PREFIX = 'enrtree-branch:';
const ENR_PREFIX = 'enr:';

/** BOUNDED: characters of an entry; our choice. A record has at most 404, a branch of go-ethereum 365. */
export const MAX_ENTRY_TEXT = 1_024;

/** BOUNDED: children of a branch; our choice. go-ethereum makes branches with 13 (p2p/dnsdisc/tree.go maxChildren). */
export const MAX_CHILDREN = 32;

/** Bytes of the keccak-256 of an entry in its name (EIP-1459: "an abbreviation of the hash"; tree.go subdomain). */
const HASH_BYTES = 16;

/** Minimum and maximum number of bytes in a name (tree.go isValidHash). */
const MIN_HASH_BYTES = 12;
const MAX_HASH_BYTES = 32;

/** Largest sequence number: an unsigned 64-bit integer, as in go-ethereum. */
const MAX_SEQ = 2n ** 64n - 1n;

/** A signed root. */
export interface RootEntry {
  readonly type: 'root';
  /** Names of the topmost entries of the records and of the links. */
  readonly enrRoot: string;
  readonly linkRoot: string;
  readonly seq: bigint;
  /** r | s | v, 65 bytes. */
  readonly signature: Uint8Array;
}

/** An entry with the names of entries below it. */
export interface BranchEntry {
  readonly type: 'branch';
  readonly children: readonly string[];
}

/** A link to another list. */
export interface LinkEntry {
  readonly type: 'link';
  readonly link: TreeUrl;
}

/** A node record. */
export interface EnrEntry {
  readonly type: 'enr';
  readonly record: Enr;
}

/** An entry below a root. */
export type TreeEntry = BranchEntry | LinkEntry | EnrEntry;

/** The subdomain of an entry: 26 characters. */
export function entryName(text: string): string {
  return formatBase32(keccak256(utf8ToBytes(text)).subarray(0, HASH_BYTES));
}

/** Whether `name` is a hash of `text`. */
export function isNamed(text: string, name: string): boolean {
  const hash = parseBase32(name);
  if (hash === undefined || hash.length < MIN_HASH_BYTES) return false;
  return compareBytes(keccak256(utf8ToBytes(text)).subarray(0, hash.length), hash) === 0;
}

const ROOT = /^enrtree-root:v1 e=(\S+) l=(\S+) seq=(0|[1-9][0-9]{0,19}) sig=(\S+)$/;

/**
 * Parses a root. `verifyRoot` checks its signature.
 * @throws DnsEntryError `too-long`, `bad-syntax`, `bad-child-hash` or `bad-signature-encoding`
 */
export function parseRoot(text: string): RootEntry {
  checkLength(text);
  const [, enrRoot = '', linkRoot = '', digits = '', encoded = ''] = ROOT.exec(text) ?? [];
  const seq = BigInt(digits === '' ? MAX_SEQ + 1n : digits);
  if (seq > MAX_SEQ) {
    throw new DnsEntryError('bad-syntax', 'A root has the form enrtree-root:v1 e=… l=… seq=… sig=…');
  }
  checkHash(enrRoot);
  checkHash(linkRoot);
  return { type: 'root', enrRoot, linkRoot, seq, signature: parseSignature(encoded) };
}

/**
 * Parses the signature of a root, r | s | v.
 * @throws DnsEntryError `bad-signature-encoding`
 */
export function parseSignature(text: string): Uint8Array {
  const signature = parseBase64Url(text);
  if (signature?.length === RECOVERABLE_SIGNATURE_LENGTH) return signature;
  throw new DnsEntryError('bad-signature-encoding', 'The signature of a root is 65 bytes in URL-safe base64');
}

/** The signed fields of a root. */
type UnsignedRoot = Pick<RootEntry, 'enrRoot' | 'linkRoot' | 'seq'>;

const signedText = ({ enrRoot, linkRoot, seq }: UnsignedRoot): string =>
  `${ROOT_PREFIX} e=${enrRoot} l=${linkRoot} seq=${seq.toString()}`;

/** keccak-256 of the root's text without its signature. */
export function rootHash(root: UnsignedRoot): Uint8Array {
  return keccak256(utf8ToBytes(signedText(root)));
}

/** Whether the owner of `publicKey` (64 bytes) signed the root. The recovery ID is ignored, as in go-ethereum. */
export function verifyRoot(root: RootEntry, publicKey: Uint8Array): boolean {
  return verify(rootHash(root), root.signature.subarray(0, SIGNATURE_LENGTH), publicKey);
}

/** Signs a root. @throws CryptoError for a bad private key */
export function signRoot(root: UnsignedRoot, privateKey: Uint8Array): RootEntry {
  return { ...root, type: 'root', signature: sign(rootHash(root), privateKey) };
}

/** The text of a root. */
export function formatRoot(root: RootEntry): string {
  return `${signedText(root)} sig=${formatBase64Url(root.signature)}`;
}

/** The text of a branch. */
export function formatBranch(children: readonly string[]): string {
  return BRANCH_PREFIX + children.join(',');
}

/** Whether a text has the prefix of an entry below a root. */
export function isEntry(text: string): boolean {
  return [TREE_URL_PREFIX, BRANCH_PREFIX, ENR_PREFIX].some((prefix) => text.startsWith(prefix));
}

/** Whether a text has the prefix of a node record. */
export function isRecord(text: string): boolean {
  return text.startsWith(ENR_PREFIX);
}

/**
 * Parses an entry below a root; verifies the signature of a node record.
 * @throws DnsEntryError
 */
export function parseEntry(text: string): TreeEntry {
  checkLength(text);
  if (text.startsWith(TREE_URL_PREFIX)) return { type: 'link', link: parseTreeUrl(text) };
  if (text.startsWith(BRANCH_PREFIX)) return parseBranch(text.slice(BRANCH_PREFIX.length));
  if (text.startsWith(ENR_PREFIX)) return parseEnr(text);
  throw new DnsEntryError('unknown-entry', 'The text is not a branch, link or node record');
}

function parseBranch(list: string): BranchEntry {
  const children = list === '' ? [] : list.split(',');
  if (children.length > MAX_CHILDREN) {
    throw new DnsEntryError('too-many-children', `A branch has more than ${String(MAX_CHILDREN)} children`);
  }
  for (const child of children) checkHash(child);
  return { type: 'branch', children };
}

function parseEnr(text: string): EnrEntry {
  try {
    return { type: 'enr', record: enrFromText(text) };
  } catch (cause) {
    if (!(cause instanceof EnrError)) throw cause;
    throw new DnsEntryError('bad-enr', `A node record is invalid: ${cause.message}`, { cause });
  }
}

function checkHash(name: string): void {
  const bytes = parseBase32(name)?.length ?? 0;
  if (bytes >= MIN_HASH_BYTES && bytes <= MAX_HASH_BYTES) return;
  throw new DnsEntryError('bad-child-hash', 'The name of an entry is a hash of 12 to 32 bytes in base32');
}

function checkLength(text: string): void {
  if (text.length <= MAX_ENTRY_TEXT) return;
  throw new DnsEntryError('too-long', `The text has more than ${String(MAX_ENTRY_TEXT)} characters`);
}
