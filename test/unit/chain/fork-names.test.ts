import { describe, expect, test } from 'vitest';
import { forkNames } from '../../../src-main/chain/fork-names.ts';
import { NETWORKS } from '../../../src-main/chain/networks.ts';

describe('the names of forks', () => {
  test('name the fork hashes of EIP-2124 for mainnet', () => {
    const names = forkNames(NETWORKS.mainnet);
    // https://eips.ethereum.org/EIPS/eip-2124#mainnet
    expect(names.get('fc64ec04')).toBe('Frontier');
    expect(names.get('97c2c34c')).toBe('Homestead');
    expect(names.get('91d1f948')).toBe('DAO fork');
    expect(names.get('7a64da13')).toBe('Tangerine Whistle');
    expect(names.get('3edd5b10')).toBe('Spurious Dragon');
    expect(names.get('a00bc324')).toBe('Byzantium');
    expect(names.get('668db0af')).toBe('Petersburg');
    // https://eips.ethereum.org/EIPS/eip-6122
    expect(names.get('f0afd0e3')).toBe('Gray Glacier');
    expect(names.get('dce96c2d')).toBe('Shanghai');
    expect(names.get('07c9462e')).toBe('BPO2');
    expect(names.get('ffffffff')).toBeUndefined();
  });

  test('name the last fork that is active at the genesis block', () => {
    const { mainnet } = NETWORKS;
    const custom = {
      ...mainnet,
      configured: { blocks: { homesteadBlock: 0n, londonBlock: 0n }, times: { shanghaiTime: 0n } },
      ...{ forkBlocks: [], forkTimes: [] },
    };
    expect(forkNames(custom).get('fc64ec04')).toBe('Shanghai');
    expect(forkNames({ ...custom, configured: { ...custom.configured, times: {} } }).get('fc64ec04')).toBe(
      'London',
    );
  });
});
