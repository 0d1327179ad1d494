/**
 * The sidecar of a blob transaction: its blobs, their commitments and proofs. That the proofs are right is the client's to
 * check; here only what needs no elliptic curve of BLS.
 * @see https://eips.ethereum.org/EIPS/eip-4844#networking (version 0: one proof a blob)
 * @see https://eips.ethereum.org/EIPS/eip-7594#networking (version 1: 128 cell proofs a blob)
 */
import { EMPTY_BYTES, equalBytes } from '../base/bytes.ts';
import { readRlp, type RlpReader } from '../base/rlp.ts';
import { sha256 } from '../base/symmetric.ts';
import { EthCodecError, reading } from '../eth/errors.ts';

const BLOB_BYTES = 131_072;
const COMMITMENT_BYTES = 48;
const PROOF_BYTES = 48;
const CELLS_PER_BLOB = 128;
const HASH_BYTES = 32;

/** First byte of a versioned hash of a commitment (EIP-4844, VERSIONED_HASH_VERSION_KZG). */
const KZG_VERSION = 0x01;

/** Place of the versioned hashes among the fields of a blob transaction (EIP-4844). */
const VERSIONED_HASHES = 10;

/** BOUNDED: blobs of one transaction; a message has room for fewer. */
const MAX_BLOBS = 128;

/** A sidecar, with its items as they were sent. */
export interface BlobSidecar {
  readonly version: 0 | 1;
  readonly blobs: readonly Uint8Array[];
  readonly commitments: readonly Uint8Array[];
  readonly proofs: readonly Uint8Array[];
}

/** Reads the items after the transaction: an optional version, blobs, commitments and proofs. @throws CodecError */
export function readSidecar(items: RlpReader): BlobSidecar {
  const version = items.nextIsList() ? 0 : items.uint(1) === 1 ? 1 : undefined;
  if (version === undefined)
    throw new EthCodecError('malformed-message', { detail: 'a sidecar with version 0' });
  const read = (length: number, most: number): readonly Uint8Array[] =>
    items.listOf((item) => item.fixedBytes(length), most);
  return {
    version,
    blobs: read(BLOB_BYTES, MAX_BLOBS),
    commitments: read(COMMITMENT_BYTES, MAX_BLOBS),
    proofs: read(PROOF_BYTES, MAX_BLOBS * CELLS_PER_BLOB),
  };
}

/**
 * Says what is wrong with the sidecar of a blob transaction; undefined when its commitments are those of the transaction.
 * @param fields the encoded fields of the transaction
 * @throws EthCodecError `malformed-message` when the transaction has no list of versioned hashes
 */
export function sidecarFault(
  fields: readonly Uint8Array[],
  sidecar: BlobSidecar | undefined,
): string | undefined {
  if (sidecar === undefined) return 'it has no blobs';
  const hashes = reading('The versioned hashes of a transaction', () =>
    readRlp(fields[VERSIONED_HASHES] ?? EMPTY_BYTES, (reader) =>
      reader.listOf((item) => item.fixedBytes(HASH_BYTES), MAX_BLOBS),
    ),
  );
  const { version, blobs, commitments, proofs } = sidecar;
  if (hashes.length === 0) return 'it has no versioned hashes';
  const counts: readonly (readonly [what: string, found: number, expected: number])[] = [
    ['blobs', blobs.length, hashes.length],
    ['commitments', commitments.length, hashes.length],
    ['proofs', proofs.length, hashes.length * (version === 0 ? 1 : CELLS_PER_BLOB)],
  ];
  for (const [what, found, expected] of counts)
    if (found !== expected) return `it has ${String(found)} ${what} instead of ${String(expected)}`;
  const wrong = commitments.findIndex((commitment, at) => {
    const hash = hashes[at];
    return hash === undefined || !equalBytes(versionedHash(commitment), hash);
  });
  return wrong === -1 ? undefined : `commitment ${String(wrong)} is not that of its versioned hash`;
}

/** The versioned hash of a commitment: a version byte and the end of its SHA-256 (EIP-4844, kzg_to_versioned_hash). */
function versionedHash(commitment: Uint8Array): Uint8Array {
  const hash = sha256(commitment).slice();
  hash[0] = KZG_VERSION;
  return hash;
}
