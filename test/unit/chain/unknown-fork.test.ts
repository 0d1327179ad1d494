import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { forkIdAt, type ForkSchedule } from '../../../src-main/chain/fork-id.ts';
import { NETWORKS, PUBLIC_NETWORK_NAMES } from '../../../src-main/chain/networks.ts';
import { unknownForkIn } from '../../../src-main/chain/unknown-fork.ts';
import { hex } from '../../support/hex.ts';

const NOW = 1_795_000_000n;
const { sepolia } = NETWORKS;
const outdated: ForkSchedule = { ...sepolia, forkTimes: sepolia.forkTimes.slice(0, -1) };
const AMSTERDAM = sepolia.forkTimes.at(-1)!;

describe('The unknown fork in a fork ID', () => {
  it('has its time when the nodes have passed it', () => {
    const passed = { hash: hex('0x6c1d9423'), next: 0n };
    expect(unknownForkIn(outdated, passed, NOW)).toEqual({
      hash: '6c1d9423',
      time: 1_791_294_816n,
      isPassed: true,
      next: 0n,
    });
    expect(unknownForkIn(sepolia, passed, NOW)).toBeUndefined();
  });

  it('has its time when the nodes announce it as their next fork', () => {
    const coming = { hash: hex('0x268956b6'), next: AMSTERDAM };
    expect(unknownForkIn(outdated, coming, AMSTERDAM - 1n)).toMatchObject({
      time: AMSTERDAM,
      isPassed: false,
    });
    expect(unknownForkIn(sepolia, coming, AMSTERDAM - 1n)).toBeUndefined();
  });

  it('has its time when it replaces the last fork of the schedule', () => {
    const moved = { ...sepolia, forkTimes: [...outdated.forkTimes, AMSTERDAM - 3_840_000n] };
    const news = unknownForkIn(moved, forkIdAt(sepolia, 2_000_000n, NOW), NOW);
    expect(news?.time).toBe(AMSTERDAM);
  });

  it('has no time when two forks are missing, or the hash is of another chain', () => {
    const older = { ...sepolia, forkTimes: sepolia.forkTimes.slice(0, -3) };
    expect(unknownForkIn(older, forkIdAt(sepolia, 2_000_000n, NOW), NOW)).toMatchObject({ time: undefined });
    for (const name of PUBLIC_NETWORK_NAMES) {
      if (name === 'sepolia') continue;
      const other = NETWORKS[name];
      const id = forkIdAt(other, other.forkBlocks.at(-1) ?? 0n, NOW);
      expect(unknownForkIn(sepolia, id, NOW)).toMatchObject({ time: undefined, isPassed: true });
    }
  });

  it('does not exist for a node that is behind', () => {
    for (const time of sepolia.forkTimes)
      expect(unknownForkIn(sepolia, forkIdAt(sepolia, 2_000_000n, time - 1n), NOW)).toBeUndefined();
    const stale = { hash: forkIdAt(sepolia, 2_000_000n, sepolia.forkTimes[0]!).hash, next: 0n };
    expect(unknownForkIn(sepolia, stale, NOW)).toBeUndefined();
  });

  it('has any time at the start of an epoch, derived from the checksum', () => {
    const epochs = fc.bigInt({ min: 1n, max: (NOW - AMSTERDAM) / 384n });
    fc.assert(
      fc.property(epochs, (epoch) => {
        const time = AMSTERDAM + epoch * 384n;
        const newer = { ...sepolia, forkTimes: [...sepolia.forkTimes, time] };
        return unknownForkIn(sepolia, forkIdAt(newer, 2_000_000n, NOW), NOW)?.time === time;
      }),
    );
  });

  it('has a time for less than one in ten thousand random hashes', () => {
    let found = 0;
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 4, maxLength: 4 }), (hash) => {
        if (unknownForkIn(outdated, { hash, next: 0n }, NOW)?.time !== undefined) found += 1;
      }),
      { numRuns: 20_000, seed: 7 },
    );
    expect(found).toBeLessThanOrEqual(2);
  });
});
