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

/** The header fields of all forks, and those that later forks appended; a fork's fields are undefined before it. */
export interface BlockHeader extends FirstFields, LaterFields {
  /** Block hash: keccak-256 of the encoded header. */
  readonly hash: Uint8Array;
}

interface FirstFields {
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
}

interface LaterFields {
  /** Wei; since London (EIP-1559). */
  readonly baseFee: bigint | undefined;
  /** Since Shanghai (EIP-4895). */
  readonly withdrawalsRoot: Uint8Array | undefined;
  /** Since Cancun (EIP-4844). */
  readonly blobGasUsed: bigint | undefined;
  readonly excessBlobGas: bigint | undefined;
  /** Since Cancun (EIP-4788). */
  readonly parentBeaconRoot: Uint8Array | undefined;
  /** Since Prague (EIP-7685). */
  readonly requestsHash: Uint8Array | undefined;
  /** keccak-256 of the encoded block access list; since Amsterdam (EIP-7928). */
  readonly accessListHash: Uint8Array | undefined;
  /** Since Amsterdam (EIP-7843). */
  readonly slotNumber: bigint | undefined;
}

/**
 * Decodes a header.
 * @throws EthCodecError `malformed-message`
 */
export function decodeHeader(encoded: Uint8Array): BlockHeader {
  return reading('A block header', () =>
    readRlp(encoded, (reader) => {
      const fields = reader.list();
      const header = { hash: keccak256(encoded), ...readFirstFields(fields), ...readLaterFields(fields) };
      // A fork that is not known here may append more fields.
      while (!fields.done) fields.bytes(KECCAK_LENGTH);
      return header;
    }),
  );
}

/** Returns the encoding of the next item, which must be a list. */
export function readHeaderItem(reader: RlpReader): Uint8Array {
  const encoded = reader.raw();
  readRlp(encoded, (items) => items.list());
  return encoded;
}

function readFirstFields(fields: RlpReader): FirstFields {
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

function readLaterFields(fields: RlpReader): LaterFields {
  const hash = (): Uint8Array | undefined => (fields.done ? undefined : fields.fixedBytes(KECCAK_LENGTH));
  const uint64 = (): bigint | undefined => (fields.done ? undefined : fields.uint64());
  return {
    baseFee: fields.done ? undefined : fields.uint256(),
    withdrawalsRoot: hash(),
    blobGasUsed: uint64(),
    excessBlobGas: uint64(),
    parentBeaconRoot: hash(),
    requestsHash: hash(),
    accessListHash: hash(),
    slotNumber: uint64(),
  };
}
