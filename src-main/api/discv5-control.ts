import type { Enr } from '../node-record/enr.ts';

/** The answer to a PING of discovery v5. */
export interface DiscoveryPong {
  /** Sequence number of the record of the answering node. */
  readonly enrSeq: bigint;
  /** Our endpoint as that node saw it: canonical text, and the UDP port. */
  readonly ip: string;
  readonly port: number;
}

/**
 * Access to discovery v5 for the methods of the portal network. Records are text (`enr:…`). A node is named by its ID, which
 * must be known, its enode URL or its record. What asks the network throws a DiscoveryError when there is no answer.
 */
export interface Discv5Control {
  /** Newest known record of a node; null when it is unknown. @param idHex 64 hex digits */
  recordOf(idHex: string): string | null;
  /** Looks up the newest record of a node in the network. @throws ApiError `not-running` */
  findRecord(idHex: string): Promise<string | null>;
  /**
   * Offers a node to the table. @returns whether it is an entry afterwards, with this record or a newer one
   * @throws ApiError `not-running`, `invalid-node` for our own record; DiscoveryError `no-endpoint`
   */
  add(record: Enr): boolean;
  /** Removes a node from the table. False when the table does not have it. @throws ApiError `not-running` */
  remove(idHex: string): boolean;
  /** @throws ApiError `not-running`, `invalid-node` */
  ping(node: string): Promise<DiscoveryPong>;
  /**
   * Asks a node for nodes at log distances from it, 0 for its own record. Records of nodes that we may not contact are left
   * out. @throws ApiError `not-running`, `invalid-node`
   */
  findNodes(node: string, distances: readonly number[]): Promise<readonly string[]>;
  /** Looks up the nodes nearest to an ID: 16 at most, nearest first. @throws ApiError `not-running` */
  nearest(idHex: string): Promise<readonly string[]>;
}
