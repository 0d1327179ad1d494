/** The node database of discovery: in memory, and written to LevelDB in the background. */
import { DEFAULT_SETTINGS } from '../../shared/settings-table.ts';
import { describeError } from '../base/errors.ts';
import type { Clock, Logger, Random, Startable, Timer } from '../base/runtime.ts';
import type { Node } from '../node-record/node.ts';
import type { Database } from './database.ts';
import { StoreError } from './errors.ts';
import { endpointKey, isNodeKey, localSeqKey, parseEndpointKey, parseLocalSeqKey } from './keys.ts';
import {
  decodeEndpointValue,
  decodeNodeValue,
  encodeEndpointValue,
  encodeNodeValue,
  NO_ENDPOINT_FACTS,
  type EndpointFacts,
} from './node-values.ts';
import { nodeRetention, type Retention } from './retention.ts';
import { WriteBehind } from './write-behind.ts';
import type { DatabaseWrite } from './sub-levels.ts';

/** Interval of the expiry, milliseconds (geth p2p/enode/nodedb.go dbCleanupCycle). */
export const EXPIRY_INTERVAL_MS = 3_600_000;

/** Node IDs without a known node, our choice: senders of pings whose endpoint is not proven. */
const MAX_UNPROVEN_IDS = 10_000;

/** Our choice: a node that changes its network has a few addresses; an attacker can forge many. */
const MAX_ENDPOINTS_PER_NODE = 4;

/** A node in memory; one from the database is decoded at its first use. */
interface StoredNode {
  node: Node | undefined;
  text: string | undefined;
}

/** Facts about the endpoints of a node ID by IP, least recently changed first. */
type Endpoints = Map<string, EndpointFacts>;

/** Options of NodeStore. */
export interface NodeStoreOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** Default: that of the default settings. */
  readonly retention?: Retention;
}

/** The node database of discovery. */
export class NodeStore implements Startable {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #random: Random;
  /** BOUNDED: by #retention; the least recently changed one is evicted. */
  readonly #nodes = new Map<string, StoredNode>();
  /** Endpoints of the IDs in #nodes. BOUNDED: as #nodes, and MAX_ENDPOINTS_PER_NODE. */
  readonly #proven = new Map<string, Endpoints>();
  /** Endpoints of all other IDs. BOUNDED: MAX_UNPROVEN_IDS, separately, so that a flood of new IDs evicts no proven node. */
  readonly #unproven = new Map<string, Endpoints>();
  /** BOUNDED: by the node keys that used this data folder. */
  readonly #localSeqs = new Map<string, bigint>();
  /** BOUNDED: by the keys of the maps above. */
  readonly #writes: WriteBehind;
  #retention: Retention;
  #expiry: Timer | undefined;

  private constructor(options: NodeStoreOptions) {
    this.#database = options.database;
    this.#clock = options.clock;
    this.#random = options.random;
    this.#retention = options.retention ?? nodeRetention(DEFAULT_SETTINGS);
    this.#writes = new WriteBehind({ ...options, failureMessage: 'The node database cannot be written' });
  }

  /** Loads the database and removes invalid entries from it. */
  static async open(options: NodeStoreOptions): Promise<NodeStore> {
    const store = new NodeStore(options);
    await store.#load();
    return store;
  }

  /** Starts the periodic expiry of nodes that do not answer. */
  start(): Promise<void> {
    this.#expiry ??= this.#clock.after(EXPIRY_INTERVAL_MS, () => {
      this.#expiry = undefined;
      this.expire();
      void this.start();
    });
    return Promise.resolve();
  }

  /** Stops the expiry and tries to write all pending changes. The database stays open. */
  async stop(): Promise<void> {
    this.#expiry?.cancel();
    this.#expiry = undefined;
    await this.#writes.close();
  }

  /** Number of nodes. */
  get size(): number {
    return this.#nodes.size;
  }

  /** False when the last write failed. */
  get writable(): boolean {
    return this.#writes.failure === undefined;
  }

  /** Why the last write failed; undefined when it succeeded. */
  get failure(): string | undefined {
    const { failure } = this.#writes;
    return failure === undefined ? undefined : describeError(failure);
  }

  /** Whether there is a node with this ID. */
  has(idHex: string): boolean {
    return this.#nodes.has(idHex);
  }

  /** The IDs of all nodes. `getNode` removes a node whose stored value is invalid. */
  ids(): readonly string[] {
    return [...this.#nodes.keys()];
  }

  getNode(idHex: string): Node | undefined {
    const stored = this.#nodes.get(idHex);
    if (stored === undefined) return undefined;
    if (stored.text !== undefined) {
      stored.node = decodeNodeValue(idHex, stored.text);
      stored.text = undefined;
      if (stored.node === undefined) this.removeNode(idHex);
    }
    return stored.node;
  }

  putNode(node: Node): void {
    const { idHex } = node;
    const stored = this.getNode(idHex);
    if (stored !== undefined && stored.seq > node.seq) return;
    this.#nodes.delete(idHex);
    this.#nodes.set(idHex, { node, text: undefined });
    const endpoints = this.#unproven.get(idHex);
    if (endpoints !== undefined) {
      this.#unproven.delete(idHex);
      this.#proven.set(idHex, endpoints);
    }
    this.#mark({ level: 'nodes', key: idHex, value: encodeNodeValue(node) });
    this.#evictExcess();
  }

  removeNode(idHex: string): void {
    if (this.#nodes.delete(idHex)) this.#mark({ level: 'nodes', key: idHex, value: undefined });
    for (const ip of this.#endpointsOf(idHex)?.keys() ?? []) this.#markEndpoint(idHex, ip, undefined);
    this.#proven.delete(idHex);
    this.#unproven.delete(idHex);
  }

  lastPingReceived(idHex: string, ip: string): number {
    return this.#facts(idHex, ip).lastPing;
  }

  setLastPingReceived(idHex: string, ip: string, at: number): void {
    this.#setFacts(idHex, ip, { ...this.#facts(idHex, ip), lastPing: at });
  }

  lastPongReceived(idHex: string, ip: string): number {
    return this.#facts(idHex, ip).lastPong;
  }

  setLastPongReceived(idHex: string, ip: string, at: number): void {
    this.#setFacts(idHex, ip, { ...this.#facts(idHex, ip), lastPong: at });
  }

  /** When the node last answered our ping from any address, Unix milliseconds; 0 for never. */
  newestPong(idHex: string): number {
    let newest = 0;
    for (const { lastPong } of this.#endpointsOf(idHex)?.values() ?? []) newest = Math.max(newest, lastPong);
    return newest;
  }

  findFails(idHex: string, ip: string): number {
    return this.#facts(idHex, ip).findFails;
  }

  setFindFails(idHex: string, ip: string, count: number): void {
    this.#setFacts(idHex, ip, { ...this.#facts(idHex, ip), findFails: count });
  }

  /** Up to `count` random nodes whose endpoint answered within the last `maxAgeMs`. */
  querySeeds(count: number, maxAgeMs: number): Node[] {
    const oldest = this.#clock.now() - maxAgeMs;
    const ids = [...this.#nodes.keys()];
    const seeds: Node[] = [];
    for (let left = ids.length; left > 0 && seeds.length < count; left--) {
      const drawn = this.#random.below(left);
      const idHex = ids[drawn];
      const last = ids[left - 1];
      if (idHex === undefined || last === undefined) break;
      ids[drawn] = last;
      const node = this.getNode(idHex);
      if (node?.ip === undefined) continue;
      if (this.lastPongReceived(idHex, node.ip) > oldest) seeds.push(node);
    }
    return seeds;
  }

  /** The last saved sequence number of the local record; undefined when there is none. */
  localSeq(ownIdHex: string): bigint | undefined {
    return this.#localSeqs.get(ownIdHex);
  }

  setLocalSeq(ownIdHex: string, seq: bigint): void {
    this.#localSeqs.set(ownIdHex, seq);
    this.#mark({ level: 'local', key: localSeqKey(ownIdHex), value: seq.toString() });
  }

  /** Changes what is kept. What is too much or too old is removed at once. */
  setRetention(retention: Retention): void {
    this.#retention = retention;
    this.#evictExcess();
    this.expire();
  }

  /** Removes endpoints without a pong or ping for the age of the retention, and nodes whose last pong is older than it. */
  expire(): void {
    const threshold = this.#clock.now() - this.#retention.ageMs;
    for (const group of [this.#proven, this.#unproven]) {
      for (const [idHex, endpoints] of group) this.#expireEndpoints(idHex, endpoints, threshold);
    }
    for (const [idHex] of this.#unproven) {
      if (this.#unproven.get(idHex)?.size === 0) this.#unproven.delete(idHex);
    }
  }

  /**
   * Writes all pending changes, including those that failed before.
   * @throws StoreError `not-writable` when they cannot be written
   */
  async flush(): Promise<void> {
    await this.#writes.flush();
    const { failure } = this.#writes;
    if (failure === undefined) return;
    const why = `The node database cannot be written: ${describeError(failure)}`;
    throw new StoreError('not-writable', why, { cause: failure });
  }

  #evictExcess(): void {
    for (const oldest of this.#nodes.keys()) {
      if (this.#nodes.size <= this.#retention.count) return;
      this.removeNode(oldest);
    }
  }

  #expireEndpoints(idHex: string, endpoints: Endpoints, threshold: number): void {
    let answered = false;
    for (const [ip, facts] of endpoints) {
      answered ||= facts.lastPong > 0;
      if (Math.max(facts.lastPong, facts.lastPing) >= threshold) continue;
      endpoints.delete(ip);
      this.#markEndpoint(idHex, ip, undefined);
    }
    const alive = [...endpoints.values()].some((facts) => facts.lastPong >= threshold);
    if (answered && !alive) this.removeNode(idHex);
  }

  #endpointsOf(idHex: string): Endpoints | undefined {
    return this.#proven.get(idHex) ?? this.#unproven.get(idHex);
  }

  #facts(idHex: string, ip: string): EndpointFacts {
    return this.#endpointsOf(idHex)?.get(ip) ?? NO_ENDPOINT_FACTS;
  }

  #setFacts(idHex: string, ip: string, facts: EndpointFacts): void {
    this.#place(idHex, ip, facts);
    this.#markEndpoint(idHex, ip, facts);
  }

  #place(idHex: string, ip: string, facts: EndpointFacts): void {
    const group = this.#nodes.has(idHex) ? this.#proven : this.#unproven;
    const endpoints: Endpoints = group.get(idHex) ?? new Map<string, EndpointFacts>();
    endpoints.delete(ip);
    endpoints.set(ip, facts);
    if (endpoints.size > MAX_ENDPOINTS_PER_NODE) {
      const [oldest] = endpoints.keys();
      if (oldest !== undefined) {
        endpoints.delete(oldest);
        this.#markEndpoint(idHex, oldest, undefined);
      }
    }
    group.delete(idHex);
    group.set(idHex, endpoints);
    if (this.#unproven.size > MAX_UNPROVEN_IDS) {
      const [oldest] = this.#unproven.keys();
      if (oldest !== undefined) this.removeNode(oldest);
    }
  }

  #markEndpoint(idHex: string, ip: string, facts: EndpointFacts | undefined): void {
    this.#mark({
      level: 'endpoints',
      key: endpointKey(idHex, ip),
      value: facts === undefined ? undefined : encodeEndpointValue(facts),
    });
  }

  #mark(write: DatabaseWrite): void {
    this.#writes.put(write);
  }

  async #load(): Promise<void> {
    for await (const [idHex, text] of this.#database.entries('nodes')) {
      if (isNodeKey(idHex) && this.#nodes.size < this.#retention.count)
        this.#nodes.set(idHex, { node: undefined, text });
      else this.#mark({ level: 'nodes', key: idHex, value: undefined });
    }
    for await (const [key, text] of this.#database.entries('endpoints')) {
      const parts = parseEndpointKey(key);
      const facts = decodeEndpointValue(text);
      if (parts === undefined || facts === undefined)
        this.#mark({ level: 'endpoints', key, value: undefined });
      else this.#place(parts.idHex, parts.ip, facts);
    }
    for await (const [key, text] of this.#database.entries('local')) {
      const ownIdHex = parseLocalSeqKey(key);
      if (ownIdHex !== undefined && /^[0-9]{1,20}$/.test(text)) {
        this.#localSeqs.set(ownIdHex, BigInt(text));
      }
    }
    await this.#writes.flush();
  }
}
