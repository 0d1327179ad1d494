import type { Network } from '../chain/networks.ts';
import type { ChainSource } from '../eth/chain-source.ts';
import { createGenesisChain } from '../eth/genesis-chain.ts';
import type { BlockRange } from '../eth/status.ts';
import { utf8ToBytes } from '../base/bytes.ts';
import { keccak256 } from '../base/keccak.ts';
import type { Clock } from '../base/runtime.ts';

/** Block time of the demo's invented chain, seconds. */
const SLOT_SECONDS = 12n;

/**
 * The chain that a demo node announces: its head follows the clock, `lag` blocks behind. The blocks are invented and not
 * served; only the genesis block is.
 */
export function createDemoChain(network: Network, clock: Clock, lag: bigint): ChainSource {
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
