/**
 * The TXT records of DNS node lists. They are text, not RLP; a query is the name.
 * @see https://eips.ethereum.org/EIPS/eip-1459#dns-record-structure
 */
import { parseBase64Url } from '../../../shared/base64url.ts';
import { formatQuantity } from '../../../shared/format.ts';
import type { WireJson, WireNode } from '../../../shared/model/wire.ts';
import { parseBase32 } from '../../base/base32.ts';
import { to0x } from '../../base/bytes.ts';
import { decodeMessage, type Decoded } from '../decode.ts';
import { draft, type Draft } from '../draft.ts';
import { count, Fault, type FaultCode, type Kept } from '../item.ts';
import { toJson } from '../json.ts';
import { protocol, textMessage, type ProtocolSchema } from '../message-schema.ts';
import { record } from './enr.ts';

/** Bytes of the hash in a subdomain (go-ethereum p2p/dnsdisc/tree.go isValidHash). */
const MIN_HASH_BYTES = 12;
const MAX_HASH_BYTES = 32;
const SIGNATURE_BYTES = 65;
const KEY_BYTES = 33;
const MAX_SEQ = 2n ** 64n - 1n;
/** BOUNDED: hashes of a branch that are listed: those of a text of 64 KiB. */
const MAX_HASHES = 4_096;

const ROOT = 'enrtree-root:v1';
const BRANCH = 'enrtree-branch:';
const LINK = 'enrtree://';
const ENR = 'enr:';

/** The parts of a root behind its prefix, in their order. */
const ROOT_PARTS: readonly (readonly [key: string, name: string, read: Reader])[] = [
  ['e', 'enrRoot', readHash],
  ['l', 'linkRoot', readHash],
  ['seq', 'seq', readSeq],
  ['sig', 'signature', readSignature],
];

/** Reads a part of the text into its node. @throws Fault */
type Reader = (text: string, at: number, node: Draft) => WireJson;

/** Stops at a field; its path is known where it is read. */
class FieldFault extends Fault {
  readonly path: string;

  constructor(path: string, code: FaultCode, offset: number, message: string) {
    super(code, offset, message);
    this.path = path;
  }
}

/** Decodes the name of a query. */
function decodeName(kept: Kept, name: string): Decoded<WireJson> {
  return decodeText(kept, name, (text, root) => {
    field(root, 'name', 0, text.length, (node) => {
      node.type = 'domain name';
      node.value = text;
      return text;
    });
    return { name: text };
  });
}

/** Decodes a TXT record; an empty one stands for an answer without records. */
function decodeRecord(kept: Kept, name: string): Decoded<WireJson> {
  return decodeText(kept, name, (text, root) => {
    if (kept.total === 0) return {};
    if (text.startsWith(`${ROOT} `)) return { root: readRoot(text, root) };
    if (text.startsWith(BRANCH)) return { branch: { hashes: readBranch(text, root) } };
    if (text.startsWith(LINK)) return { link: readLink(text, root) };
    if (text.startsWith(ENR)) return { record: readRecord(text, root) };
    // Any TXT record of the domain comes with the root.
    field(root, 'text', 0, text.length, (node) => {
      node.type = 'text';
      node.value = text.slice(0, MAX_SHOWN);
      node.note = 'no record of a node list';
      return text;
    });
    return { text };
  });
}

/** Characters of a foreign record that the tree shows. */
const MAX_SHOWN = 256;

const latin1 = new TextDecoder('latin1');

function decodeText(
  kept: Kept,
  name: string,
  read: (text: string, root: Draft) => WireJson,
): Decoded<WireJson> {
  const tree = draft(name, 0, kept.total);
  try {
    if (kept.bytes.length < kept.total) {
      const part = `the first ${String(kept.bytes.length)} of ${count(kept.total)}`;
      throw new Fault('not-kept', kept.bytes.length, `was not kept: the recording has ${part}`);
    }
    return { value: read(latin1.decode(kept.bytes), tree), tree, fault: null };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const path = error instanceof FieldFault ? error.path : '';
    const message = `${path === '' ? name : path} ${error.message}`;
    return { value: undefined, tree, fault: { code: error.code, offset: error.offset, path, message } };
  }
}

/** Reads a field of the text into a node of its own. */
function field(
  parent: Draft,
  name: string,
  start: number,
  end: number,
  read: (node: Draft) => WireJson,
): WireJson {
  const node = draft(name, start, end);
  parent.children.push(node);
  return read(node);
}

function readRoot(text: string, root: Draft): WireJson {
  const values: Record<string, WireJson> = {};
  let at = ROOT.length;
  for (const [key, name, read] of ROOT_PARTS) {
    const prefix = ` ${key}=`;
    if (!text.startsWith(prefix, at)) throw new FieldFault(name, 'missing-item', at, 'is missing');
    const [start, from] = [at + 1, at + prefix.length];
    const space = text.indexOf(' ', from);
    const end = space < 0 ? text.length : space;
    values[name] = field(root, name, start, end, (node) => read(text.slice(from, end), from, node));
    at = end;
  }
  if (at < text.length)
    throw new Fault('trailing-bytes', at, `is followed by ${count(text.length - at)} after the signature`);
  return values;
}

function readBranch(text: string, root: Draft): WireJson {
  const hashes: WireJson[] = [];
  let at = BRANCH.length;
  while (at < text.length) {
    const comma = text.indexOf(',', at);
    const end = comma < 0 ? text.length : comma;
    const [start, name] = [at, `[${String(hashes.length)}]`];
    if (hashes.length >= MAX_HASHES)
      throw new FieldFault(name, 'too-many-items', at, `is beyond the limit of ${String(MAX_HASHES)} hashes`);
    hashes.push(field(root, name, start, end, (node) => readHash(text.slice(start, end), start, node)));
    at = end + 1;
    // A comma at the end is followed by an empty hash.
    if (comma === text.length - 1)
      throw new FieldFault(`[${String(hashes.length)}]`, 'missing-item', at, 'is missing');
  }
  return hashes;
}

function readLink(text: string, root: Draft): WireJson {
  const sign = text.indexOf('@', LINK.length);
  if (sign < 0) throw new FieldFault('publicKey', 'missing-item', LINK.length, 'is not followed by an @');
  const publicKey = field(root, 'publicKey', LINK.length, sign, (node) => {
    node.type = 'compressed public key';
    const key = parseBase32(text.slice(LINK.length, sign));
    if (key === undefined) throw wrong(node, 'invalid-text', 'is not base32');
    if (key.length !== KEY_BYTES)
      throw wrong(node, 'wrong-length', `has ${count(key.length)}, ${String(KEY_BYTES)} are required`);
    node.value = to0x(key);
    return node.value;
  });
  const domain = field(root, 'domain', sign + 1, text.length, (node) => {
    node.type = 'domain name';
    node.value = text.slice(sign + 1);
    if (node.value === '') throw wrong(node, 'missing-item', 'is missing');
    return node.value;
  });
  return { publicKey, domain };
}

/** The record in base64: each byte of it is in two or three characters of the text. */
function readRecord(text: string, root: Draft): WireJson {
  return field(root, 'record', ENR.length, text.length, (node) => {
    node.type = 'record';
    const bytes = parseBase64Url(text.slice(ENR.length));
    if (bytes === undefined) throw wrong(node, 'invalid-text', 'is not base64 with the URL-safe alphabet');
    const { value, tree, fault } = decodeMessage(record, 'record', { bytes, total: bytes.length });
    node.children = tree.children.map(inText);
    node.value = tree.value;
    if (fault !== null) {
      const { code, path, offset, message } = fault;
      const reason = message.slice((path === '' ? 'record' : path).length + 1);
      // decodeMessage gives codes of FaultCode only.
      throw new FieldFault(
        path === '' ? 'record' : `record.${path}`,
        code as FaultCode,
        charOf(offset),
        reason,
      );
    }
    return toJson(record, value);
  });
}

/** The character that holds the first bits of a byte of the record. */
const charOf = (offset: number): number => ENR.length + Math.floor((offset * 8) / 6);

/** A node of the record with its characters in place of its bytes. */
function inText(node: WireNode): Draft {
  return {
    ...node,
    start: charOf(node.start),
    end: node.end === node.start ? charOf(node.start) : ENR.length + Math.ceil((node.end * 8) / 6),
    children: node.children.map(inText),
  };
}

function readHash(text: string, _: number, node: Draft): WireJson {
  node.type = 'subdomain hash';
  node.value = text;
  const length = parseBase32(text)?.length;
  if (length === undefined) throw wrong(node, 'invalid-text', 'is not base32');
  if (length < MIN_HASH_BYTES || length > MAX_HASH_BYTES) {
    const allowed = `${String(MIN_HASH_BYTES)} to ${String(MAX_HASH_BYTES)} are allowed`;
    throw wrong(node, 'wrong-length', `has ${count(length)}, ${allowed}`);
  }
  return text;
}

function readSeq(text: string, at: number, node: Draft): WireJson {
  node.type = 'uint64';
  node.value = text;
  if (!/^(0|[1-9]\d*)$/.test(text))
    throw new FieldFault(node.name, 'invalid-text', at, 'is no decimal number');
  if (text.length > 20 || BigInt(text) > MAX_SEQ)
    throw new FieldFault(node.name, 'integer-too-large', at, 'must fit 64 bits');
  return text;
}

function readSignature(text: string, at: number, node: Draft): WireJson {
  node.type = 'signature';
  const signature = parseBase64Url(text);
  if (signature === undefined)
    throw new FieldFault(node.name, 'invalid-text', at, 'is not base64 with the URL-safe alphabet');
  if (signature.length !== SIGNATURE_BYTES) {
    const found = `has ${count(signature.length)}, ${String(SIGNATURE_BYTES)} are required`;
    throw new FieldFault(node.name, 'wrong-length', at, found);
  }
  node.value = to0x(signature);
  return node.value;
}

const wrong = ({ name, start }: Draft, code: FaultCode, message: string): FieldFault =>
  new FieldFault(name, code, start, message);

/** The JSON of a TXT record. */
interface RecordJson {
  readonly root?: { readonly seq: string };
  readonly branch?: { readonly hashes: readonly string[] };
  readonly link?: { readonly domain: string };
  readonly record?: { readonly seq: string };
  readonly text?: string;
}

/** One line of a TXT record. */
function summaryOf({ root, branch, link, record: enr, text }: RecordJson): string {
  if (root !== undefined) return `root, seq ${root.seq}`;
  if (branch !== undefined) return `branch, ${formatQuantity(branch.hashes.length, 'hash', 'hashes')}`;
  if (link !== undefined) return `link to ${link.domain}`;
  if (enr !== undefined) return `node record, seq ${enr.seq}`;
  return text === undefined ? 'no TXT record' : 'no record of a node list';
}

/** DNS node lists; the codes are the QR bit of a DNS message. */
export const DNS: ProtocolSchema = protocol('dns', 2, [
  textMessage('Query', {
    code: 0,
    role: { kind: 'request', answer: 'Answer' },
    decode: decodeName,
    summary: (value) => (value as { readonly name: string }).name,
  }),
  textMessage('Answer', {
    code: 1,
    role: { kind: 'answer', request: 'Query' },
    decode: decodeRecord,
    summary: (value) => summaryOf(value as RecordJson),
  }),
]);
