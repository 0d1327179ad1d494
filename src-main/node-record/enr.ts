/**
 * Ethereum node records (ENR): the identity and endpoint of a node as signed, sorted key/value pairs.
 * @see https://eips.ethereum.org/EIPS/eip-778
 */
import type { ForkId } from '../chain/fork-id.ts';
import { formatEnrText, MAX_ENR_BYTES, parseEnrText } from '../../shared/enr-text.ts';
import { bytesToHex } from '../base/bytes.ts';
import { CryptoError } from '../base/crypto-error.ts';
import { CodecError } from '../base/errors.ts';
import { bytesToIp } from '../base/ip.ts';
import { keccak256 } from '../base/keccak.ts';
import { encodeRlp, RawRlp, RlpError, readRlp, type RlpInput, type RlpReader } from '../base/rlp.ts';
import { compress, decompress, publicKeyOf, sign, verify } from '../base/secp256k1.ts';
import { SIGNATURE_LENGTH } from '../base/secp256k1-lengths.ts';
import { nodeIdOf } from './node-id.ts';

/** Error codes of EnrError. */
export type EnrErrorCode =
  | 'missing-prefix'
  | 'bad-base64'
  | 'too-large'
  | 'truncated'
  | 'trailing-bytes'
  | 'bad-rlp'
  | 'bad-seq'
  | 'incomplete-list'
  | 'incomplete-pair'
  | 'unsorted-keys'
  | 'duplicate-key'
  | 'unknown-identity-scheme'
  | 'missing-public-key'
  | 'bad-public-key'
  | 'bad-signature';

/** Bytes or text that are not a valid node record. */
export class EnrError extends CodecError<EnrErrorCode> {}

/** The only identity scheme: secp256k1 and keccak-256 (EIP-778, "v4" Identity Scheme). */
const SCHEME = 'v4';

/** Largest sequence number: the largest unsigned 64-bit integer. */
export const MAX_ENR_SEQ = 2n ** 64n - 1n;

/** The parts of a record, not verified. Values are encoded RLP items; keys are Latin-1 text. */
export interface EnrStructure {
  readonly signature: Uint8Array;
  readonly seq: bigint;
  readonly pairs: ReadonlyMap<string, Uint8Array>;
}

/** A node record with a valid signature; immutable. */
export class Enr {
  readonly seq: bigint;
  /** r | s, 64 bytes. */
  readonly signature: Uint8Array;
  /** The record as RLP, at most 300 bytes. */
  readonly encoded: Uint8Array;
  /** Uncompressed secp256k1 public key, 64 bytes. */
  readonly publicKey: Uint8Array;
  /** keccak-256 of the public key, 32 bytes. */
  readonly nodeId: Uint8Array;
  readonly #pairs: ReadonlyMap<string, Uint8Array>;

  constructor(structure: EnrStructure, encoded: Uint8Array, publicKey: Uint8Array) {
    this.seq = structure.seq;
    this.signature = structure.signature;
    this.encoded = encoded;
    this.publicKey = publicKey;
    this.nodeId = nodeIdOf(publicKey);
    this.#pairs = structure.pairs;
  }

  /** The identity scheme's name. */
  get id(): string {
    return SCHEME;
  }

  /** The keys in the order of the record. */
  keys(): string[] {
    return [...this.#pairs.keys()];
  }

  /** The RLP encoding of the value of a key, known or unknown. */
  get(key: string): Uint8Array | undefined {
    return this.#pairs.get(key);
  }

  /** IPv4 address; undefined when it is missing or malformed, as are the entries below. */
  get ip(): string | undefined {
    return this.#address('ip', 4);
  }

  get tcp(): number | undefined {
    return this.#port('tcp');
  }

  get udp(): number | undefined {
    return this.#port('udp');
  }

  /** IPv6 address; undefined for an IPv4-mapped address. */
  get ip6(): string | undefined {
    const ip = this.#address('ip6', 16);
    return ip?.includes(':') === true ? ip : undefined;
  }

  get tcp6(): number | undefined {
    return this.#port('tcp6');
  }

  get udp6(): number | undefined {
    return this.#port('udp6');
  }

  /**
   * The fork identifier of an execution-layer node.
   * @see https://github.com/ethereum/devp2p/blob/master/enr-entries/eth.md
   */
  get eth(): ForkId | undefined {
    return this.#read('eth', (reader) => {
      const forkId = reader.list().list();
      return { hash: forkId.fixedBytes(4), next: forkId.uint64() };
    });
  }

  #address(key: string, length: number): string | undefined {
    const bytes = this.#read(key, (reader) => reader.fixedBytes(length));
    return bytes === undefined ? undefined : bytesToIp(bytes);
  }

  #port(key: string): number | undefined {
    return this.#read(key, (reader) => reader.uint(0xffff));
  }

  #read<T>(key: string, read: (reader: RlpReader) => T): T | undefined {
    const encoded = this.#pairs.get(key);
    if (encoded === undefined) return undefined;
    try {
      return readRlp(encoded, read);
    } catch (error) {
      if (error instanceof RlpError) return undefined;
      throw error;
    }
  }
}

/**
 * Decodes a record from RLP and verifies its signature.
 * @throws EnrError
 */
export function decodeEnr(bytes: Uint8Array): Enr {
  if (bytes.length > MAX_ENR_BYTES) {
    throw new EnrError('too-large', `An ENR has at most ${String(MAX_ENR_BYTES)} bytes`);
  }
  // A copy, because the caller's bytes are often a view of a datagram, and records are kept.
  const encoded = bytes.slice();
  const structure = decodeEnrStructure(encoded);
  const publicKey = publicKeyIn(structure);
  if (structure.signature.length !== SIGNATURE_LENGTH) {
    throw new EnrError('bad-signature', 'The signature does not have 64 bytes');
  }
  if (!verify(contentHash(structure.seq, structure.pairs), structure.signature, publicKey)) {
    throw new EnrError('bad-signature', 'The signature is not by the public key of the record');
  }
  return new Enr(structure, encoded, publicKey);
}

/**
 * Decodes the parts of a record. Checks the structure, the sequence number and the order of keys, not the signature.
 * @throws EnrError
 */
export function decodeEnrStructure(bytes: Uint8Array): EnrStructure {
  try {
    return readRlp(bytes, (reader) => readStructure(reader.list()));
  } catch (cause) {
    if (!(cause instanceof RlpError)) throw cause;
    const code = cause.code === 'truncated' || cause.code === 'trailing-bytes' ? cause.code : 'bad-rlp';
    throw new EnrError(code, cause.message, { cause });
  }
}

function readStructure(items: RlpReader): EnrStructure {
  expectItem(items, 'incomplete-list', 'The record lacks its signature');
  const signature = items.bytes();
  expectItem(items, 'incomplete-list', 'The record lacks its sequence number');
  const seq = readSeq(items);
  const pairs = new Map<string, Uint8Array>();
  let previous: string | undefined;
  while (!items.done) {
    const key = String.fromCharCode(...items.bytes());
    expectItem(items, 'incomplete-pair', 'The record ends with a key that has no value');
    if (key === previous) throw new EnrError('duplicate-key', 'The record has a key twice');
    if (previous !== undefined && key < previous)
      throw new EnrError('unsorted-keys', 'The keys are not in order');
    pairs.set(key, items.raw());
    previous = key;
  }
  return { signature, seq, pairs };
}

function expectItem(items: RlpReader, code: EnrErrorCode, problem: string): void {
  if (items.done) throw new EnrError(code, problem);
}

function readSeq(items: RlpReader): bigint {
  try {
    return items.uint64();
  } catch (cause) {
    const isNumberFault =
      cause instanceof RlpError &&
      (cause.code === 'integer-too-large' || cause.code === 'non-minimal-integer');
    if (!isNumberFault) throw cause;
    throw new EnrError('bad-seq', 'The sequence number is not a 64-bit integer', { cause });
  }
}

const SCHEME_VALUE_HEX = bytesToHex(encodeRlp(SCHEME));

function publicKeyIn({ pairs }: EnrStructure): Uint8Array {
  const scheme = pairs.get('id');
  if (scheme === undefined || bytesToHex(scheme) !== SCHEME_VALUE_HEX) {
    throw new EnrError('unknown-identity-scheme', 'The record’s identity scheme is not "v4"');
  }
  const encoded = pairs.get('secp256k1');
  if (encoded === undefined) throw new EnrError('missing-public-key', 'The record has no secp256k1 key');
  try {
    return decompress(readRlp(encoded, (reader) => reader.bytes()));
  } catch (cause) {
    if (!(cause instanceof RlpError || cause instanceof CryptoError)) throw cause;
    throw new EnrError('bad-public-key', 'The record’s secp256k1 key is not a point of the curve', { cause });
  }
}

/** The hash that is signed: of the record's list without the signature. */
function contentHash(seq: bigint, pairs: ReadonlyMap<string, Uint8Array>): Uint8Array {
  return keccak256(encodeRlp([seq, ...pairItems(pairs)]));
}

function* pairItems(pairs: ReadonlyMap<string, Uint8Array>): Generator<RlpInput> {
  for (const [key, value] of pairs) yield* [keyBytes(key), new RawRlp(value)];
}

function keyBytes(key: string): Uint8Array {
  return Uint8Array.from(key, (character) => character.charCodeAt(0));
}

/** The encoding of a record as RLP. */
export function encodeEnr(enr: Enr): Uint8Array {
  return enr.encoded;
}

/** Entries of a new record by key, without `id` and `secp256k1`. */
export type EnrEntries = Readonly<Record<string, RlpInput | undefined>>;

/**
 * Creates and signs a record, with `id` and `secp256k1` added. Undefined entries are omitted; to copy an entry of another
 * record, wrap its value in RawRlp.
 * @throws EnrError `too-large` above 300 bytes, `bad-seq` beyond 64 bits; CryptoError for a bad private key
 */
export function signEnr(entries: EnrEntries, seq: bigint, privateKey: Uint8Array): Enr {
  if (seq < 0n || seq > MAX_ENR_SEQ)
    throw new EnrError('bad-seq', 'The sequence number is not a 64-bit integer');
  const publicKey = publicKeyOf(privateKey);
  const pairs = sortPairs({ ...entries, id: SCHEME, secp256k1: compress(publicKey) });
  const signature = sign(contentHash(seq, pairs), privateKey).slice(0, SIGNATURE_LENGTH);
  const encoded = encodeRlp([signature, seq, ...pairItems(pairs)]);
  if (encoded.length > MAX_ENR_BYTES) {
    throw new EnrError(
      'too-large',
      `The record would have ${String(encoded.length)} of ${String(MAX_ENR_BYTES)} bytes`,
    );
  }
  return new Enr({ signature, seq, pairs }, encoded, publicKey);
}

function sortPairs(entries: EnrEntries): Map<string, Uint8Array> {
  const pairs = new Map<string, Uint8Array>();
  for (const key of Object.keys(entries).sort()) {
    const value = entries[key];
    if (value !== undefined) pairs.set(key, encodeRlp(value));
  }
  return pairs;
}

/** The value of an `eth` entry: a list with the fork ID. */
export function ethEntry({ hash, next }: ForkId): RlpInput {
  return [[hash, next]];
}

/** The text of a record: `enr:` and its RLP in base64url. */
export function enrToText(enr: Enr): string {
  return formatEnrText(enr.encoded);
}

/**
 * Decodes and verifies the text of a record.
 * @throws EnrError
 */
export function enrFromText(text: string): Enr {
  const result = parseEnrText(text);
  if (!result.ok) throw new EnrError(result.reason, result.message);
  return decodeEnr(result.bytes);
}
