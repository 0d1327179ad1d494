/*
 * keccak-256 (the original padding 0x01, not SHA-3) as a sponge that can be read at any time.
 *
 * A sponge is KECCAK_BYTES of memory: the 25 lanes, then how many bytes of the current block are filled. Input is XORed into
 * the lanes as it comes, so that nothing is buffered.
 *
 * Six lanes are kept complemented. Their round needs one NOT a plane instead of five, and V8 has no AND-NOT for integers.
 * Names of lanes and the formulas of the round: https://github.com/XKCP/XKCP, KeccakP-1600-64.macros with UseBebigokimisa.
 * The specification: https://keccak.team/keccak_specs_summary.html
 */

/** Bytes that are absorbed between two permutations: (1600 - 2 * 256) / 8. */
const RATE: u32 = 136;

/** Memory of the 25 lanes. */
const LANES_BYTES: usize = 25 * 8;

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

/** The lanes of a digest, after the last permutation. */
const squeezed: usize = memory.data(LANES_BYTES, 16);

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
  while (length > 0) {
    const piece = min(length, RATE - filled);
    xorInto(sponge + filled, from, piece);
    from += piece;
    length -= piece;
    filled += piece;
    if (filled === RATE) {
      permute(sponge, sponge);
      filled = 0;
    }
  }
  store<u32>(sponge, filled, FILLED);
}

/** Writes the digest of what was absorbed so far to `to`. The sponge can absorb more afterwards. */
export function digest(sponge: usize, to: usize): void {
  const end = sponge + load<u32>(sponge, FILLED);
  const last = sponge + RATE - 1;
  // XOR is its own inverse: the padding is taken out of the sponge again.
  store<u8>(end, load<u8>(end) ^ 0x01);
  store<u8>(last, load<u8>(last) ^ 0x80);
  permute(sponge, squeezed);
  store<u8>(last, load<u8>(last) ^ 0x80);
  store<u8>(end, load<u8>(end) ^ 0x01);
  store<u64>(to, load<u64>(squeezed));
  store<u64>(to, ~load<u64>(squeezed, 1 * 8), 1 * 8);
  store<u64>(to, ~load<u64>(squeezed, 2 * 8), 2 * 8);
  store<u64>(to, load<u64>(squeezed, 3 * 8), 3 * 8);
}

/** XORs `length` bytes at `from` into those at `to`. */
export function xorInto(to: usize, from: usize, length: u32): void {
  for (; length >= 16; length -= 16) {
    v128.store(to, v128.xor(v128.load(to), v128.load(from)));
    to += 16;
    from += 16;
  }
  for (; length > 0; length--) {
    store<u8>(to, load<u8>(to) ^ load<u8>(from));
    to++;
    from++;
  }
}

/** Keccak-f[1600] of the lanes at `from`, written to `to`, which may be the same. */
// prettier-ignore
function permute(from: usize, to: usize): void {
  let ba = load<u64>(from), be = load<u64>(from, 1 * 8), bi = load<u64>(from, 2 * 8);
  let bo = load<u64>(from, 3 * 8), bu = load<u64>(from, 4 * 8);
  let ga = load<u64>(from, 5 * 8), ge = load<u64>(from, 6 * 8), gi = load<u64>(from, 7 * 8);
  let go = load<u64>(from, 8 * 8), gu = load<u64>(from, 9 * 8);
  let ka = load<u64>(from, 10 * 8), ke = load<u64>(from, 11 * 8), ki = load<u64>(from, 12 * 8);
  let ko = load<u64>(from, 13 * 8), ku = load<u64>(from, 14 * 8);
  let ma = load<u64>(from, 15 * 8), me = load<u64>(from, 16 * 8), mi = load<u64>(from, 17 * 8);
  let mo = load<u64>(from, 18 * 8), mu = load<u64>(from, 19 * 8);
  let sa = load<u64>(from, 20 * 8), se = load<u64>(from, 21 * 8), si = load<u64>(from, 22 * 8);
  let so = load<u64>(from, 23 * 8), su = load<u64>(from, 24 * 8);

  for (let constant = ROUND_CONSTANTS; constant < ROUND_CONSTANTS_END; constant += 8) {
    // Theta: the parities of the columns, and what each column is XORed with.
    const ca = ba ^ ga ^ ka ^ ma ^ sa, ce = be ^ ge ^ ke ^ me ^ se, ci = bi ^ gi ^ ki ^ mi ^ si;
    const co = bo ^ go ^ ko ^ mo ^ so, cu = bu ^ gu ^ ku ^ mu ^ su;
    const da = cu ^ rotl(ce, 1), de = ca ^ rotl(ci, 1), di = ce ^ rotl(co, 1);
    const dO = ci ^ rotl(cu, 1), du = co ^ rotl(ca, 1);

    // Rho and pi: the lanes of each new plane. Chi and iota then make the plane.
    const b0 = ba ^ da, b1 = rotl(ge ^ de, 44), b2 = rotl(ki ^ di, 43);
    const b3 = rotl(mo ^ dO, 21), b4 = rotl(su ^ du, 14);
    const g0 = rotl(bo ^ dO, 28), g1 = rotl(gu ^ du, 20), g2 = rotl(ka ^ da, 3);
    const g3 = rotl(me ^ de, 45), g4 = rotl(si ^ di, 61);
    const k0 = rotl(be ^ de, 1), k1 = rotl(gi ^ di, 6), k2 = rotl(ko ^ dO, 25);
    const k3 = rotl(mu ^ du, 8), k4 = rotl(sa ^ da, 18);
    const m0 = rotl(bu ^ du, 27), m1 = rotl(ga ^ da, 36), m2 = rotl(ke ^ de, 10);
    const m3 = rotl(mi ^ di, 15), m4 = rotl(so ^ dO, 56);
    const s0 = rotl(bi ^ di, 62), s1 = rotl(go ^ dO, 55), s2 = rotl(ku ^ du, 39);
    const s3 = rotl(ma ^ da, 41), s4 = rotl(se ^ de, 2);

    ba = b0 ^ (b1 | b2) ^ load<u64>(constant);
    be = b1 ^ (~b2 | b3);
    bi = b2 ^ (b3 & b4);
    bo = b3 ^ (b4 | b0);
    bu = b4 ^ (b0 & b1);

    ga = g0 ^ (g1 | g2);
    ge = g1 ^ (g2 & g3);
    gi = g2 ^ (g3 | ~g4);
    go = g3 ^ (g4 | g0);
    gu = g4 ^ (g0 & g1);

    const notK3 = ~k3;
    ka = k0 ^ (k1 | k2);
    ke = k1 ^ (k2 & k3);
    ki = k2 ^ (notK3 & k4);
    ko = notK3 ^ (k4 | k0);
    ku = k4 ^ (k0 & k1);

    const notM3 = ~m3;
    ma = m0 ^ (m1 & m2);
    me = m1 ^ (m2 | m3);
    mi = m2 ^ (notM3 | m4);
    mo = notM3 ^ (m4 & m0);
    mu = m4 ^ (m0 | m1);

    const notS1 = ~s1;
    sa = s0 ^ (notS1 & s2);
    se = notS1 ^ (s2 | s3);
    si = s2 ^ (s3 & s4);
    so = s3 ^ (s4 | s0);
    su = s4 ^ (s0 & s1);
  }

  store<u64>(to, ba); store<u64>(to, be, 1 * 8); store<u64>(to, bi, 2 * 8);
  store<u64>(to, bo, 3 * 8); store<u64>(to, bu, 4 * 8);
  store<u64>(to, ga, 5 * 8); store<u64>(to, ge, 6 * 8); store<u64>(to, gi, 7 * 8);
  store<u64>(to, go, 8 * 8); store<u64>(to, gu, 9 * 8);
  store<u64>(to, ka, 10 * 8); store<u64>(to, ke, 11 * 8); store<u64>(to, ki, 12 * 8);
  store<u64>(to, ko, 13 * 8); store<u64>(to, ku, 14 * 8);
  store<u64>(to, ma, 15 * 8); store<u64>(to, me, 16 * 8); store<u64>(to, mi, 17 * 8);
  store<u64>(to, mo, 18 * 8); store<u64>(to, mu, 19 * 8);
  store<u64>(to, sa, 20 * 8); store<u64>(to, se, 21 * 8); store<u64>(to, si, 22 * 8);
  store<u64>(to, so, 23 * 8); store<u64>(to, su, 24 * 8);
}
