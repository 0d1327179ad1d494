import { forkIdAt, type ForkId } from '../chain/fork-id.ts';
import { encodeGenesisHeader } from '../chain/header.ts';
import type { Network } from '../chain/networks.ts';
import { hexToBytes, utf8ToBytes } from '../base/bytes.ts';
import { keccak256 } from '../base/keccak.ts';

/** Network and chain ID of the demo; no public network has it (chainlist.org). */
const DEMO_ID = 50_405_061n;

/** A passed fork, so that records can be stale: 2026-02-01, seconds since 1970. */
export const CANCUN_TIME = 1_769_904_000n;

const header = encodeGenesisHeader({
  parentHash: new Uint8Array(32),
  coinbase: new Uint8Array(20),
  // The accounts of state.ts.
  stateRoot: hexToBytes('544691217b0c84bbb84f91ebdcd05714f2bfba976a4b99863287a85ad5e4f71d'),
  difficulty: 0n,
  number: 0n,
  gasLimit: 30_000_000n,
  gasUsed: 0n,
  time: 1_767_225_600n,
  extraData: utf8ToBytes('Enodeck demo network'),
  mixHash: new Uint8Array(32),
  nonce: new Uint8Array(8),
  baseFee: 1_000_000_000n,
  withdrawals: true,
});

/** The private network of the demo, with its own genesis. */
export const DEMO_CHAIN: Network = {
  name: 'demo',
  networkId: DEMO_ID,
  chainId: DEMO_ID,
  genesisHash: keccak256(header),
  genesisTime: 1_767_225_600n,
  genesisHeaderRlp: header,
  configured: { blocks: {}, times: { cancunTime: CANCUN_TIME } },
  forkBlocks: [],
  forkTimes: [CANCUN_TIME],
  bootnodes: [],
  dnsTree: undefined,
};

/** The fork ID of a client that does not know the last fork of the demo's chain. */
export const STALE_FORK: ForkId = forkIdAt({ ...DEMO_CHAIN, forkTimes: [] }, 0n, 0n);
