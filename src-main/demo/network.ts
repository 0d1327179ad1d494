import { encodeGenesisHeader } from '../chain/header.ts';
import type { Network } from '../chain/networks.ts';
import { hexToBytes, utf8ToBytes } from '../base/bytes.ts';
import { keccak256 } from '../base/keccak.ts';

/** Network and chain ID of the demo; no public network has it (chainlist.org). */
const DEMO_ID = 50_405_061n;

const header = encodeGenesisHeader({
  parentHash: new Uint8Array(32),
  coinbase: new Uint8Array(20),
  stateRoot: hexToBytes('56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421'),
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
  configured: { blocks: {}, times: {} },
  forkBlocks: [],
  forkTimes: [],
  bootnodes: [],
  dnsTree: undefined,
};
