import type { Clock, Random, Unsubscribe } from '../../base/runtime.ts';
import { isUnspecified } from '../../base/ip.ts';
import { logDistance } from '../../node-record/node-id.ts';
import type { Node } from '../../node-record/node.ts';
import type { EventSink, NodeRemovalReason } from '../../events/events.ts';
import { Bucket, type TableNode } from './bucket.ts';
import { BUCKET_COUNT, BUCKET_SIZE, FIRST_BUCKET_DISTANCE, TABLE_SUBNET_LIMIT } from '../constants.ts';
import { NodesByDistance } from './nodes-by-distance.ts';
import { SubnetLimit } from './subnet-limit.ts';

/** Called when entries are added, removed or change their endpoint. */
export interface TableObserver {
  entryAdded(entry: TableNode): void;
  entryRemoved(entry: TableNode): void;
  endpointChanged(entry: TableNode): void;
}

/** Constructor arguments of Table. */
export interface TableOptions {
  /** The local node's ID, 32 bytes: distances are measured from it. */
  readonly selfId: Uint8Array;
  readonly clock: Clock;
  readonly random: Random;
  readonly events: EventSink;
}

/**
 * The Kademlia table: 17 buckets of up to 16 nodes by log distance from our node, each with replacements. It sends
 * nothing and is independent of the protocol. The rules are go-ethereum's (p2p/discover/table.go).
 * BOUNDED: 17 × (16 + 10) nodes.
 */
export class Table {
  readonly buckets: readonly Bucket[];
  readonly #selfId: Uint8Array;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #events: EventSink;
  readonly #subnets = new SubnetLimit(TABLE_SUBNET_LIMIT);
  readonly #observers = new Set<TableObserver>();
  #size = 0;
  #takesInbound = false;

  constructor(options: TableOptions) {
    this.#selfId = options.selfId;
    this.#clock = options.clock;
    this.#random = options.random;
    this.#events = options.events;
    this.buckets = Array.from(
      { length: BUCKET_COUNT },
      (_, index) => new Bucket(FIRST_BUCKET_DISTANCE + index),
    );
  }

  /** Entries in all buckets, replacements not counted. */
  get size(): number {
    return this.#size;
  }

  /** Whether any entry except that of `exceptIdHex` is live. */
  hasLiveBut(exceptIdHex: string): boolean {
    return this.buckets.some(({ entries }) =>
      entries.some(({ live, node }) => live && node.idHex !== exceptIdHex),
    );
  }

  /** The bucket of a node ID. */
  bucketOf(id: Uint8Array): Bucket {
    return this.bucketAt(logDistance(this.#selfId, id));
  }

  /** The bucket of a log distance, 0 to 256. */
  bucketAt(distance: number): Bucket {
    const bucket = this.buckets[bucketIndex(distance)];
    if (bucket === undefined) throw new RangeError(`no bucket at distance ${distance}`);
    return bucket;
  }

  /** The table's version of a node; undefined if the node is not an entry. */
  get(id: Uint8Array, idHex: string): Node | undefined {
    return this.bucketOf(id).entry(idHex)?.node;
  }

  observe(observer: TableObserver): Unsubscribe {
    this.#observers.add(observer);
    return () => this.#observers.delete(observer);
  }

  /** Accepts inbound nodes from now on: before the first refresh, attackers could fill an empty table. */
  openToInbound(): void {
    this.#takesInbound = true;
  }

  /**
   * Adds a node from another node's answer, the database or the bootnodes. It becomes an entry if its bucket has room,
   * else a replacement. Returns true if it became an entry.
   */
  addFound(node: Node): boolean {
    return this.#add(node, false);
  }

  /** Adds a node that contacted us and proved its endpoint, or updates its entry. Returns true if it became an entry. */
  addInbound(node: Node): boolean {
    return this.#takesInbound && this.#add(node, true);
  }

  #add(node: Node, inbound: boolean): boolean {
    const distance = logDistance(this.#selfId, node.id);
    if (distance === 0) return false;
    const bucket = this.bucketAt(distance);
    const known = bucket.entry(node.idHex);
    if (known !== undefined) {
      this.update(known, node, inbound);
      return false;
    }
    if (bucket.entries.length >= BUCKET_SIZE) {
      this.#addReplacement(bucket, node);
      return false;
    }
    this.#dropReplacement(bucket, node.idHex);
    if (!this.#claimIp(bucket, node.ip)) return false;
    this.#insert(bucket, this.#wrap(bucket, node));
    return true;
  }

  /**
   * Updates an entry with a newer version of its node. A version from the node itself is always accepted, one from
   * another node only with a higher sequence number. Returns true if the endpoint changed, which must be proven again.
   */
  update(entry: TableNode, node: Node, inbound: boolean): boolean {
    const old = entry.node;
    if (!inbound && node.seq <= old.seq) return false;
    // A ping contains the endpoint but no record: keep a known record with the same endpoint.
    if (inbound && node.record === undefined && sameEndpoint(old, node)) return false;
    if (node.ip !== old.ip) {
      if (old.ip !== undefined) this.#releaseIp(entry.bucket, old.ip);
      if (!this.#claimIp(entry.bucket, node.ip)) {
        if (old.ip !== undefined) this.#claimIp(entry.bucket, old.ip);
        return false;
      }
    }
    entry.node = node;
    if (node.ip === old.ip && node.udp === old.udp) return false;
    entry.live = false;
    for (const observer of this.#observers) observer.endpointChanged(entry);
    return true;
  }

  /** Removes an entry and fills its place with a random replacement of its bucket. */
  remove(idHex: string, id: Uint8Array, reason: NodeRemovalReason): void {
    const bucket = this.bucketOf(id);
    const index = bucket.entries.findIndex((entry) => entry.node.idHex === idHex);
    const entry = bucket.entries[index];
    if (entry === undefined) return;
    bucket.entries.splice(index, 1);
    this.#size--;
    if (entry.node.ip !== undefined) this.#releaseIp(bucket, entry.node.ip);
    for (const observer of this.#observers) observer.entryRemoved(entry);
    this.#events.emit({ type: 'discovery/node-removed', node: entry.node, bucket: bucket.distance, reason });
    if (bucket.replacements.length === 0) return;
    const [replacement] = bucket.replacements.splice(this.#random.below(bucket.replacements.length), 1);
    if (replacement !== undefined) this.#insert(bucket, replacement);
  }

  /** Removes a node, entry or replacement, at the request of a person. Returns false if the table does not have it. */
  forget(idHex: string, id: Uint8Array): boolean {
    const bucket = this.bucketOf(id);
    if (bucket.entry(idHex) === undefined) return this.#dropReplacement(bucket, idHex);
    this.remove(idHex, id, 'requested');
    return true;
  }

  /**
   * The `limit` entries nearest to `target`, nearest first. With `preferLive`, entries that are not live are returned
   * only if there is no live one.
   * @param target node ID, 32 bytes
   * @param exceptIdHex a node that is left out: the requester itself
   */
  closest(target: Uint8Array, limit: number, preferLive: boolean, exceptIdHex?: string): NodesByDistance {
    if (preferLive) {
      const live = this.#collect(target, limit, true, exceptIdHex);
      if (live.nodes.length > 0) return live;
    }
    return this.#collect(target, limit, false, exceptIdHex);
  }

  /**
   * The nodes of the target's own bucket are nearest to it: they share more bits with it than we do. Those of lower buckets
   * share as many as we do, and those of each higher bucket fewer.
   */
  #collect(target: Uint8Array, limit: number, onlyLive: boolean, exceptIdHex?: string): NodesByDistance {
    const result = new NodesByDistance(target, limit);
    const own = bucketIndex(logDistance(this.#selfId, target));
    const take = (from: number, to: number): void => {
      for (let index = from; index < to; index++) {
        for (const { live, node } of this.buckets[index]?.entries ?? []) {
          if ((live || !onlyLive) && node.idHex !== exceptIdHex) result.push(node);
        }
      }
    };
    take(own, own + 1);
    if (!result.isFull) take(0, own);
    for (let index = own + 1; index < BUCKET_COUNT && !result.isFull; index++) take(index, index + 1);
    return result;
  }

  #addReplacement(bucket: Bucket, node: Node): void {
    if (bucket.hasReplacement(node.idHex) || !this.#claimIp(bucket, node.ip)) return;
    const dropped = bucket.pushReplacement(this.#wrap(bucket, node));
    if (dropped?.node.ip !== undefined) this.#releaseIp(bucket, dropped.node.ip);
  }

  #dropReplacement(bucket: Bucket, idHex: string): boolean {
    const replacement = bucket.takeReplacement(idHex);
    if (replacement === undefined) return false;
    if (replacement.node.ip !== undefined) this.#releaseIp(bucket, replacement.node.ip);
    return true;
  }

  #wrap(bucket: Bucket, node: Node): TableNode {
    return {
      node,
      bucket,
      addedToTable: this.#clock.now(),
      addedToBucket: 0,
      checks: 0,
      live: false,
      pace: undefined,
    };
  }

  #insert(bucket: Bucket, entry: TableNode): void {
    entry.addedToBucket = this.#clock.now();
    bucket.entries.push(entry);
    this.#size++;
    for (const observer of this.#observers) observer.entryAdded(entry);
    this.#events.emit({ type: 'discovery/node-added', node: entry.node, bucket: bucket.distance });
  }

  #claimIp(bucket: Bucket, ip: string | undefined): boolean {
    if (ip === undefined || isUnspecified(ip) || !this.#subnets.add(ip)) return false;
    if (bucket.subnets.add(ip)) return true;
    this.#subnets.remove(ip);
    return false;
  }

  #releaseIp(bucket: Bucket, ip: string): void {
    this.#subnets.remove(ip);
    bucket.subnets.remove(ip);
  }
}

/** The index of the bucket of a log distance. */
function bucketIndex(distance: number): number {
  return Math.min(Math.max(distance - FIRST_BUCKET_DISTANCE, 0), BUCKET_COUNT - 1);
}

function sameEndpoint(a: Node, b: Node): boolean {
  return a.ip === b.ip && a.udp === b.udp && a.tcp === b.tcp;
}
