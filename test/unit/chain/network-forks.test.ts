import { describe, expect, it } from 'vitest';
import { hexToBytes } from '../../../src-main/base/bytes.ts';
import { forkIdAt } from '../../../src-main/chain/fork-id.ts';
import { namedFork } from '../../../src-main/chain/network-forks.ts';
import { NETWORKS, PUBLIC_NETWORK_NAMES } from '../../../src-main/chain/networks.ts';

/** Fork hashes of go-ethereum's core/forkid/forkid_test.go. */
const KNOWN = [
  ['fc64ec04', 'mainnet', 'genesis'],
  ['97c2c34c', 'mainnet', 'Homestead'],
  ['91d1f948', 'mainnet', 'DAO fork'],
  ['7a64da13', 'mainnet', 'Tangerine Whistle'],
  ['3edd5b10', 'mainnet', 'Spurious Dragon'],
  ['a00bc324', 'mainnet', 'Byzantium'],
  ['668db0af', 'mainnet', 'Petersburg'],
  ['879d6e30', 'mainnet', 'Istanbul'],
  ['e029e991', 'mainnet', 'Muir Glacier'],
  ['0eb440f6', 'mainnet', 'Berlin'],
  ['b715077d', 'mainnet', 'London'],
  ['20c327fc', 'mainnet', 'Arrow Glacier'],
  ['f0afd0e3', 'mainnet', 'Gray Glacier'],
  ['dce96c2d', 'mainnet', 'Shanghai'],
  ['9f3d2254', 'mainnet', 'Cancun'],
  ['c376cf8b', 'mainnet', 'Prague'],
  ['fe3366e7', 'sepolia', 'genesis'],
  ['b96cbd13', 'sepolia', 'Paris'],
  ['f7f9bc08', 'sepolia', 'Shanghai'],
  ['88cf81d9', 'sepolia', 'Cancun'],
  ['ed88b5fd', 'sepolia', 'Prague'],
  ['bef71d30', 'hoodi', 'genesis'],
  ['0929e24e', 'hoodi', 'Prague'],
] as const;

describe('namedFork', () => {
  it.each(KNOWN)('knows %s: %s, %s', (hash, network, fork) => {
    expect(namedFork(hexToBytes(hash))).toMatchObject({ network, fork });
  });

  it('names every fork of every built-in network, and its next one', () => {
    for (const name of PUBLIC_NETWORK_NAMES) {
      const network = NETWORKS[name];
      for (const time of network.forkTimes) {
        const before = forkIdAt(network, 2n ** 63n, time - 1n);
        const after = namedFork(forkIdAt(network, 2n ** 63n, time).hash);
        expect(after?.network).toBe(name);
        expect(namedFork(before.hash)?.nameOfNext(before.next)).toBe(after?.fork);
      }
    }
  });

  it('knows no hash of another network, and no fork that the schedule lacks', () => {
    expect(namedFork(hexToBytes('01020304'))).toBeUndefined();
    expect(namedFork(hexToBytes('fc64ec04'))?.nameOfNext(7n)).toBeUndefined();
  });
});
