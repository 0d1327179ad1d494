/**
 * CRC-32C (Castagnoli), the checksum of LevelDB's blocks and log records.
 * @see https://github.com/google/leveldb/blob/main/util/crc32c.h
 */

/** The reversed polynomial. */
const POLYNOMIAL = 0x82f63b78;

/** Constant of the masking: LevelDB masks checksums, because the CRC of data that contains CRCs is weak (kMaskDelta). */
const MASK_DELTA = 0xa282ead8;

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
  return crc;
});

/** The state before the first byte, for `addByte`. */
export const CRC_START = 0xffffffff;

/** The state after one more byte. */
export function addByte(state: number, byte: number): number {
  return (TABLE[(state ^ byte) & 0xff] ?? 0) ^ (state >>> 8);
}

/** The masked checksum of a state, as LevelDB stores it. */
export function maskedCrc(state: number): number {
  const crc = (state ^ 0xffffffff) >>> 0;
  return (((crc >>> 15) | (crc << 17)) + MASK_DELTA) >>> 0;
}

/** The masked checksum of `bytes` from `start` to `end` (exclusive), as LevelDB stores it. */
export function maskedCrcOf(bytes: Uint8Array, start: number, end: number): number {
  let state = CRC_START;
  for (let at = start; at < end; at++)
    state = (TABLE[(state ^ (bytes[at] ?? 0)) & 0xff] ?? 0) ^ (state >>> 8);
  return maskedCrc(state);
}
