import { describe, expect, it } from 'vitest';
import { KnownHashes } from '../../../src-main/relay/known-hashes.ts';
import { SeededRandom } from '../../support/seeded-random.ts';

const random = new SeededRandom(3);

describe('known hashes', () => {
  it('are known after they are added, and no others', () => {
    const known = new KnownHashes(1_024, random);
    const [added, others] = [hashes(500), hashes(500)];
    expect(added.map((hash) => known.add(hash))).not.toContain(false);
    expect(added.map((hash) => known.add(hash))).not.toContain(true);
    expect(added.every((hash) => known.has(hash))).toBe(true);
    expect(others.some((hash) => known.has(hash))).toBe(false);
  });

  it('are forgotten when they are old: at least the last half stays', () => {
    const known = new KnownHashes(1_024, random);
    const added = hashes(5_000);
    for (const hash of added) known.add(hash);
    expect(added.slice(-512).every((hash) => known.has(hash))).toBe(true);
    expect(added.slice(0, -1_024).some((hash) => known.has(hash))).toBe(false);
  });

  it('have room for a hash of zeros', () => {
    const known = new KnownHashes(1_024, random);
    expect(known.has(new Uint8Array(32))).toBe(false);
    known.add(new Uint8Array(32));
    expect(known.has(new Uint8Array(32))).toBe(true);
  });

  it('that begin alike are told apart', () => {
    const known = new KnownHashes(32_768, random);
    const alike = hashes(2_000).map((hash) => hash.fill(0, 0, 4));
    for (const hash of alike.slice(1_000)) known.add(hash);
    expect(alike.map((hash) => known.has(hash))).toEqual(alike.map((_, at) => at >= 1_000));
  });
});

function hashes(count: number): readonly Uint8Array[] {
  return Array.from({ length: count }, () => random.bytes(32));
}
