/**
 * Keys and values of an archive's database. Each value has a checksum over its sub-level, its key and its bytes: LevelDB
 * does not check its tables when it reads them, and what is served must be what was verified.
 */
import { crc32 } from 'node:zlib';
import { bytesToHex, concatBytes, writeUint } from '../base/bytes.ts';
import { encodeRlp, readRlp } from '../base/rlp.ts';
import { StoreError } from '../store/errors.ts';

/** Version of the schema. */
export const ARCHIVE_SCHEMA = 1;

/** The sub-levels. Numbers are keys of 8 bytes, big-endian, so that blocks are in order. */
export const ARCHIVE_LEVELS = {
  /** name → value of the archive: `state`, and an empty one for each `importedKey`. */
  meta: 'meta',
  /** number → hash. */
  hashes: 'hashes',
  /** hash → number. */
  numbers: 'numbers',
  /** number → RLP of the header. */
  headers: 'headers',
  /** number → RLP of the body. */
  bodies: 'bodies',
  /** number → RLP of the receipts, in the flat form of eth/69; absent where no file had them. */
  receipts: 'receipts',
} as const;

/** One of ARCHIVE_LEVELS. */
export type ArchiveLevelName = keyof typeof ARCHIVE_LEVELS;

/** Key in `meta` of the state. */
export const STATE_KEY = new TextEncoder().encode('state');

/** Key in `meta` that is there when a file was imported to its end. @param path absolute */
export function importedKey(path: string): Uint8Array {
  return new TextEncoder().encode(`imported ${path}`);
}

/** What an archive has; written with the blocks in one step, so that it is true after a crash. */
export interface ArchiveState {
  /** Hash of the genesis block of its network, 32 bytes. */
  readonly genesisHash: Uint8Array;
  readonly earliest: bigint;
  readonly latest: bigint;
  /** Hash of block `latest`, 32 bytes. */
  readonly latestHash: Uint8Array;
  /** Unix time of block `latest`, seconds. */
  readonly latestTime: bigint;
  /** That of block `latest`; undefined where neither genesis nor a file gave it. */
  readonly totalDifficulty: bigint | undefined;
  /** Number of blocks without receipts. */
  readonly withoutReceipts: bigint;
}

const HASH_LENGTH = 32;
/** Length of a `numberKey`. */
export const NUMBER_LENGTH = 8;
const CHECKSUM_LENGTH = 4;

/** Key of a block number. @param number below 2^64 */
export function numberKey(number: bigint): Uint8Array {
  const key = new Uint8Array(NUMBER_LENGTH);
  new DataView(key.buffer).setBigUint64(0, number);
  return key;
}

/** The number of a key or value of `numberKey`. */
export function keyNumber(key: Uint8Array): bigint {
  return new DataView(key.buffer, key.byteOffset, NUMBER_LENGTH).getBigUint64(0);
}

/** Adds the checksum to a value. */
export function sealValue(level: ArchiveLevelName, key: Uint8Array, value: Uint8Array): Uint8Array {
  const checksum = new Uint8Array(CHECKSUM_LENGTH);
  writeUint(checksum, 0, 4, checksumOf(level, key, value));
  return concatBytes(checksum, value);
}

/**
 * Verifies the checksum of a value and removes it.
 * @throws StoreError `database-corrupt`
 */
export function openValue(level: ArchiveLevelName, key: Uint8Array, sealed: Uint8Array): Uint8Array {
  const isWhole = sealed.length >= CHECKSUM_LENGTH;
  const length = isWhole ? sealed.length - CHECKSUM_LENGTH : 0;
  // LevelDB gives a Buffer, whose slices are Buffers.
  const value = new Uint8Array(sealed.buffer, sealed.byteOffset + sealed.length - length, length);
  const view = new DataView(sealed.buffer, sealed.byteOffset, sealed.length);
  if (isWhole && view.getUint32(0) === checksumOf(level, key, value)) return value;
  throw new StoreError(
    'database-corrupt',
    `The archive has damaged data (${level} ${bytesToHex(key)}): delete its folder and import again.`,
  );
}

/** Checksums of the names of the sub-levels, with which that of each value begins. */
const LEVEL_CHECKSUMS = Object.fromEntries(
  Object.keys(ARCHIVE_LEVELS).map((level) => [level, crc32(level)]),
) as Readonly<Record<ArchiveLevelName, number>>;

function checksumOf(level: ArchiveLevelName, key: Uint8Array, value: Uint8Array): number {
  return crc32(value, crc32(key, LEVEL_CHECKSUMS[level]));
}

/** Encodes the state. */
export function encodeState(state: ArchiveState): Uint8Array {
  const { genesisHash, earliest, latest, latestHash, latestTime, totalDifficulty, withoutReceipts } = state;
  const difficulty = totalDifficulty === undefined ? [] : [totalDifficulty];
  const range = [earliest, latest, latestHash, latestTime];
  return encodeRlp([ARCHIVE_SCHEMA, genesisHash, ...range, difficulty, withoutReceipts]);
}

/** Decodes the state. @throws StoreError `newer-schema`, RlpError */
export function decodeState(encoded: Uint8Array): ArchiveState {
  return readRlp(encoded, (reader) => {
    const fields = reader.list();
    const schema = fields.uint();
    if (schema !== ARCHIVE_SCHEMA) {
      throw new StoreError(
        'newer-schema',
        `The archive has the layout ${String(schema)}, which this Enodeck does not know (it knows ${String(ARCHIVE_SCHEMA)}): use the newer Enodeck, or import into another folder.`,
      );
    }
    return {
      genesisHash: fields.fixedBytes(HASH_LENGTH).slice(),
      earliest: fields.uint64(),
      latest: fields.uint64(),
      latestHash: fields.fixedBytes(HASH_LENGTH).slice(),
      latestTime: fields.uint64(),
      totalDifficulty: fields.listOf((item) => item.uint256(), 1)[0],
      withoutReceipts: fields.uint64(),
    };
  });
}
