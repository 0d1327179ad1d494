import { TABLE_PROTOCOLS, type TableProtocol } from '../../shared/model/table.ts';
import type { EthVersion } from '../eth/versions.ts';

/** The properties of one demo node. */
export interface DemoRole {
  readonly name: string;
  readonly family: 'ipv4' | 'ipv6';
  readonly versions: readonly EthVersion[];
  /** Blocks that its chain is behind. */
  readonly lag: bigint;
  /**
   * `member` of our network; `full` has no free slot; `stranger` has our fork but another network ID; `foreign` has
   * another chain; `hidden` takes no part in discovery, so that only a static entry reaches it; `absent` is found but does
   * not listen; `deaf` answers the other nodes and not ours; `other` does not offer eth.
   */
  readonly kind: 'member' | 'full' | 'stranger' | 'foreign' | 'hidden' | 'absent' | 'deaf' | 'other';
  /** `restless` disconnects at intervals; `rude` sends unrequested responses. */
  readonly manner: 'good' | 'restless' | 'rude';
  /** Its discovery protocols; with none, only the node list has it. */
  readonly speaks: readonly TableProtocol[];
  /** Whether it keeps a connection to our node, which is inbound there. */
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

/** The demo nodes, named after trees and not after existing clients. */
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
  // At the end, so that the earlier nodes keep their endpoints.
  role('baobab', { kind: 'absent' }),
  role('ebony', { kind: 'deaf', speaks: v4Only }),
  role('ginkgo', { kind: 'other' }),
  role('hawthorn', { manner: 'rude' }),
  role('mangrove', { manner: 'restless' }),
  role('sequoia', { speaks: [] }),
  role('walnut', { speaks: [] }),
];
