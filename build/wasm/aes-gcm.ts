/*
 * AES-128 in the modes of discovery v5: CTR, which masks headers, and GCM, which encrypts messages. For short inputs, where the
 * objects that node:crypto makes for each packet take longer than its work. It runs in constant time, as aes.ts does.
 *
 * The specification of GCM: https://csrc.nist.gov/pubs/sp/800/38/d/final
 */
import { S_BOX, mixColumns, shiftRows, substitute, substituteWord } from './aes';
import { xorInto } from './keccak';

/** Rounds of AES-128. */
const ROUNDS: usize = 10;

/** Length of a block, and of a tag. */
const BLOCK: u32 = 16;

/** What the caller puts in: the key; the IV of CTR or, without its last 4 bytes, the nonce of GCM; and the text, or additional data and text. */
export const aesKey: usize = memory.data(16 * 11, 16);
export const aesIv: usize = memory.data(16, 16);
export const aesText: usize = memory.data(1024, 16);

/** Four blocks of key stream. */
const stream: usize = memory.data(64, 16);

/** A block that is not full, or has the lengths, of the input of the hash. */
const rest: usize = memory.data(16, 16);

/** The state of GHASH: its first 8 bytes and its last, as big-endian integers. */
let high: u64 = 0;
let low: u64 = 0;

/** Its key, in the same form. */
let keyHigh: u64 = 0;
let keyLow: u64 = 0;

/** Encrypts or decrypts `length` bytes of the text, `skipped` blocks after the IV. */
export function aesCtr(length: u32, skipped: u32): void {
  expandKey();
  applyStream(aesText, length, skipped);
  forget();
}

/** Encrypts the `length` bytes of the text after the additional data, and appends the tag. */
export function aesGcmSeal(additional: u32, length: u32): void {
  const at = aesText + additional;
  const tagMask = beginGcm();
  applyGcm(at, length);
  v128.store(at + length, v128.xor(hash(additional, length), tagMask));
  forget();
}

/** Decrypts them, if the tag that follows is right. Returns whether it is. */
export function aesGcmOpen(additional: u32, length: u32): bool {
  const at = aesText + additional;
  const tag = v128.xor(beginGcm(), hash(additional, length));
  const isRight = !v128.any_true(v128.xor(tag, v128.load(at + length)));
  if (isRight) applyGcm(at, length);
  forget();
  return isRight;
}

/** Prepares key and key stream. Returns what the hash is XORed with to be the tag. */
function beginGcm(): v128 {
  expandKey();
  store<u32>(aesIv, bswap<u32>(1), 12);
  encryptBlocks(i64x2.splat(0), counterBlock(0), counterBlock(1), counterBlock(2));
  keyHigh = bswap(load<u64>(stream));
  keyLow = bswap(load<u64>(stream, 8));
  return v128.load(stream, BLOCK);
}

/** XORs the text at `at` with the key stream, of which there are two blocks. */
function applyGcm(at: usize, length: u32): void {
  const piece = min(length, 2 * BLOCK);
  xorInto(at, stream + 2 * BLOCK, piece);
  applyStream(at + piece, length - piece, 3);
}

/** Erases what was derived from the key. */
function forget(): void {
  memory.fill(aesKey, 0, 16 * (ROUNDS + 1));
  memory.fill(stream, 0, 4 * BLOCK);
  keyHigh = 0;
  keyLow = 0;
}

/** Makes a round key for each round of the key, behind it. */
function expandKey(): void {
  let constant: u32 = 1;
  for (let at = aesKey + 16; at < aesKey + 16 * (ROUNDS + 1); at += 16) {
    // Words are little-endian here, so RotWord is a rotation to the right.
    let word = substituteWord(rotr(load<u32>(at - 4), 8)) ^ constant;
    for (let offset: usize = 0; offset < 16; offset += 4) {
      word ^= load<u32>(at + offset - 16);
      store<u32>(at + offset, word);
    }
    constant = constant === 0x80 ? 0x1b : constant << 1;
  }
}

/** Encrypts four blocks to the stream. They meet each row of the S-box together, so that the processor works on all at a time. */
function encryptBlocks(first: v128, second: v128, third: v128, fourth: v128): void {
  const initial = v128.load(aesKey);
  let a = v128.xor(first, initial);
  let b = v128.xor(second, initial);
  let c = v128.xor(third, initial);
  let d = v128.xor(fourth, initial);
  for (let roundKey = aesKey + 16; roundKey < aesKey + 16 * ROUNDS; roundKey += 16) {
    const key = v128.load(roundKey);
    const zero = i64x2.splat(0);
    let subA = zero,
      subB = zero,
      subC = zero,
      subD = zero;
    // `substitute` of aes.ts, four times.
    for (let row: u8 = 0; row < 16; row++) {
      const entries = v128.load(S_BOX + 16 * row);
      const first = i8x16.splat(row << 4);
      subA = v128.or(subA, i8x16.swizzle(entries, v128.xor(a, first)));
      subB = v128.or(subB, i8x16.swizzle(entries, v128.xor(b, first)));
      subC = v128.or(subC, i8x16.swizzle(entries, v128.xor(c, first)));
      subD = v128.or(subD, i8x16.swizzle(entries, v128.xor(d, first)));
    }
    a = v128.xor(mixColumns(shiftRows(subA)), key);
    b = v128.xor(mixColumns(shiftRows(subB)), key);
    c = v128.xor(mixColumns(shiftRows(subC)), key);
    d = v128.xor(mixColumns(shiftRows(subD)), key);
  }
  const last = v128.load(aesKey + 16 * ROUNDS);
  v128.store(stream, v128.xor(shiftRows(substitute(a)), last));
  v128.store(stream, v128.xor(shiftRows(substitute(b)), last), BLOCK);
  v128.store(stream, v128.xor(shiftRows(substitute(c)), last), 2 * BLOCK);
  v128.store(stream, v128.xor(shiftRows(substitute(d)), last), 3 * BLOCK);
}

/** The counter block `count` blocks after the IV, modulo 2^128. */
function counterBlock(count: u32): v128 {
  const lower = bswap(load<u64>(aesIv, 8)) + count;
  const upper = bswap(load<u64>(aesIv)) + u64(lower < count);
  return i64x2.replace_lane(i64x2.splat(bswap(upper)), 1, bswap(lower));
}

/** XORs the bytes at `at` with the key stream from block `block` on. */
function applyStream(at: usize, length: u32, block: u32): void {
  while (length > 0) {
    const piece = min(length, 4 * BLOCK);
    encryptBlocks(
      counterBlock(block),
      counterBlock(block + 1),
      counterBlock(block + 2),
      counterBlock(block + 3),
    );
    xorInto(at, stream, piece);
    at += piece;
    length -= piece;
    block += 4;
  }
}

/** GHASH of the additional data and the ciphertext after it. */
function hash(additional: u32, length: u32): v128 {
  high = 0;
  low = 0;
  absorb(aesText, additional);
  absorb(aesText + additional, length);
  store<u64>(rest, bswap<u64>(8 * additional));
  store<u64>(rest, bswap<u64>(8 * length), 8);
  absorbBlock(rest);
  return i64x2.replace_lane(i64x2.splat(bswap(high)), 1, bswap(low));
}

/** Adds `length` bytes at `at` to GHASH, the last block filled with zeros. */
function absorb(at: usize, length: u32): void {
  for (; length >= BLOCK; length -= BLOCK) {
    absorbBlock(at);
    at += BLOCK;
  }
  if (length === 0) return;
  memory.fill(rest, 0, BLOCK);
  memory.copy(rest, at, length);
  absorbBlock(rest);
}

/**
 * Adds a block to the state, and multiplies it by the key in the field of GHASH, whose bits are in reverse order: a product of
 * 255 bits, which is moved up by one. The upper half of a product of two words is the reversed lower half of that of the
 * reversed words (https://www.bearssl.org/constanttime.html#ghash-for-gcm); three products make that of two pairs (Karatsuba).
 */
function absorbBlock(at: usize): void {
  high ^= bswap(load<u64>(at));
  low ^= bswap(load<u64>(at, 8));
  const highReversed = reverse(high),
    lowReversed = reverse(low);
  const keyHighReversed = reverse(keyHigh),
    keyLowReversed = reverse(keyLow);
  const lows = multiply(low, keyLow);
  const highs = multiply(high, keyHigh);
  const middle = multiply(high ^ low, keyHigh ^ keyLow) ^ lows ^ highs;
  const lowsReversed = multiply(lowReversed, keyLowReversed);
  const highsReversed = multiply(highReversed, keyHighReversed);
  const middleReversed =
    multiply(highReversed ^ lowReversed, keyHighReversed ^ keyLowReversed) ^ lowsReversed ^ highsReversed;
  reduce(
    lows,
    (reverse(lowsReversed) >> 1) ^ middle,
    highs ^ (reverse(middleReversed) >> 1),
    reverse(highsReversed) >> 1,
  );
}

/** Makes the state of a product, its lowest word first: reduces it modulo x^128 + x^7 + x^2 + x + 1. */
function reduce(word0: u64, word1: u64, word2: u64, word3: u64): void {
  word3 = (word3 << 1) | (word2 >> 63);
  word2 = (word2 << 1) | (word1 >> 63);
  word1 = (word1 << 1) | (word0 >> 63);
  word0 <<= 1;
  word2 ^= word0 ^ (word0 >> 1) ^ (word0 >> 2) ^ (word0 >> 7);
  word1 ^= (word0 << 63) ^ (word0 << 62) ^ (word0 << 57);
  word3 ^= word1 ^ (word1 >> 1) ^ (word1 >> 2) ^ (word1 >> 7);
  word2 ^= (word1 << 63) ^ (word1 << 62) ^ (word1 << 57);
  high = word3;
  low = word2;
}

/** Masks of every fourth bit, by the place of the first. */
const EVERY_FOURTH: u64 = 0x1111111111111111;

/**
 * The lower half of the product of polynomials over GF(2). Integers are multiplied with three zeros between their bits, which
 * take the carries: at most 15 bits meet in a place whose carries matter.
 */
function multiply(a: u64, b: u64): u64 {
  const a0 = a & EVERY_FOURTH,
    a1 = a & (EVERY_FOURTH << 1);
  const a2 = a & (EVERY_FOURTH << 2),
    a3 = a & (EVERY_FOURTH << 3);
  const b0 = b & EVERY_FOURTH,
    b1 = b & (EVERY_FOURTH << 1);
  const b2 = b & (EVERY_FOURTH << 2),
    b3 = b & (EVERY_FOURTH << 3);
  const p0 = (a0 * b0) ^ (a1 * b3) ^ (a2 * b2) ^ (a3 * b1);
  const p1 = (a0 * b1) ^ (a1 * b0) ^ (a2 * b3) ^ (a3 * b2);
  const p2 = (a0 * b2) ^ (a1 * b1) ^ (a2 * b0) ^ (a3 * b3);
  const p3 = (a0 * b3) ^ (a1 * b2) ^ (a2 * b1) ^ (a3 * b0);
  return (
    (p0 & EVERY_FOURTH) | (p1 & (EVERY_FOURTH << 1)) | (p2 & (EVERY_FOURTH << 2)) | (p3 & (EVERY_FOURTH << 3))
  );
}

/** The bits in reverse order. */
function reverse(word: u64): u64 {
  word = ((word & 0x5555555555555555) << 1) | ((word >> 1) & 0x5555555555555555);
  word = ((word & 0x3333333333333333) << 2) | ((word >> 2) & 0x3333333333333333);
  word = ((word & 0x0f0f0f0f0f0f0f0f) << 4) | ((word >> 4) & 0x0f0f0f0f0f0f0f0f);
  return bswap(word);
}
