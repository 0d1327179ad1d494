import { describe, expect, it } from 'vitest';
import { forkIdAt } from '../../../src-main/chain/fork-id.ts';
import { GenesisError } from '../../../src-main/chain/genesis-fields.ts';
import { networkFromGenesis } from '../../../src-main/chain/genesis-file.ts';
import { unhex } from '../../support/hex.ts';
import { readVectorText } from '../../support/vectors.ts';

type Json = Record<string, unknown>;

const testchain = readVectorText('testchain/genesis.json');

/** A small valid genesis, merged with `changes`. */
function genesis(changes: Json = {}, config: Json = {}): string {
  return JSON.stringify({
    config: { chainId: 5, homesteadBlock: 0, eip150Block: 0, ...config },
    gasLimit: '0x1000000',
    difficulty: '0x1',
    alloc: {},
    ...changes,
  });
}

async function refusal(text: string): Promise<GenesisError> {
  const error: unknown = await networkFromGenesis(text).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(GenesisError);
  return error as GenesisError;
}

describe('The genesis file of the conformance test chain', () => {
  it('has the genesis hash, chain ID and forks of that chain', async () => {
    const network = await networkFromGenesis(testchain);
    expect(unhex(network.genesisHash)).toBe(
      '0xbd6a252af394d80904c5993b859574bd4669642cea00a116970ec7887db67533',
    );
    expect(network).toMatchObject({
      chainId: 3_503_995_874_084_926n,
      networkId: 3_503_995_874_084_926n,
      genesisTime: 0n,
      forkBlocks: [],
      forkTimes: [60n, 120n],
      bootnodes: [],
      dnsTree: undefined,
    });
    const id = forkIdAt(network, 600n, 6000n);
    expect({ hash: unhex(id.hash), next: id.next }).toEqual({ hash: '0x377aaa78', next: 0n });
  });

  it('has another hash after a change of a balance, a storage slot or code', async () => {
    const hashOf = async (change: (alloc: Record<string, Json>) => void): Promise<string> => {
      const file = JSON.parse(testchain) as { alloc: Record<string, Json> };
      change(file.alloc);
      return unhex((await networkFromGenesis(JSON.stringify(file))).genesisHash);
    };
    const account = '8bebc8ba651aee624937e7d897853ac30c95a067';
    const hashes = await Promise.all([
      hashOf(() => undefined),
      hashOf((alloc) => (alloc[account]!['balance'] = '0x2')),
      hashOf((alloc) => (alloc[account]!['storage'] = {})),
      hashOf((alloc) => (alloc[account]!['code'] = '0x00')),
    ]);
    expect(new Set(hashes).size).toBe(4);
  });
});

describe('A genesis file', () => {
  it('may have integers as numbers, decimal or hex text, and names in any case', async () => {
    const spelled = genesis({
      GASLIMIT: 16_777_216,
      gasLimit: undefined,
      difficulty: '1',
      mixhash: `0x${'00'.repeat(32)}`,
    });
    const plain = await networkFromGenesis(genesis());
    expect(unhex((await networkFromGenesis(spelled)).genesisHash)).toBe(unhex(plain.genesisHash));
  });

  it('may have a chain ID above 2^53 as a JSON number', async () => {
    const network = await networkFromGenesis(
      genesis().replace('"chainId":5', '"chainId":12345678901234567890'),
    );
    expect(network.chainId).toBe(12_345_678_901_234_567_890n);
  });

  it('ignores storage slots with the value zero', async () => {
    const account = (storage: Json): string =>
      genesis({ alloc: { ['11'.repeat(20)]: { balance: '1', storage } } });
    const without = await networkFromGenesis(account({}));
    const withZero = await networkFromGenesis(account({ '0x01': '0x00' }));
    expect(unhex(withZero.genesisHash)).toBe(unhex(without.genesisHash));
  });

  it('has at most 200,000 accounts', async () => {
    const many = (count: number): string =>
      genesis().replace('"alloc":{}', `"alloc":{${'"":0,'.repeat(count - 1)}"":0}`);
    expect((await refusal(many(200_001))).message).toContain('has more than 200000 accounts');
    expect((await refusal(many(200_000))).message).toContain('must be 20 bytes');
  });

  it.each<[string, string, string]>([
    ['', 'is not JSON', '{"config": '],
    ['', 'is not a JSON object', '[]'],
    ['config', 'is missing', '{}'],
    ['config', 'must be an object', genesis({ config: 7 })],
    ['config.chainId', 'is missing', genesis({}, { chainId: undefined })],
    ['config.chainId', 'must be an unsigned integer', genesis({}, { chainId: -1 })],
    ['config.londonBlock', 'must be an unsigned integer', genesis({}, { londonBlock: 'soon' })],
    ['config.cancunTime', 'must fit 64 bits', genesis({}, { cancunTime: '0x10000000000000000' })],
    ['config.eip155Block', 'is missing, although eip158Block is set', genesis({}, { eip158Block: 7 })],
    ['config.eip150Block', 'comes before homesteadBlock', genesis({}, { homesteadBlock: 9, eip150Block: 8 })],
    ['config.eip155Block', 'is missing', genesis({}, { shanghaiTime: 0 })],
    ['gasLimit', 'is missing', genesis({ gasLimit: undefined })],
    ['difficulty', 'is missing', genesis({ difficulty: undefined })],
    ['timestamp', 'must be an unsigned integer', genesis({ timestamp: 1.5 })],
    ['extraData', 'must be 0x and an even number of hex digits', genesis({ extraData: 'hello' })],
    ['mixHash', 'must have 32 bytes, not 1', genesis({ mixHash: '0x00' })],
    ['coinbase', 'must have 20 bytes', genesis({ coinbase: '0x00' })],
    ['alloc', 'is missing', genesis({ alloc: undefined })],
    ['alloc.xyz', 'must be 20 bytes', genesis({ alloc: { xyz: { balance: '0' } } })],
    [`alloc.${'22'.repeat(20)}.balance`, 'is missing', genesis({ alloc: { ['22'.repeat(20)]: {} } })],
    [
      `alloc.${'22'.repeat(20)}.code`,
      'must be 0x',
      genesis({ alloc: { ['22'.repeat(20)]: { balance: '0', code: 1 } } }),
    ],
    [
      `alloc.0x${'22'.repeat(20)}.storage.0x1`,
      'must be text with at most 32 bytes',
      genesis({ alloc: { ['22'.repeat(20)]: { balance: '0', storage: { '0x1': 'zz' } } } }),
    ],
  ])('is refused with the invalid field: %j %s', async (field, problem, text) => {
    const error = await refusal(text);
    expect(error.field).toBe(field);
    expect(error.message).toContain(problem);
    expect(error.code).toBe('invalid-genesis');
  });
});
