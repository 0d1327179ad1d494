import { TABLE_PROTOCOLS, type TableProtocol } from '../../shared/model/table.ts';
import type { EthVersion } from '../eth/versions.ts';

/** What sets one node of the demo apart. */
export interface DemoRole {
  readonly name: string;
  readonly family: 'ipv4' | 'ipv6';
  readonly versions: readonly EthVersion[];
  /** Blocks that its chain is behind. */
  readonly lag: bigint;
  /**
   * `member` of our network; `full` has no place left; `stranger` has our fork but another network ID; `foreign` is of
   * another chain; `hidden` takes no part in discovery, so that only who is told of it can dial it; `absent` is found
   * where nobody listens; `deaf` answers the others and not us; `other` offers another protocol than eth.
   */
  readonly kind: 'member' | 'full' | 'stranger' | 'foreign' | 'hidden' | 'absent' | 'deaf' | 'other';
  /** `restless` leaves us again and again; `rude` answers what was not asked. */
  readonly manner: 'good' | 'restless' | 'rude';
  /** How it is found: by the protocols of discovery that it speaks, or by none of them, so that the node list has it alone. */
  readonly speaks: readonly TableProtocol[];
  /** Keeps a connection to our node, which is inbound there. */
  readonly dialsUs: boolean;
}

const both: readonly EthVersion[] = [68, 69];
const v4Only: readonly TableProtocol[] = ['v4'];
const v5Only: readonly TableProtocol[] = ['v5'];
const role = (name: string, change: Partial<DemoRole> = {}): DemoRole => ({
  name,
  family: 'ipv4',
  versions: both,
  lag: 0n,
  kind: 'member',
  manner: 'good',
  speaks: TABLE_PROTOCOLS,
  dialsUs: false,
  ...change,
});

/** The nodes of the demo, named after trees, so that they are not taken for existing clients. */
export const DEMO_ROLES: readonly DemoRole[] = [
  role('alder'),
  role('ash'),
  role('aspen', { dialsUs: true }),
  role('beech', { versions: [68], speaks: v4Only }),
  role('birch', { dialsUs: true }),
  role('cedar', { lag: 3n }),
  role('cherry', { family: 'ipv6' }),
  role('cypress', { dialsUs: true, versions: [69] }),
  role('elm', { speaks: v5Only }),
  role('fir', { versions: [69], speaks: v4Only }),
  role('hazel', { dialsUs: true }),
  role('holly', { lag: 41n, speaks: v5Only }),
  role('juniper', { family: 'ipv6', dialsUs: true }),
  role('larch', { speaks: v4Only }),
  role('linden', { versions: [68], dialsUs: true }),
  role('maple', { speaks: v5Only }),
  role('myrtle', { family: 'ipv6' }),
  role('oak', { dialsUs: true }),
  role('olive', { kind: 'full' }),
  role('pine', { kind: 'full' }),
  role('poplar', { kind: 'stranger' }),
  role('rowan', { kind: 'foreign' }),
  role('spruce', { kind: 'foreign' }),
  role('willow', { kind: 'hidden' }),
  role('yew', { kind: 'hidden' }),
  // Behind the others, each of which keeps its place that way.
  role('baobab', { kind: 'absent' }),
  role('ebony', { kind: 'deaf', speaks: v4Only }),
  role('ginkgo', { kind: 'other' }),
  role('hawthorn', { manner: 'rude' }),
  role('mangrove', { manner: 'restless' }),
  role('sequoia', { speaks: [] }),
  role('walnut', { speaks: [] }),
];
