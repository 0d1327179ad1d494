import { PUBLIC_NETWORK_NAMES, type PublicNetworkName } from '../chain/networks.ts';
import type { DemoClient } from './client-names.ts';
import {
  damagesFrames,
  echoes,
  findsUsUseless,
  hasOtherKey,
  resetsConnection,
  speaksHttp,
} from './failing-connections.ts';
import type { FailingPeer } from './failing-peer.ts';
import {
  failsInEth,
  fallsSilent,
  hasOldClient,
  hasOtherGenesis,
  leavesWithoutDisconnect,
  offersOldEth,
  refusesOurFork,
  sendsNoStatus,
  synchronises,
} from './failing-sessions.ts';
import { SHOWN_CAUSES, type ShownCause } from './shown-causes.ts';

/** The properties of a demo node that only answers: in discovery from a fixed table, over TCP as a peer that fails. */
export interface PassiveRole {
  readonly name: string;
  /** The fork ID of its record: of our chain, ours before its last fork, or of a public network; `none`: no eth entry. */
  readonly fork: 'ours' | 'stale' | 'none' | PublicNetworkName;
  /** Whether its record has a TCP port. */
  readonly hasTcpPort: boolean;
  /** What it does with connections; undefined: it does not listen. */
  readonly peer: FailingPeer | undefined;
  readonly client: DemoClient;
  /** Added to the time of its answers in discovery, milliseconds. */
  readonly latencyMs: number;
}

/** A role before it gets its latency. */
type Role = Omit<PassiveRole, 'latencyMs'>;

/** From the same continent to the other side of the world. */
const LATENCIES_MS = [48, 210, 95, 260, 70, 160, 120] as const;

/** Nodes of other chains: with the failing ones as many as make lookups take several rounds. */
const OTHER_CHAIN_NODES = 46;

const failing = (cause: ShownCause, change: Partial<Role>): Role => ({
  name: SHOWN_CAUSES[cause],
  fork: 'ours',
  hasTcpPort: true,
  peer: undefined,
  client: 'geth',
  ...change,
});

const FAILING: readonly Role[] = [
  failing('stale-fork', { fork: 'stale' }),
  failing('no-eth-entry', { fork: 'none' }),
  failing('no-port', { hasTcpPort: false }),
  failing('connection-lost', { peer: resetsConnection }),
  failing('auth-unanswered', { peer: hasOtherKey }),
  failing('handshake-too-large', { peer: speaksHttp }),
  failing('decryption-failed', { peer: echoes }),
  failing('useless-peer', { peer: findsUsUseless }),
  failing('no-shared-version', { peer: offersOldEth }),
  failing('bad-header-mac', { peer: damagesFrames }),
  failing('wrong-genesis', { peer: hasOtherGenesis, client: 'nethermind' }),
  failing('wrong-fork', { peer: hasOldClient, client: 'erigon' }),
  failing('fork-refused', { peer: refusesOurFork, client: 'reth' }),
  failing('status-timeout', { peer: sendsNoStatus, client: 'besu' }),
  failing('subprotocol-error', { peer: failsInEth, client: 'nethermind' }),
  failing('no-chain-data', { peer: synchronises }),
  failing('closed-by-remote', { peer: leavesWithoutDisconnect, client: 'ethrex' }),
  failing('read-timeout-by-us', { peer: fallsSilent, client: 'besu' }),
];

/** Most of them are mainnet's, as everywhere in discovery. */
const OTHER_CHAINS: readonly PublicNetworkName[] = PUBLIC_NETWORK_NAMES.flatMap((name) => ['mainnet', name]);

const outsider = (index: number): Role => ({
  name: `outsider ${String(index + 1)}`,
  fork: OTHER_CHAINS[index % OTHER_CHAINS.length] ?? 'mainnet',
  hasTcpPort: true,
  peer: undefined,
  client: 'geth',
});

/** The nodes that only answer: one for each failure, and nodes of other chains, which most of discovery consists of. */
export const PASSIVE_ROLES: readonly PassiveRole[] = [
  ...FAILING,
  ...Array.from({ length: OTHER_CHAIN_NODES }, (_, index) => outsider(index)),
].map((role, index) => ({ ...role, latencyMs: LATENCIES_MS[index % LATENCIES_MS.length] ?? 0 }));

/** Whether the record of a node is of another chain than the demo's. */
export function isOtherChain({ fork }: PassiveRole): boolean {
  return PUBLIC_NETWORK_NAMES.some((name) => name === fork);
}
