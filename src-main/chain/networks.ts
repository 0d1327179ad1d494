/**
 * The public networks: genesis, forks, bootnodes and DNS node list (geth params/config.go, core/genesis.go,
 * params/bootnodes.go). Forks at the genesis block are omitted. test/geth/networks.test.ts compares every network with the
 * pinned geth. genesis-file.ts reads custom networks.
 */
import { hexToBytes, utf8ToBytes } from '../base/bytes.ts';
import { PUBLIC_BOOTNODES } from './bootnodes.ts';
import { normalizeForks, type ForkSchedule } from './fork-id.ts';
import type { BlockForkName, ConfiguredForks, TimeForkName } from './forks.ts';
import { encodeGenesisHeader, type GenesisHeader } from './header.ts';

/** A chain and its peer-to-peer network. */
export interface Network extends ForkSchedule {
  /** `mainnet`, …; `custom` for a network of a genesis file. */
  readonly name: string;
  readonly networkId: bigint;
  readonly chainId: bigint;
  /** 32 bytes. */
  readonly genesisHash: Uint8Array;
  /** Seconds since 1970. */
  readonly genesisTime: bigint;
  /** The RLP of the genesis header; its keccak-256 is `genesisHash`. */
  readonly genesisHeaderRlp: Uint8Array;
  /** The forks by name, from which `forkBlocks` and `forkTimes` are derived. */
  readonly configured: ConfiguredForks;
  readonly forkBlocks: readonly bigint[];
  readonly forkTimes: readonly bigint[];
  /** Enode URLs. */
  readonly bootnodes: readonly string[];
  /** enrtree:// URL of the DNS node list (EIP-1459); undefined for custom networks. */
  readonly dnsTree: string | undefined;
}

/** The built-in networks, in the order of the user interface. */
export const PUBLIC_NETWORK_NAMES = ['mainnet', 'sepolia', 'hoodi', 'holesky'] as const;

/** One of PUBLIC_NETWORK_NAMES. */
export type PublicNetworkName = (typeof PUBLIC_NETWORK_NAMES)[number];

/** Public key of the DNS node lists, in base32 (geth params/bootnodes.go dnsPrefix). */
const DNS_TREE_KEY = 'AKA3AM6LPBYEUDMVNU3BSVQJ5AD45Y7YPOHJLEF6W26QOE4VTUDPE';

const ZERO_HASH = new Uint8Array(32);

/** Common fields of the genesis headers of the public networks. */
const PLAIN_HEADER = {
  parentHash: ZERO_HASH,
  coinbase: new Uint8Array(20),
  number: 0n,
  gasUsed: 0n,
  extraData: new Uint8Array(0),
  mixHash: ZERO_HASH,
} as const;

/** Base fee of a genesis block with London, wei (INITIAL_BASE_FEE of https://eips.ethereum.org/EIPS/eip-1559). */
export const INITIAL_BASE_FEE = 1_000_000_000n;

function publicNetwork(
  name: PublicNetworkName,
  chain: {
    id: bigint;
    genesisHash: string;
    header: GenesisHeader;
    blocks: Readonly<Partial<Record<BlockForkName, bigint>>>;
    times: Readonly<Partial<Record<TimeForkName, bigint>>>;
  },
): Network {
  const { blocks, times, header } = chain;
  return {
    name,
    networkId: chain.id,
    chainId: chain.id,
    genesisHash: hexToBytes(chain.genesisHash),
    genesisTime: header.time,
    genesisHeaderRlp: encodeGenesisHeader(header),
    configured: { blocks, times },
    forkBlocks: normalizeForks(Object.values(blocks), 0n),
    forkTimes: normalizeForks(Object.values(times), header.time),
    bootnodes: PUBLIC_BOOTNODES[name],
    dnsTree: `enrtree://${DNS_TREE_KEY}@all.${name}.ethdisco.net`,
  };
}

/** The public networks by name. */
export const NETWORKS: Readonly<Record<PublicNetworkName, Network>> = {
  mainnet: publicNetwork('mainnet', {
    id: 1n,
    genesisHash: 'd4e56740f876aef8c010b86a40d5f56745a118d0906a34e69aec8c0db1cb8fa3',
    header: {
      ...PLAIN_HEADER,
      stateRoot: hexToBytes('d7f8974fb5ac78d9ac099b9ad5018bedc2ce0a72dad1827a1709da30580f0544'),
      difficulty: 17_179_869_184n,
      gasLimit: 5_000n,
      time: 0n,
      extraData: hexToBytes('11bbe8db4e347b4e8c937c1c8370e4b5ed33adb3db69cbdb7a38e1e50b1b82fa'),
      nonce: hexToBytes('0000000000000042'),
    },
    blocks: {
      homesteadBlock: 1_150_000n,
      daoForkBlock: 1_920_000n,
      eip150Block: 2_463_000n,
      eip155Block: 2_675_000n,
      eip158Block: 2_675_000n,
      byzantiumBlock: 4_370_000n,
      constantinopleBlock: 7_280_000n,
      petersburgBlock: 7_280_000n,
      istanbulBlock: 9_069_000n,
      muirGlacierBlock: 9_200_000n,
      berlinBlock: 12_244_000n,
      londonBlock: 12_965_000n,
      arrowGlacierBlock: 13_773_000n,
      grayGlacierBlock: 15_050_000n,
    },
    times: {
      shanghaiTime: 1_681_338_455n,
      cancunTime: 1_710_338_135n,
      pragueTime: 1_746_612_311n,
      osakaTime: 1_764_798_551n,
      bpo1Time: 1_765_290_071n,
      bpo2Time: 1_767_747_671n,
    },
  }),
  sepolia: publicNetwork('sepolia', {
    id: 11_155_111n,
    genesisHash: '25a5cc106eea7138acab33231d7160d69cb777ee0c2c553fcddf5138993e6dd9',
    header: {
      ...PLAIN_HEADER,
      stateRoot: hexToBytes('5eb6e371a698b8d68f665192350ffcecbbbf322916f4b51bd79bb6887da3f494'),
      difficulty: 131_072n,
      gasLimit: 30_000_000n,
      time: 1_633_267_481n,
      extraData: utf8ToBytes('Sepolia, Athens, Attica, Greece!'),
      nonce: new Uint8Array(8),
      baseFee: INITIAL_BASE_FEE,
    },
    blocks: { mergeNetsplitBlock: 1_735_371n },
    times: {
      shanghaiTime: 1_677_557_088n,
      cancunTime: 1_706_655_072n,
      pragueTime: 1_741_159_776n,
      osakaTime: 1_760_427_360n,
      bpo1Time: 1_761_017_184n,
      bpo2Time: 1_761_607_008n,
      amsterdamTime: 1_791_294_816n,
    },
  }),
  hoodi: publicNetwork('hoodi', {
    id: 560_048n,
    genesisHash: 'bbe312868b376a3001692a646dd2d7d1e4406380dfd86b98aa8a34d1557c971b',
    header: {
      ...PLAIN_HEADER,
      stateRoot: hexToBytes('da87d7f5f91c51508791bbcbd4aa5baf04917830b86985eeb9ad3d5bfb657576'),
      difficulty: 1n,
      gasLimit: 36_000_000n,
      time: 1_742_212_800n,
      nonce: hexToBytes('0000000000001234'),
      baseFee: INITIAL_BASE_FEE,
      withdrawals: true,
      blobGas: { used: 0n, excess: 0n },
    },
    blocks: {},
    times: {
      pragueTime: 1_742_999_832n,
      osakaTime: 1_761_677_592n,
      bpo1Time: 1_762_365_720n,
      bpo2Time: 1_762_955_544n,
    },
  }),
  holesky: publicNetwork('holesky', {
    id: 17_000n,
    genesisHash: 'b5f7f912443c940f21fd611f12828d75b534364ed9e95ca4e307729a4661bde4',
    header: {
      ...PLAIN_HEADER,
      stateRoot: hexToBytes('69d8c9d72f6fa4ad42d4702b433707212f90db395eb54dc20bc85de253788783'),
      difficulty: 1n,
      gasLimit: 25_000_000n,
      time: 1_695_902_100n,
      nonce: hexToBytes('0000000000001234'),
      baseFee: INITIAL_BASE_FEE,
    },
    blocks: {},
    times: {
      shanghaiTime: 1_696_000_704n,
      cancunTime: 1_707_305_664n,
      pragueTime: 1_740_434_112n,
      osakaTime: 1_759_308_480n,
      bpo1Time: 1_759_800_000n,
      bpo2Time: 1_760_389_824n,
    },
  }),
};

/**
 * The public network of a name; undefined for other text.
 * @internal for tests
 */
export function networkByName(name: string): Network | undefined {
  const known = PUBLIC_NETWORK_NAMES.find((candidate) => candidate === name);
  return known === undefined ? undefined : NETWORKS[known];
}
