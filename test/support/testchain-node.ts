import { readFile } from 'node:fs/promises';
import { networkFromGenesis } from '../../src-main/chain/genesis-file.ts';
import type { Network } from '../../src-main/chain/networks.ts';
import { createGenesisChain } from '../../src-main/eth/genesis-chain.ts';
import { createEthProtocols } from '../../src-main/eth/session.ts';
import { systemClock } from '../../src-main/base/system-runtime.ts';
import { enodeUrlOf, parseNode } from '../../src-main/node-record/node-factory.ts';
import type { Node } from '../../src-main/node-record/node.ts';
import type { Protocol } from '../../src-main/p2p/protocol.ts';
import { TESTCHAIN, type Geth } from './geth.ts';
import type { P2pNode } from './p2p-node.ts';
import type { SkippingClock } from './skipping-clock.ts';

/** The network of the testchain, read from its genesis file by our code. */
export async function testchainNetwork(): Promise<Network> {
  const network = await networkFromGenesis(await readFile(TESTCHAIN.genesisFile, 'utf8'));
  return { ...network, networkId: BigInt(TESTCHAIN.networkId) };
}

/** The eth protocols of our node on a network. */
export const ethOf = (network: Network): readonly Protocol[] =>
  createEthProtocols(createGenesisChain(network, systemClock));

/** A geth as our nodes dial it. */
export const nodeOf = (geth: Geth): Node => parseNode(geth.info.enode);

/** A node of this process, as geth dials it. */
export const enodeOf = (node: P2pNode): string => enodeUrlOf(node.node());

/** Moves the clock of `us` forward to its next dial of geth, unless it dials geth or has a session with it. */
export async function skipToNextTry(us: P2pNode, geth: Geth, clock: SkippingClock): Promise<void> {
  const { state, nextTryAt } = us.server.dialing.stateOf(nodeOf(geth));
  if (state === 'connected' || state === 'dialing') return;
  if (nextTryAt === undefined) throw new Error(`No further dial is scheduled: ${state}`);
  await clock.skip(nextTryAt - clock.now());
}
