/*
 * keccak-256 (the original padding 0x01, not SHA-3) as a sponge that can be read at any time.
 *
 * A sponge is KECCAK_BYTES of memory: the 25 lanes, then how many bytes of the current block are filled. Input is XORed into
 * the lanes as it comes, so that nothing is buffered.
 *
 * The permutation has its lanes in memory, and two rounds a turn of its loop: one reads A and writes E, the other goes back. In
 * locals, V8 would move most of the lanes to and from its stack.
 *
 * Six lanes are kept complemented. Their round needs one NOT a plane instead of five, and V8 has no AND-NOT for integers.
 * Names of lanes and the formulas of the round: https://github.com/XKCP/XKCP, KeccakP-1600-64.macros with UseBebigokimisa.
 * The specification: https://keccak.team/keccak_specs_summary.html
 */

/** Bytes that are absorbed between two permutations: (1600 - 2 * 256) / 8. */
const RATE: u32 = 136;

/** Memory of the 25 lanes. */
const LANES_BYTES: usize = 25 * 8;

/** Memory of permutations: twice the lanes, and a multiple of 16. */
const WORK_BYTES: usize = 2 * (LANES_BYTES + 8);

/** Where a sponge has the number of filled bytes of its current block. */
const FILLED: usize = LANES_BYTES;

/** Memory of a sponge: a multiple of 16. */
export const KECCAK_BYTES: usize = FILLED + 8;

/** Length of a digest. */
export const DIGEST_BYTES: usize = 32;

/** Constants of the step iota, one for each of the 24 rounds. */
// prettier-ignore
const ROUND_CONSTANTS: usize = memory.data<u64>([
  0x0000000000000001, 0x0000000000008082, 0x800000000000808a, 0x8000000080008000, 0x000000000000808b,
  0x0000000080000001, 0x8000000080008081, 0x8000000000008009, 0x000000000000008a, 0x0000000000000088,
  0x0000000080008009, 0x000000008000000a, 0x000000008000808b, 0x800000000000008b, 0x8000000000008089,
  0x8000000000008003, 0x8000000000008002, 0x8000000000000080, 0x000000000000800a, 0x800000008000000a,
  0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008,
]);
const ROUND_CONSTANTS_END: usize = ROUND_CONSTANTS + 24 * 8;

/** The lanes that are permuted, and where every other round writes them. V8 makes constant addresses operands of instructions. */
const A: usize = memory.data(WORK_BYTES, 16);
const E: usize = A + WORK_BYTES / 2;

/** Where a lane is: plane and column. */
// prettier-ignore
const
  BA: usize = 0 * 8, BE: usize = 1 * 8, BI: usize = 2 * 8, BO: usize = 3 * 8, BU: usize = 4 * 8,
  GA: usize = 5 * 8, GE: usize = 6 * 8, GI: usize = 7 * 8, GO: usize = 8 * 8, GU: usize = 9 * 8,
  KA: usize = 10 * 8, KE: usize = 11 * 8, KI: usize = 12 * 8, KO: usize = 13 * 8, KU: usize = 14 * 8,
  MA: usize = 15 * 8, ME: usize = 16 * 8, MI: usize = 17 * 8, MO: usize = 18 * 8, MU: usize = 19 * 8,
  SA: usize = 20 * 8, SE: usize = 21 * 8, SI: usize = 22 * 8, SO: usize = 23 * 8, SU: usize = 24 * 8;

/** Makes a sponge empty. */
export function reset(sponge: usize): void {
  memory.fill(sponge, 0, KECCAK_BYTES);
  store<u64>(sponge, ~0, 1 * 8); // be
  store<u64>(sponge, ~0, 2 * 8); // bi
  store<u64>(sponge, ~0, 8 * 8); // go
  store<u64>(sponge, ~0, 12 * 8); // ki
  store<u64>(sponge, ~0, 17 * 8); // mi
  store<u64>(sponge, ~0, 20 * 8); // sa
}

/** Absorbs `length` bytes at `from`. */
export function absorb(sponge: usize, from: usize, length: u32): void {
  let filled = load<u32>(sponge, FILLED);
  if (filled + length < RATE) {
    xorInto(sponge + filled, from, length);
    filled += length;
  } else {
    copyLanes(A, sponge);
    filled = absorbBlocks(filled, from, length);
    copyLanes(sponge, A);
  }
  store<u32>(sponge, filled, FILLED);
}

/** Absorbs into the lanes at A. Returns how many bytes of the last block are filled. */
function absorbBlocks(filled: u32, from: usize, length: u32): u32 {
  while (length > 0) {
    const piece = min(length, RATE - filled);
    xorInto(A + filled, from, piece);
    from += piece;
    length -= piece;
    filled += piece;
    if (filled === RATE) {
      permute();
      filled = 0;
    }
  }
  return filled;
}

/** Writes the digest of what was absorbed so far to `to`. The sponge can absorb more afterwards. */
export function digest(sponge: usize, to: usize): void {
  copyLanes(A, sponge);
  // Whole lanes: a load of 8 bytes would wait for a store of one byte before it.
  const filled = load<u32>(sponge, FILLED);
  const end = A + (filled & ~7);
  store<u64>(end, load<u64>(end) ^ ((0x01 as u64) << ((filled & 7) * 8)));
  const last = A + RATE - 8;
  store<u64>(last, load<u64>(last) ^ 0x8000000000000000);
  permute();
  store<u64>(to, load<u64>(A + BA));
  store<u64>(to, ~load<u64>(A + BE), 1 * 8);
  store<u64>(to, ~load<u64>(A + BI), 2 * 8);
  store<u64>(to, load<u64>(A + BO), 3 * 8);
}

/** Erases what the last permutation left, from which its sponge can be computed. For the end of a slot too. */
export function eraseWork(): void {
  memory.fill(A, 0, WORK_BYTES);
}

/** Copies the lanes of a sponge, without its number of filled bytes. */
function copyLanes(to: usize, from: usize): void {
  for (let at: usize = 0; at < LANES_BYTES - 8; at += 16) v128.store(to + at, v128.load(from + at));
  store<u64>(to, load<u64>(from, LANES_BYTES - 8), LANES_BYTES - 8);
}

/** XORs `length` bytes at `from` into those at `to`. */
export function xorInto(to: usize, from: usize, length: u32): void {
  for (; length >= 16; length -= 16) {
    v128.store(to, v128.xor(v128.load(to), v128.load(from)));
    to += 16;
    from += 16;
  }
  if (length >= 8) {
    store<u64>(to, load<u64>(to) ^ load<u64>(from));
    to += 8;
    from += 8;
    length -= 8;
  }
  for (; length > 0; length--) {
    store<u8>(to, load<u8>(to) ^ load<u8>(from));
    to++;
    from++;
  }
}

/** Keccak-f[1600] of the lanes at A. It makes a plane at a time, so that few values are live. */
// prettier-ignore
function permute(): void {
  // The parities of the columns, for theta. A round makes those of the next one.
  let ca = load<u64>(A + BA) ^ load<u64>(A + GA) ^ load<u64>(A + KA) ^ load<u64>(A + MA) ^ load<u64>(A + SA);
  let ce = load<u64>(A + BE) ^ load<u64>(A + GE) ^ load<u64>(A + KE) ^ load<u64>(A + ME) ^ load<u64>(A + SE);
  let ci = load<u64>(A + BI) ^ load<u64>(A + GI) ^ load<u64>(A + KI) ^ load<u64>(A + MI) ^ load<u64>(A + SI);
  let co = load<u64>(A + BO) ^ load<u64>(A + GO) ^ load<u64>(A + KO) ^ load<u64>(A + MO) ^ load<u64>(A + SO);
  let cu = load<u64>(A + BU) ^ load<u64>(A + GU) ^ load<u64>(A + KU) ^ load<u64>(A + MU) ^ load<u64>(A + SU);

  for (let constant = ROUND_CONSTANTS; constant < ROUND_CONSTANTS_END; constant += 16) {
    // From A to E. Theta, rho and pi make the lanes of a new plane; chi and iota then make the plane.
    {
      const da = cu ^ rotl(ce, 1), de = ca ^ rotl(ci, 1), di = ce ^ rotl(co, 1);
      const dO = ci ^ rotl(cu, 1), du = co ^ rotl(ca, 1);

      const b0 = load<u64>(A + BA) ^ da, b1 = mixed(A + GE, de, 44), b2 = mixed(A + KI, di, 43);
      const b3 = mixed(A + MO, dO, 21), b4 = mixed(A + SU, du, 14);
      ca = put(E + BA, b0 ^ (b1 | b2) ^ load<u64>(constant));
      ce = put(E + BE, b1 ^ (~b2 | b3));
      ci = put(E + BI, b2 ^ (b3 & b4));
      co = put(E + BO, b3 ^ (b4 | b0));
      cu = put(E + BU, b4 ^ (b0 & b1));

      const g0 = mixed(A + BO, dO, 28), g1 = mixed(A + GU, du, 20), g2 = mixed(A + KA, da, 3);
      const g3 = mixed(A + ME, de, 45), g4 = mixed(A + SI, di, 61);
      ca ^= put(E + GA, g0 ^ (g1 | g2));
      ce ^= put(E + GE, g1 ^ (g2 & g3));
      ci ^= put(E + GI, g2 ^ (g3 | ~g4));
      co ^= put(E + GO, g3 ^ (g4 | g0));
      cu ^= put(E + GU, g4 ^ (g0 & g1));

      const k0 = mixed(A + BE, de, 1), k1 = mixed(A + GI, di, 6), k2 = mixed(A + KO, dO, 25);
      const k3 = mixed(A + MU, du, 8), k4 = mixed(A + SA, da, 18), notK3 = ~k3;
      ca ^= put(E + KA, k0 ^ (k1 | k2));
      ce ^= put(E + KE, k1 ^ (k2 & k3));
      ci ^= put(E + KI, k2 ^ (notK3 & k4));
      co ^= put(E + KO, notK3 ^ (k4 | k0));
      cu ^= put(E + KU, k4 ^ (k0 & k1));

      const m0 = mixed(A + BU, du, 27), m1 = mixed(A + GA, da, 36), m2 = mixed(A + KE, de, 10);
      const m3 = mixed(A + MI, di, 15), m4 = mixed(A + SO, dO, 56), notM3 = ~m3;
      ca ^= put(E + MA, m0 ^ (m1 & m2));
      ce ^= put(E + ME, m1 ^ (m2 | m3));
      ci ^= put(E + MI, m2 ^ (notM3 | m4));
      co ^= put(E + MO, notM3 ^ (m4 & m0));
      cu ^= put(E + MU, m4 ^ (m0 | m1));

      const s0 = mixed(A + BI, di, 62), s1 = mixed(A + GO, dO, 55), s2 = mixed(A + KU, du, 39);
      const s3 = mixed(A + MA, da, 41), s4 = mixed(A + SE, de, 2), notS1 = ~s1;
      ca ^= put(E + SA, s0 ^ (notS1 & s2));
      ce ^= put(E + SE, notS1 ^ (s2 | s3));
      ci ^= put(E + SI, s2 ^ (s3 & s4));
      co ^= put(E + SO, s3 ^ (s4 | s0));
      cu ^= put(E + SU, s4 ^ (s0 & s1));
    }
    // From E to A, in the same way.
    {
      const da = cu ^ rotl(ce, 1), de = ca ^ rotl(ci, 1), di = ce ^ rotl(co, 1);
      const dO = ci ^ rotl(cu, 1), du = co ^ rotl(ca, 1);

      const b0 = load<u64>(E + BA) ^ da, b1 = mixed(E + GE, de, 44), b2 = mixed(E + KI, di, 43);
      const b3 = mixed(E + MO, dO, 21), b4 = mixed(E + SU, du, 14);
      ca = put(A + BA, b0 ^ (b1 | b2) ^ load<u64>(constant, 8));
      ce = put(A + BE, b1 ^ (~b2 | b3));
      ci = put(A + BI, b2 ^ (b3 & b4));
      co = put(A + BO, b3 ^ (b4 | b0));
      cu = put(A + BU, b4 ^ (b0 & b1));

      const g0 = mixed(E + BO, dO, 28), g1 = mixed(E + GU, du, 20), g2 = mixed(E + KA, da, 3);
      const g3 = mixed(E + ME, de, 45), g4 = mixed(E + SI, di, 61);
      ca ^= put(A + GA, g0 ^ (g1 | g2));
      ce ^= put(A + GE, g1 ^ (g2 & g3));
      ci ^= put(A + GI, g2 ^ (g3 | ~g4));
      co ^= put(A + GO, g3 ^ (g4 | g0));
      cu ^= put(A + GU, g4 ^ (g0 & g1));

      const k0 = mixed(E + BE, de, 1), k1 = mixed(E + GI, di, 6), k2 = mixed(E + KO, dO, 25);
      const k3 = mixed(E + MU, du, 8), k4 = mixed(E + SA, da, 18), notK3 = ~k3;
      ca ^= put(A + KA, k0 ^ (k1 | k2));
      ce ^= put(A + KE, k1 ^ (k2 & k3));
      ci ^= put(A + KI, k2 ^ (notK3 & k4));
      co ^= put(A + KO, notK3 ^ (k4 | k0));
      cu ^= put(A + KU, k4 ^ (k0 & k1));

      const m0 = mixed(E + BU, du, 27), m1 = mixed(E + GA, da, 36), m2 = mixed(E + KE, de, 10);
      const m3 = mixed(E + MI, di, 15), m4 = mixed(E + SO, dO, 56), notM3 = ~m3;
      ca ^= put(A + MA, m0 ^ (m1 & m2));
      ce ^= put(A + ME, m1 ^ (m2 | m3));
      ci ^= put(A + MI, m2 ^ (notM3 | m4));
      co ^= put(A + MO, notM3 ^ (m4 & m0));
      cu ^= put(A + MU, m4 ^ (m0 | m1));

      const s0 = mixed(E + BI, di, 62), s1 = mixed(E + GO, dO, 55), s2 = mixed(E + KU, du, 39);
      const s3 = mixed(E + MA, da, 41), s4 = mixed(E + SE, de, 2), notS1 = ~s1;
      ca ^= put(A + SA, s0 ^ (notS1 & s2));
      ce ^= put(A + SE, notS1 ^ (s2 | s3));
      ci ^= put(A + SI, s2 ^ (s3 & s4));
      co ^= put(A + SO, s3 ^ (s4 | s0));
      cu ^= put(A + SU, s4 ^ (s0 & s1));
    }
  }
}

/** The steps theta and rho of a lane. */
function mixed(lane: usize, d: u64, turn: u64): u64 {
  return rotl(load<u64>(lane) ^ d, turn);
}

/** Stores a lane, and returns it. */
function put(lane: usize, value: u64): u64 {
  store<u64>(lane, value);
  return value;
}
