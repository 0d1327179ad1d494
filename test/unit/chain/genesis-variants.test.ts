import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { GenesisError } from '../../../src-main/chain/genesis-fields.ts';
import { networkFromGenesis } from '../../../src-main/chain/genesis-file.ts';
import { DIFFERENT_FROM_GETH, GENESIS_VARIANTS, shortHash } from '../../support/genesis-variants.ts';
import { readVectors } from '../../support/vectors.ts';

/** Hashes that geth 1.17.8 prints at `init`, null where it refuses the file; `npm run test:geth` compares them with geth. */
const GETH = readVectors<Record<string, string | null>>('cases/genesis/geth.json');

async function read(content: string | Uint8Array): Promise<string | null> {
  try {
    return shortHash((await networkFromGenesis(content)).genesisHash);
  } catch (error) {
    expect(error).toBeInstanceOf(GenesisError);
    return null;
  }
}

const caseFile = (name: string): Uint8Array =>
  readFileSync(new URL(`../../vectors/cases/genesis/${name}`, import.meta.url));

describe('a genesis file', () => {
  it.each(GENESIS_VARIANTS)('with $name is read or refused like in geth', async ({ name, text }) => {
    const expected = name in DIFFERENT_FROM_GETH ? DIFFERENT_FROM_GETH[name] : GETH[name];
    expect(expected).not.toBeUndefined();
    expect(await read(text)).toBe(expected);
  });

  it.each([
    ['00-base.json', 'ec63c5..68980b'],
    ['01-extradata-empty.json', 'ec63c5..68980b'],
    ['02-code-empty.json', 'ec63c5..68980b'],
    ['03-nonce-empty.json', 'e1fd98..47476e'],
    ['04-timestamp-empty.json', 'bd939c..341eee'],
    ['05-balance-empty.json', '659ab9..5645c4'],
    ['09-bom.json', 'ec63c5..68980b'],
    ['10-utf16le-bom.json', 'ec63c5..68980b'],
    ['24-fraction-in-unknown.json', 'ec63c5..68980b'],
  ])('%s has the same hash as in geth', async (file, hash) => {
    expect(await read(caseFile(file))).toBe(hash);
  });

  it.each(['utf-16le', 'utf-16be'] as const)(
    'in %s is read with and without a byte order mark',
    async (encoding) => {
      for (const mark of ['\uFEFF', '']) {
        const bytes = Buffer.from(mark + new TextDecoder().decode(caseFile('00-base.json')), 'utf16le');
        expect(await read(encoding === 'utf-16le' ? bytes : bytes.swap16())).toBe('ec63c5..68980b');
      }
    },
  );

  it('with bytes that are invalid in its encoding is refused with the encoding', async () => {
    await expect(networkFromGenesis(Uint8Array.of(0x7b, 0xff, 0x7d))).rejects.toThrow('is not text in UTF-8');
    await expect(networkFromGenesis(Uint8Array.of(0xff, 0xfe, 0x7b))).rejects.toThrow(
      'is not text in UTF-16LE',
    );
  });

  it.each([
    ['Nethermind', new TextDecoder().decode(caseFile('50-nethermind-chainspec.json'))],
    ['Parity', '{"name":"x","engine":{"authorityRound":{}},"params":{},"genesis":{},"accounts":{}}'],
    ['OpenEthereum without accounts', '{"engine":{"Ethash":{}},"params":{},"genesis":{}}'],
    ['another order', '{"accounts":{},"genesis":{"gasLimit":"0x1"},"nodes":[]}'],
  ])('that is a chainspec of %s is recognized', async (_client, text) => {
    await expect(networkFromGenesis(text)).rejects.toThrow(
      "This is a Nethermind chainspec; geth's genesis.json is needed",
    );
  });

  it('that is not JSON is refused with line and column', async () => {
    await expect(networkFromGenesis('{\n  "config": {,}\n}')).rejects.toThrow(
      'The genesis file is not JSON: a name in double quotes is expected here (line 2, column 14)',
    );
    await expect(networkFromGenesis('['.repeat(100_000))).rejects.toThrow('it is nested too deeply');
  });

  it('of Besu, with only the last fork at genesis, also has the earlier forks', async () => {
    const text = JSON.stringify({
      config: {
        chainId: 1337,
        londonBlock: 0,
        cancunTime: 0,
        pragueTime: 99,
        contractSizeLimit: 2147483647,
        ethash: { fixeddifficulty: 100 },
      },
      nonce: '0x42',
      gasLimit: '0x1fffffffffffff',
      difficulty: '0x10000',
      alloc: {
        fe3b557e8fb62b89f4916b721be55ceb828dbd73: { privateKey: '00', balance: '0xad78ebc5ac6200000' },
      },
    });
    const network = await networkFromGenesis(text);
    expect([network.forkBlocks, network.forkTimes]).toEqual([[], [99n]]);
    const full = JSON.parse(text) as { config: Record<string, unknown> };
    for (const name of [
      'homestead',
      'eip150',
      'eip155',
      'eip158',
      'byzantium',
      'constantinople',
      'istanbul',
      'berlin',
    ])
      full.config[`${name}Block`] = 0;
    full.config['shanghaiTime'] = 0;
    expect((await networkFromGenesis(JSON.stringify(full))).genesisHash).toEqual(network.genesisHash);
  });
});
