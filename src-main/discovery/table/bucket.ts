import type { Node } from '../../node-record/node.ts';
import { BUCKET_SUBNET_LIMIT, MAX_REPLACEMENTS } from '../constants.ts';
import { SubnetLimit } from './subnet-limit.ts';

/** The revalidation list of an entry. */
export type RevalidationPace = 'fast' | 'slow';

/** A node in the table with its state there. Only the table and the revalidation change it. */
export interface TableNode {
  node: Node;
  readonly bucket: Bucket;
  /** When it became an entry or a replacement, Unix milliseconds. */
  readonly addedToTable: number;
  /** When it became an entry, Unix milliseconds; 0 for a replacement. */
  addedToBucket: number;
  /** Passed liveness checks, divided by 3 at each failed one. */
  checks: number;
  /** Whether it passed a liveness check at this endpoint. */
  live: boolean;
  /** Its revalidation list; undefined for replacements and removed nodes. */
  pace: RevalidationPace | undefined;
}

/**
 * The nodes of one distance. BOUNDED: BUCKET_SIZE entries (enforced by the table) and MAX_REPLACEMENTS replacements.
 */
export class Bucket {
  /** Log distance from the local node; the first bucket also holds all closer nodes. */
  readonly distance: number;
  readonly entries: TableNode[] = [];
  /** Latest seen first. */
  readonly replacements: TableNode[] = [];
  readonly subnets = new SubnetLimit(BUCKET_SUBNET_LIMIT);

  constructor(distance: number) {
    this.distance = distance;
  }

  entry(idHex: string): TableNode | undefined {
    return this.entries.find((entry) => entry.node.idHex === idHex);
  }

  hasReplacement(idHex: string): boolean {
    return this.replacements.some((entry) => entry.node.idHex === idHex);
  }

  /** Adds a replacement at the front; returns the last one if that was dropped. */
  pushReplacement(entry: TableNode): TableNode | undefined {
    this.replacements.unshift(entry);
    return this.replacements.length > MAX_REPLACEMENTS ? this.replacements.pop() : undefined;
  }

  /** Removes and returns a replacement; undefined if there is none with this ID. */
  takeReplacement(idHex: string): TableNode | undefined {
    const index = this.replacements.findIndex((entry) => entry.node.idHex === idHex);
    return index < 0 ? undefined : this.replacements.splice(index, 1)[0];
  }
}
