import type { Node } from '../node-record/node.ts';
import type { PacketCounters } from './socket/packet-counters.ts';
import type { DatagramHandler } from './socket/receiver.ts';
import type { NodeDatabase } from './table/node-database.ts';

/** What a lookup looks for. */
export interface LookupTarget {
  /** Node ID that distances are measured from, 32 bytes. */
  readonly id: Uint8Array;
  /** Public key with this ID, 64 bytes; undefined where only the ID is known. */
  readonly publicKey: Uint8Array | undefined;
}

/** The part of the node database that the engine uses. */
export type EngineDatabase = Pick<NodeDatabase, 'putNode' | 'querySeeds' | 'findFails' | 'setFindFails'>;

/**
 * A discovery protocol as the engine sees it: requests to nodes, and the few rules in which the protocols differ. All
 * requests fail with DiscoveryError; `closed` before `start` and after `stop`. (p2p/discover/table.go transport)
 */
export interface DiscoveryTransport {
  /** Recognises and handles the protocol's datagrams; the receiver calls it directly. */
  readonly packets: DatagramHandler;
  readonly counters: PacketCounters;
  /** The node database as this protocol uses it. */
  readonly database: EngineDatabase;
  /**
   * Whether an empty answer to FINDNODE counts as a failure of the node. In v5 it does not: the node may know no nodes at
   * the requested distances.
   */
  readonly emptyAnswerIsFailure: boolean;
  /** Starts to handle packets and requests; the sockets must be open. */
  start(): void;
  /** Ends all requests with `closed`. */
  stop(): void;
  /**
   * Pings a node; resolves with the sequence number of its record, 0n where the answer has none.
   * @throws DiscoveryError `timeout`, `no-endpoint`, `busy`, `closed`
   */
  ping(node: Node): Promise<bigint>;
  /**
   * Fetches a node's record.
   * @throws DiscoveryError `timeout`, `bad-record`, `no-endpoint`, `busy`, `closed`
   */
  requestEnr(node: Node): Promise<Node>;
  /**
   * Requests nodes near the target; resolves with those that we may contact.
   * @throws DiscoveryError `timeout`, `no-endpoint`, `busy`, `closed`
   */
  findnode(node: Node, target: LookupTarget): Promise<readonly Node[]>;
  /**
   * Chooses the version of a bootnode that is added to the table from one version per address of its DNS name; undefined
   * for none. Never rejects.
   */
  chooseBootnode(versions: readonly Node[]): Promise<Node | undefined>;
  /** Makes a dial candidate of a node that a lookup found; undefined to skip it. Never rejects. */
  prepareCandidate(node: Node): Promise<Node | undefined>;
}
