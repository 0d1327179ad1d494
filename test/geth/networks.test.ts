import { spawnSync } from 'node:child_process';
import { afterAll, describe, expect, test } from 'vitest';
import { networkFromGenesis } from '../../src-main/chain/genesis-file.ts';
import { NETWORKS, PUBLIC_NETWORK_NAMES, type PublicNetworkName } from '../../src-main/chain/networks.ts';
import { to0x } from '../../src-main/base/bytes.ts';
import { realPeer, realPeerVersion, type RealPeer } from '../support/real-peers.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { readVectors } from '../support/vectors.ts';

/** geth 1.17 has no Holesky: the newest pinned geth that has it is used. */
const GETH_OF = {
  mainnet: 'geth72',
  sepolia: 'geth72',
  hoodi: 'geth72',
  holesky: 'geth69',
} as const satisfies Record<PublicNetworkName, RealPeer>;

interface Vector {
  geth: string;
  chainId: number;
  genesisTime: number;
  forks: Record<string, number>;
}
const vectors = readVectors<{ networks: Record<PublicNetworkName, Vector> }>('geth-networks.json').networks;

const folder = await temporaryFolder();
afterAll(folder.remove);

/** `geth --NETWORK dumpgenesis` prints and ends: it opens no socket. */
function dumpGenesis(name: string, version: RealPeer): { status: number | null; text: string } {
  const args = ['--datadir', folder.path, `--${name}`, 'dumpgenesis'];
  const { status, stdout } = spawnSync(realPeer(version), args, {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  return { status, text: stdout };
}

/** Forks that are activated after the genesis block, by their names in geth's configuration. */
function laterForks(
  forks: Readonly<Record<string, number | bigint | undefined>>,
  genesisTime: bigint,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(forks)
      .map(([name, at]) => [name, BigInt(at ?? 0)] as const)
      .filter(([name, at]) => at > (name.endsWith('Block') ? 0n : genesisTime))
      .map(([name, at]): [string, string] => [name, String(at)])
      .sort(([a], [b]) => a.localeCompare(b)),
  );
}

describe.each(PUBLIC_NETWORK_NAMES)('%s, against `geth dumpgenesis`', (name) => {
  const version = GETH_OF[name];
  const network = NETWORKS[name];
  const { status, text } = dumpGenesis(name, version);
  const dumped = JSON.parse(text) as { config: Record<string, unknown>; timestamp: string };
  const forks = Object.fromEntries(
    Object.entries(dumped.config).filter(([key]) => /(?:Block|Time)$/.test(key)),
  ) as Record<string, number>;

  test('has every fork that geth has, at the same block or time, and no other', () => {
    expect(status).toBe(0);
    const { blocks, times } = network.configured;
    const ours = laterForks({ ...blocks, ...times }, network.genesisTime);
    expect(ours, `forks of ${name}: ours against geth ${realPeerVersion(version)}`).toEqual(
      laterForks(forks, network.genesisTime),
    );
  });

  test('has the genesis block, chain ID and fork schedule that our reader gets from it', async () => {
    const read = await networkFromGenesis(text);
    expect(to0x(network.genesisHash)).toBe(to0x(read.genesisHash));
    expect(to0x(network.genesisHeaderRlp)).toBe(to0x(read.genesisHeaderRlp));
    expect(network.chainId).toBe(read.chainId);
    expect(network.forkBlocks).toEqual(read.forkBlocks);
    expect(network.forkTimes).toEqual(read.forkTimes);
  });

  test('has the vectors that this geth prints', () => {
    expect(vectors[name]).toEqual({
      geth: realPeerVersion(version),
      chainId: dumped.config['chainId'],
      genesisTime: Number(dumped.timestamp),
      forks,
    });
  });
});

test('the pinned geth 1.17 has no Holesky', () => {
  expect(dumpGenesis('holesky', 'geth72').status).not.toBe(0);
});
