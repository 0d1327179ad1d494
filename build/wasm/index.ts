/*
 * keccak-256, and the frames of RLPx with their MACs, as one module whose memory has the MAC states of all connections.
 * The caller puts bytes into `buffer`, calls a function, and takes the result from there.
 *
 * A slot is SLOT_BYTES of memory with one direction of a connection. The caller allocates and erases slots, from `slots` on.
 *
 * The specification: https://github.com/ethereum/devp2p/blob/master/rlpx.md#framing
 */
import { absorb, digest, DIGEST_BYTES, KECCAK_BYTES, reset, xorInto } from './keccak';
import { encryptBlock, expandKey, KEY_SCHEDULE_BYTES } from './aes';

// eslint-disable-next-line no-restricted-syntax -- the module exports what this file exports
export { eraseWork } from './keccak';

/** Length of a header, and of a MAC. */
const BLOCK: usize = 16;

/** Length of the key of a MAC. */
const MAC_KEY: usize = 32;

/** Where a frame has its content: after header and header MAC. */
const CONTENT: usize = 2 * BLOCK;

/** Where a slot has the digest of its sponge, and the key schedule of the MAC. The sponge is its beginning. */
const DIGEST: usize = KECCAK_BYTES;
const SCHEDULE: usize = DIGEST + DIGEST_BYTES;

/** Memory of a slot: a multiple of 16. */
export const slotBytes: u32 = SCHEDULE + KEY_SCHEDULE_BYTES;

/** The largest padded content of a frame that is sealed or opened in one call. */
export const maxContent: u32 = 16 * 1024 + 16;

/** What the caller puts in and takes out: a whole frame, or other bytes up to its length. */
export const bufferBytes: u32 = CONTENT + maxContent + BLOCK;
export const buffer: usize = memory.data(bufferBytes, 16);

/** Key stream for the header and the content of one frame. */
export const keyStream: usize = memory.data(BLOCK + maxContent, 16);

/** What a MAC absorbs: an encrypted digest, XORed with a seed. */
const mixed: usize = memory.data(BLOCK, 16);

/** The sponge of one-shot hashes. */
const oneShot: usize = memory.data(KECCAK_BYTES, 16);

/** The first address after this module's own data. */
export const slots: usize = (__heap_base + 15) & ~15;

/** Begins a hash: `hashMore` takes its bytes, `hashEnd` its digest. */
export function hashBegin(): void {
  reset(oneShot);
}

/** Adds `length` bytes in the buffer to the hash. */
export function hashMore(length: u32): void {
  absorb(oneShot, buffer, length);
}

/** Puts the digest into the buffer. */
export function hashEnd(): void {
  digest(oneShot, buffer);
}

/** The hash of `length` bytes in the buffer, at once. */
export function hash(length: u32): void {
  reset(oneShot);
  absorb(oneShot, buffer, length);
  digest(oneShot, buffer);
}

/** Begins a MAC. The buffer has its key, 32 bytes, and `length` bytes that it absorbs first. The buffer is erased. */
export function macBegin(slot: usize, length: u32): void {
  expandKey(buffer, slot + SCHEDULE);
  reset(slot);
  absorb(slot, buffer + MAC_KEY, length);
  digest(slot, slot + DIGEST);
  memory.fill(buffer, 0, MAC_KEY + length);
}

/** Absorbs ciphertext of a content in the buffer. */
export function macMore(slot: usize, length: u32): void {
  absorb(slot, buffer, length);
}

/** Puts the MAC of the absorbed content into the buffer. */
export function macEnd(slot: usize): void {
  v128.store(buffer, contentMac(slot));
}

/**
 * Encrypts and authenticates the frame in the buffer: header | space | padded content | space. The spaces get the MACs. The
 * key stream has 16 bytes for the header, then those for the content.
 */
export function seal(slot: usize, padded: u32): void {
  sealHeader(slot);
  const content = buffer + CONTENT;
  xorInto(content, keyStream + BLOCK, padded);
  absorb(slot, content, padded);
  v128.store(content + padded, contentMac(slot));
}

/** The same for a header alone. */
export function sealHeader(slot: usize): void {
  const header = v128.xor(v128.load(buffer), v128.load(keyStream));
  v128.store(buffer, header);
  v128.store(buffer, headerMac(slot, header), BLOCK);
}

/** Verifies and decrypts the header in the buffer, which its MAC follows. Returns whether the MAC is right. */
export function openHeader(slot: usize): bool {
  const header = v128.load(buffer);
  if (differ(headerMac(slot, header), v128.load(buffer, BLOCK))) return false;
  v128.store(buffer, v128.xor(header, v128.load(keyStream)));
  return true;
}

/** The same for a content, with the key stream from its first byte on. */
export function openContent(slot: usize, padded: u32): bool {
  absorb(slot, buffer, padded);
  if (differ(contentMac(slot), v128.load(buffer + padded))) return false;
  xorInto(buffer, keyStream, padded);
  return true;
}

function headerMac(slot: usize, header: v128): v128 {
  return mix(slot, header);
}

function contentMac(slot: usize): v128 {
  digest(slot, slot + DIGEST);
  return mix(slot, v128.load(slot, DIGEST));
}

/** Absorbs the encrypted digest XOR `seed`, and returns the first half of the new digest: a MAC. */
function mix(slot: usize, seed: v128): v128 {
  const encrypted = encryptBlock(slot + SCHEDULE, v128.load(slot, DIGEST));
  v128.store(mixed, v128.xor(encrypted, seed));
  absorb(slot, mixed, BLOCK);
  digest(slot, slot + DIGEST);
  return v128.load(slot, DIGEST);
}

/** In constant time: the first byte that differs must not show. */
function differ(a: v128, b: v128): bool {
  return v128.any_true(v128.xor(a, b));
}
