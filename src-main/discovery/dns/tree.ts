/**
 * Makes DNS node lists. The shape is go-ethereum's, so that both sign the same tree of the same nodes and either's
 * signature holds for the other (p2p/dnsdisc/tree.go MakeTree).
 */
import { bytesToHex, compareBytes } from '../../base/bytes.ts';
import { readRlp, RlpError } from '../../base/rlp.ts';
import { enrToText, type Enr } from '../../node-record/enr.ts';
import { entryName, formatBranch, formatRoot, signRoot, verifyRoot, type RootEntry } from './entries.ts';
import { DnsEntryError, DnsListError } from './errors.ts';
import { parseTreeUrl } from './tree-url.ts';

/**
 * Children of a branch: 26 characters and a comma each keep an answer, with its name, below 512 bytes
 * (tree.go maxChildren = 370 / 27).
 */
const CHILDREN = 13;

/** What of a record must be a port if it is there (tree.go checkRecordPorts). */
const PORT_KEYS = ['tcp', 'tcp6', 'udp', 'udp6', 'quic', 'quic6'];

/** A list without its signature. */
export interface UnsignedTree {
  readonly seq: bigint;
  readonly enrRoot: string;
  readonly linkRoot: string;
  /** Texts by their names, without the root. */
  readonly entries: ReadonlyMap<string, string>;
}

/** A list with its root signed. */
export interface SignedTree extends UnsignedTree {
  readonly root: RootEntry;
}

/**
 * Makes a list of records, which are sorted by node ID, and of links in their order.
 * @throws DnsListError `bad-node` for a record that others would refuse or that is there twice, `bad-seq` beyond 64
 *   bits, `link-cycle` for a link that is there twice; DnsEntryError for one that is none
 */
export function makeTree(seq: bigint, records: readonly Enr[], links: readonly string[]): UnsignedTree {
  if (seq < 0n || seq >= 2n ** 64n) {
    throw new DnsListError('bad-seq', 'The sequence number is no unsigned integer of 64 bits');
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

/** The text of the topmost entry over these; entries between are added. A single text is its own topmost entry. */
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
    throw refuse('it is there twice');
  }
  for (const key of PORT_KEYS) {
    const encoded = record.get(key);
    if (encoded !== undefined && !isPort(encoded)) throw refuse(`the “${key}” of its record is no port`);
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
    if (seen.has(url)) throw new DnsListError('link-cycle', `The link ${link} is there twice`);
    seen.add(url);
  }
}

/** Signs a list. @throws CryptoError for a bad private key */
export function signTree(tree: UnsignedTree, privateKey: Uint8Array): SignedTree {
  return { ...tree, root: signRoot(rootOf(tree), privateKey) };
}

/**
 * Puts a signature that was made earlier to a list.
 * @param signature r | s | v
 * @throws DnsEntryError `bad-signature` when it is not the key's for this very list
 */
export function withSignature(tree: UnsignedTree, signature: Uint8Array, publicKey: Uint8Array): SignedTree {
  const root: RootEntry = { ...rootOf(tree), type: 'root', signature };
  if (!verifyRoot(root, publicKey)) {
    throw new DnsEntryError(
      'bad-signature',
      'The signature is not that of the list’s key for these nodes and links',
    );
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
