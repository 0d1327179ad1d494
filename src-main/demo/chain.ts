import type { Network } from '../chain/networks.ts';
import type { ChainView } from '../eth/chain-view.ts';
import { createGenesisChain } from '../eth/genesis-chain.ts';
import type { BlockRange } from '../eth/status.ts';
import { utf8ToBytes } from '../base/bytes.ts';
import { keccak256 } from '../base/keccak.ts';
import type { Clock } from '../base/runtime.ts';

/** Seconds between two blocks of the demo's made-up chain. */
const SLOT_SECONDS = 12n;

/**
 * The chain that a node of the demo announces: its head moves by the clock, `lag` blocks behind. The blocks are made up
 * and are not served; of what can be asked for there is the genesis block alone.
 */
export function createDemoChain(network: Network, clock: Clock, lag: bigint): ChainView {
  const genesis = createGenesisChain(network, clock);
  const range = (): BlockRange => {
    const seconds = BigInt(Math.floor(clock.now() / 1_000)) - network.genesisTime;
    const now = seconds / SLOT_SECONDS - lag;
    const latest = now > 0n ? now : 0n;
    return {
      earliest: 0n,
      latest,
      latestHash:
        latest === 0n ? network.genesisHash : keccak256(utf8ToBytes(`demo block ${String(latest)}`)),
    };
  };
  return { ...genesis, range };
}
