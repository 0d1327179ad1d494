import type { LookupTrace, TableSnapshot } from '../../shared/model/table.ts';
import type { Startable } from '../base/runtime.ts';
import type { Node } from '../node-record/node.ts';
import type { CandidateSource, NodeStream } from './lookup/candidates.ts';
import type { PacketCounters } from './socket/packet-counters.ts';
import type { DatagramHandler } from './socket/receiver.ts';
import type { Table } from './table/table.ts';

/** What the protocols of discovery have in common, however they speak on the wire. */
export interface DiscoveryProtocol extends Startable, DatagramHandler {
  readonly table: Table;
  readonly counters: PacketCounters;
  /** Replaces the bootnodes and makes contact with them. Never rejects. */
  setBootnodes(nodes: readonly Node[]): Promise<void>;
  /** Fills the table: seeds, bootnodes, a lookup for ourselves and random ones. Never rejects. */
  refresh(): Promise<void>;
  /**
   * Pings a node; resolves with the sequence number of its record, 0n when it did not say.
   * @throws DiscoveryError
   */
  ping(node: Node): Promise<bigint>;
  /** Fetches a node's record. @throws DiscoveryError */
  requestEnr(node: Node): Promise<Node>;
  /**
   * Looks for the 16 nodes nearest to a public key (64 bytes), a node ID (32 bytes) or, without either, to a random
   * target.
   * @throws DiscoveryError `bad-target`, `closed`
   */
  lookup(target?: Uint8Array, onProgress?: (trace: LookupTrace) => void): Promise<LookupTrace>;
  /** The newest version of a node that can be found; the node itself where there is none. Never rejects. */
  resolve(node: Node): Promise<Node>;
  /** A stream of nodes that may be dialled; it ends when the protocol stops. */
  candidates(): CandidateSource;
  /** A stream of all nodes that random lookups meet, as others name them; ends when it or the protocol is stopped. */
  nodes(): NodeStream;
  /** The table as plain data. */
  snapshot(): TableSnapshot;
}
