/**
 * Makes DNS node lists. The tree has the same structure as go-ethereum's, so that a signature of one is valid for the
 * other (p2p/dnsdisc/tree.go MakeTree).
 */
import { bytesToHex, compareBytes } from '../../base/bytes.ts';
import { readRlp, RlpError } from '../../base/rlp.ts';
import { enrToText, type Enr } from '../../node-record/enr.ts';
import { entryName, formatBranch, formatRoot, signRoot, verifyRoot, type RootEntry } from './entries.ts';
import { DnsEntryError, DnsListError } from './errors.ts';
import { parseTreeUrl } from './tree-url.ts';

/**
 * Children of a branch. With 26 characters and a comma each, a DNS answer with its name stays below 512 bytes
 * (tree.go maxChildren = 370 / 27).
 */
const CHILDREN = 13;

/** Keys of a record whose values must be ports (tree.go checkRecordPorts). */
const PORT_KEYS = ['tcp', 'tcp6', 'udp', 'udp6', 'quic', 'quic6'];

/** A list without its signature. */
export interface UnsignedTree {
  readonly seq: bigint;
  readonly enrRoot: string;
  readonly linkRoot: string;
  /** Entries by name, without the root. */
  readonly entries: ReadonlyMap<string, string>;
}

/** A list with a signed root. */
export interface SignedTree extends UnsignedTree {
  readonly root: RootEntry;
}

/**
 * Makes a list of records, which are sorted by node ID, and of links in the given order.
 * @throws DnsListError `bad-node` for a duplicate record or one that clients would refuse, `bad-seq` above 64 bits,
 *   `link-cycle` for a duplicate link; DnsEntryError for an invalid link
 */
export function makeTree(seq: bigint, records: readonly Enr[], links: readonly string[]): UnsignedTree {
  if (seq < 0n || seq >= 2n ** 64n) {
    throw new DnsListError('bad-seq', 'The sequence number is not an unsigned 64-bit integer');
  }
  const sorted = [...records].sort((a, b) => compareBytes(a.nodeId, b.nodeId));
  for (const [at, record] of sorted.entries()) checkRecord(record, sorted[at - 1]);
  checkLinks(links);
  const entries = new Map<string, string>();
  const add = (text: string): string => {
    const name = entryName(text);
    entries.set(name, text);
    return name;
  };
  const enrRoot = add(build(sorted.map(enrToText), add));
  const linkRoot = add(build(links, add));
  return { seq, enrRoot, linkRoot, entries };
}

/** The topmost entry above these texts; adds the branches between. A single text is its own topmost entry. */
function build(texts: readonly string[], add: (text: string) => string): string {
  const [only] = texts;
  if (texts.length === 1 && only !== undefined) return only;
  if (texts.length <= CHILDREN) return formatBranch(texts.map(add));
  const tops: string[] = [];
  for (let at = 0; at < texts.length; at += CHILDREN) {
    const top = build(texts.slice(at, at + CHILDREN), add);
    add(top);
    tops.push(top);
  }
  return build(tops, add);
}

function checkRecord(record: Enr, before: Enr | undefined): void {
  const refuse = (why: string): DnsListError =>
    new DnsListError('bad-node', `The node ${shortId(record)} cannot be in a list: ${why}`);
  if (before !== undefined && compareBytes(record.nodeId, before.nodeId) === 0) {
    throw refuse('it is a duplicate');
  }
  for (const key of PORT_KEYS) {
    const encoded = record.get(key);
    if (encoded !== undefined && !isPort(encoded))
      throw refuse(`the value of “${key}” in its record is not a port`);
  }
}

function isPort(encoded: Uint8Array): boolean {
  try {
    readRlp(encoded, (reader) => reader.uint(0xffff));
    return true;
  } catch (error) {
    if (error instanceof RlpError) return false;
    throw error;
  }
}

const shortId = ({ nodeId }: Enr): string => `${bytesToHex(nodeId.subarray(0, 8))}…`;

function checkLinks(links: readonly string[]): void {
  const seen = new Set<string>();
  for (const link of links) {
    const { url } = parseTreeUrl(link);
    if (seen.has(url)) throw new DnsListError('link-cycle', `The link ${link} is a duplicate`);
    seen.add(url);
  }
}

/**
 * Signs a list.
 * @param privateKey 32 bytes
 * @throws CryptoError for an invalid private key
 */
export function signTree(tree: UnsignedTree, privateKey: Uint8Array): SignedTree {
  return { ...tree, root: signRoot(rootOf(tree), privateKey) };
}

/**
 * Adds an existing signature to a list.
 * @param signature r | s | v, 65 bytes
 * @param publicKey 64 bytes
 * @throws DnsEntryError `bad-signature` if the key did not sign this list
 */
export function withSignature(tree: UnsignedTree, signature: Uint8Array, publicKey: Uint8Array): SignedTree {
  const root: RootEntry = { ...rootOf(tree), type: 'root', signature };
  if (!verifyRoot(root, publicKey)) {
    throw new DnsEntryError('bad-signature', 'The list’s key did not sign these nodes and links');
  }
  return { ...tree, root };
}

const rootOf = ({
  seq,
  enrRoot,
  linkRoot,
}: UnsignedTree): Pick<RootEntry, 'seq' | 'enrRoot' | 'linkRoot'> => ({
  seq,
  enrRoot,
  linkRoot,
});

/** The TXT records of a list, text by DNS name. */
export function txtRecords({ root, entries }: SignedTree, domain: string): Map<string, string> {
  const records = new Map([[domain, formatRoot(root)]]);
  for (const [name, text] of entries) records.set(`${name}.${domain}`, text);
  return records;
}
