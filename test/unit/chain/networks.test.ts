import { describe, expect, it } from 'vitest';
import { NETWORKS, networkByName, PUBLIC_NETWORK_NAMES } from '../../../src-main/chain/networks.ts';
import { keccak256 } from '../../../src-main/base/keccak.ts';
import { enodeUrlOf, nodeFromEnode } from '../../../src-main/node-record/node-factory.ts';
import { unhex } from '../../support/hex.ts';
import { readVectors } from '../../support/vectors.ts';

interface Vectors {
  networks: Record<
    string,
    {
      networkId: number;
      chainId: number;
      genesisHash: string;
      genesisTime: string;
      dnsTree: string;
      bootnodes: { url: string; publicKey: string; nodeId: string; ip: string; tcp: number; udp: number }[];
    }
  >;
}

const vectors = readVectors<Vectors>('networks.json');

describe.each(PUBLIC_NETWORK_NAMES)('The network %s', (name) => {
  const network = NETWORKS[name];
  const vector = vectors.networks[name]!;

  it('has a genesis header that hashes to its genesis hash', () => {
    expect(unhex(keccak256(network.genesisHeaderRlp))).toBe(vector.genesisHash);
    expect(unhex(network.genesisHash)).toBe(vector.genesisHash);
  });

  it('has the IDs, genesis time and DNS tree of go-ethereum', () => {
    expect(network.networkId).toBe(BigInt(vector.networkId));
    expect(network.chainId).toBe(BigInt(vector.chainId));
    expect(network.genesisTime).toBe(BigInt(vector.genesisTime));
    expect(network.dnsTree).toBe(vector.dnsTree);
  });

  it('has the bootnodes of go-ethereum, parsed to the same nodes', () => {
    expect(network.bootnodes).toEqual(vector.bootnodes.map(({ url }) => url));
    for (const { url, publicKey, nodeId, ip, tcp, udp } of vector.bootnodes) {
      const node = nodeFromEnode(url);
      expect(unhex(node.publicKey)).toBe(publicKey);
      expect(unhex(node.id)).toBe(nodeId);
      expect(node).toMatchObject({ ip, tcp, udp });
      expect(enodeUrlOf(node)).toBe(url);
    }
  });

  it('is found by its name', () => {
    expect(networkByName(name)).toBe(network);
  });
});

describe('A network name', () => {
  it.each(['', 'Mainnet', 'constructor', '__proto__', 'goerli'])(
    '%j, which no network has, finds nothing',
    (name) => {
      expect(networkByName(name)).toBeUndefined();
    },
  );
});
