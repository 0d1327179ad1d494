import { TABLE_PROTOCOLS, type TableProtocol } from '../../shared/model/table.ts';
import { ETH_VERSION_NUMBERS, type EthVersion } from '../eth/versions.ts';
import type { DemoClient } from './client-names.ts';

/** The properties of one demo node. */
export interface DemoRole {
  readonly name: string;
  readonly family: 'ipv4' | 'ipv6';
  readonly versions: readonly EthVersion[];
  /** Blocks that its chain is behind. */
  readonly lag: bigint;
  /**
   * `member` of our network; `full` has no free slot; `other-network-id` has our fork but another network ID; `other-chain` has
   * another chain; `hidden` takes no part in discovery, so that only a static entry reaches it; `absent` is found but does
   * not listen; `silent` accepts connections and sends nothing; `unresponsive` answers the other nodes and not ours; `no-eth`
   * does not offer eth.
   */
  readonly kind:
    | 'member'
    | 'full'
    | 'other-network-id'
    | 'other-chain'
    | 'hidden'
    | 'absent'
    | 'silent'
    | 'unresponsive'
    | 'no-eth';
  /** The client whose name it announces. */
  readonly client: DemoClient;
  /** Added to the round trips of its sessions, milliseconds. */
  readonly latencyMs: number;
  /** Whether it announces transactions several times a second. */
  readonly busy: boolean;
  /** `disconnects` ends its sessions at intervals; `sends-unrequested` sends unrequested responses. */
  readonly behaviour: 'correct' | 'disconnects' | 'sends-unrequested';
  /** Its discovery protocols; with none, only the node list has it. */
  readonly discovery: readonly TableProtocol[];
  /** Whether it keeps a connection to our node, which is inbound there. */
  readonly dialsUs: boolean;
}

const v4Only: readonly TableProtocol[] = ['v4'];
const v5Only: readonly TableProtocol[] = ['v5'];
const role = (name: string, change: Partial<DemoRole> = {}): DemoRole => ({
  name,
  family: 'ipv4',
  versions: ETH_VERSION_NUMBERS,
  lag: 0n,
  kind: 'member',
  behaviour: 'correct',
  discovery: TABLE_PROTOCOLS,
  dialsUs: false,
  client: 'geth',
  latencyMs: 0,
  busy: false,
  ...change,
});

/** The shares of clients are roughly those of mainnet. */
const CLIENTS: readonly DemoClient[] = [
  ...(['geth', 'nethermind', 'geth', 'reth', 'besu', 'geth', 'nethermind', 'geth'] as const),
  ...(['erigon', 'reth', 'geth', 'besu', 'nethermind', 'ethrex'] as const),
];
/** From the same city to the other side of the world. */
const LATENCIES_MS = [3, 41, 96, 12, 168, 27, 78, 7, 205, 55, 18] as const;

/** Gives each node a client and a latency, the same at every start. */
const withVariety = (each: DemoRole, index: number): DemoRole => ({
  ...each,
  client: CLIENTS[index % CLIENTS.length] ?? 'geth',
  latencyMs: LATENCIES_MS[index % LATENCIES_MS.length] ?? 0,
});

const ROLES: readonly DemoRole[] = [
  role('alder', { busy: true }),
  role('ash'),
  role('aspen', { dialsUs: true }),
  role('beech', { versions: [68], discovery: v4Only }),
  role('birch', { dialsUs: true, busy: true }),
  role('cedar', { lag: 3n }),
  role('cherry', { family: 'ipv6' }),
  role('cypress', { dialsUs: true, versions: [69] }),
  role('elm', { discovery: v5Only }),
  role('fir', { versions: [69, 70], discovery: v4Only }),
  role('hazel', { dialsUs: true, busy: true }),
  role('holly', { lag: 41n, discovery: v5Only }),
  role('juniper', { family: 'ipv6', dialsUs: true }),
  role('larch', { discovery: v4Only }),
  role('linden', { versions: [68], dialsUs: true }),
  role('maple', { discovery: v5Only }),
  role('myrtle', { family: 'ipv6' }),
  role('oak', { dialsUs: true }),
  role('olive', { kind: 'full' }),
  role('pine', { kind: 'full' }),
  role('poplar', { kind: 'other-network-id' }),
  role('rowan', { kind: 'other-chain' }),
  role('spruce', { kind: 'other-chain' }),
  role('willow', { kind: 'hidden' }),
  role('yew', { kind: 'hidden' }),
  // At the end, so that the earlier nodes keep their endpoints.
  role('baobab', { kind: 'absent' }),
  role('ebony', { kind: 'unresponsive', discovery: v4Only }),
  role('ginkgo', { kind: 'no-eth' }),
  role('hawthorn', { behaviour: 'sends-unrequested' }),
  role('mangrove', { behaviour: 'disconnects' }),
  role('sequoia', { discovery: [] }),
  role('walnut', { discovery: [] }),
  role('acacia', { kind: 'silent' }),
  // Most nodes of a public network are full; these fill a bucket.
  ...['balsa', 'cork', 'dogwood', 'elder', 'fig', 'gum', 'ironwood', 'jujube'].map((name) =>
    role(name, { kind: 'full' }),
  ),
];

/** The demo nodes, named after trees. */
export const DEMO_ROLES: readonly DemoRole[] = ROLES.map(withVariety);
