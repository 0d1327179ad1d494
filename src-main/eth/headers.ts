/**
 * Codec of block headers.
 * @see https://github.com/ethereum/devp2p/blob/master/caps/eth.md#block-encoding-and-validity
 */
import { KECCAK_LENGTH, keccak256 } from '../base/keccak.ts';
import { readRlp, type RlpReader } from '../base/rlp.ts';
import { ADDRESS_LENGTH, BLOOM_LENGTH } from './constants.ts';
import { reading } from './errors.ts';

/** Length of the nonce of a header, bytes. */
const HEADER_NONCE_LENGTH = 8;

/** The header fields of all forks. */
export interface BlockHeader {
  /** Block hash: keccak-256 of the encoded header. */
  readonly hash: Uint8Array;
  readonly parentHash: Uint8Array;
  readonly ommersHash: Uint8Array;
  readonly coinbase: Uint8Array;
  readonly stateRoot: Uint8Array;
  readonly transactionsRoot: Uint8Array;
  readonly receiptsRoot: Uint8Array;
  readonly bloom: Uint8Array;
  readonly difficulty: bigint;
  readonly number: bigint;
  readonly gasLimit: bigint;
  readonly gasUsed: bigint;
  /** Unix time, seconds. */
  readonly time: bigint;
  readonly extraData: Uint8Array;
  readonly mixHash: Uint8Array;
  readonly nonce: Uint8Array;
  /** Number of fields after the nonce: 1 since London, 2 since Shanghai, 5 since Cancun, 6 since Prague. */
  readonly laterFields: number;
}

/**
 * Decodes a header.
 * @throws EthCodecError `malformed-message`
 */
export function decodeHeader(encoded: Uint8Array): BlockHeader {
  return reading('A block header', () =>
    readRlp(encoded, (reader) => {
      const fields = reader.list();
      const header = { hash: keccak256(encoded), ...readFields(fields) };
      let laterFields = 0;
      while (!fields.done) {
        fields.bytes(KECCAK_LENGTH);
        laterFields++;
      }
      return { ...header, laterFields };
    }),
  );
}

/** Returns the encoding of the next item, which must be a list. */
export function readHeaderItem(reader: RlpReader): Uint8Array {
  const encoded = reader.raw();
  readRlp(encoded, (items) => items.list());
  return encoded;
}

function readFields(fields: RlpReader): Omit<BlockHeader, 'hash' | 'laterFields'> {
  return {
    parentHash: fields.fixedBytes(KECCAK_LENGTH),
    ommersHash: fields.fixedBytes(KECCAK_LENGTH),
    coinbase: fields.fixedBytes(ADDRESS_LENGTH),
    stateRoot: fields.fixedBytes(KECCAK_LENGTH),
    transactionsRoot: fields.fixedBytes(KECCAK_LENGTH),
    receiptsRoot: fields.fixedBytes(KECCAK_LENGTH),
    bloom: fields.fixedBytes(BLOOM_LENGTH),
    difficulty: fields.uint256(),
    number: fields.uint64(),
    gasLimit: fields.uint64(),
    gasUsed: fields.uint64(),
    time: fields.uint64(),
    extraData: fields.bytes(),
    mixHash: fields.fixedBytes(KECCAK_LENGTH),
    nonce: fields.fixedBytes(HEADER_NONCE_LENGTH),
  };
}
