import { bytesToHex } from '../base/bytes.ts';
import type { Clock, Logger, Random, Startable } from '../base/runtime.ts';
import { PUBLIC_KEY_LENGTH } from '../base/secp256k1-lengths.ts';
import type { EventSink } from '../events/events.ts';
import type { Enr } from '../node-record/enr.ts';
import { nodeFromRecord } from '../node-record/node-factory.ts';
import { NODE_ID_LENGTH, nodeIdOf } from '../node-record/node-id.ts';
import type { Node } from '../node-record/node.ts';
import type { LookupTrace, TableSnapshot } from '../../shared/model/table.ts';
import type { AddressFilter } from './address-filter.ts';
import { Bootnodes, type HostResolver } from './bootnodes.ts';
import { MAX_LOW_PORT } from './constants.ts';
import { endpointOf } from './endpoint.ts';
import { closedError, DiscoveryError, isTimeout, noEndpointError } from './errors.ts';
import type { LocalNode } from './local-node.ts';
import type { NodeIterator, NodeStream } from './lookup/candidates.ts';
import { Lookups } from './lookup/lookups.ts';
import type { DatagramChannel } from './socket/udp-socket.ts';
import { Revalidation } from './table/revalidation.ts';
import { snapshotTable, UNKNOWN_NODE_FACTS, type NodeFacts } from './table/table-snapshot.ts';
import { TableUpkeep } from './table/table-upkeep.ts';
import type { Table } from './table/table.ts';
import type { DiscoveryTransport, LookupTarget } from './transport.ts';

/** Constructor arguments of DiscoveryEngine. */
export interface DiscoveryEngineOptions<T extends DiscoveryTransport> {
  readonly transport: T;
  /** Shared with the transport, which answers FINDNODE from it and adds inbound nodes. */
  readonly table: Table;
  readonly local: LocalNode;
  readonly channel: Pick<DatagramChannel, 'families'>;
  readonly clock: Clock;
  readonly random: Random;
  readonly events: EventSink;
  readonly logger: Logger;
  readonly bootnodes?: readonly Node[] | undefined;
  readonly resolveHost?: HostResolver | undefined;
  /** The addresses that we may contact (`--netrestrict`). */
  readonly allows: AddressFilter;
  /** Which nodes may be dialled; all by default. */
  readonly isCandidate?: ((node: Node) => boolean) | undefined;
  /** What other parts of the program know about a node, for the snapshot. */
  readonly factsOf?: ((node: Node) => NodeFacts) | undefined;
}

/**
 * Kademlia discovery over one transport: keeps the table filled and live, looks nodes up, and provides dial candidates.
 * The transport knows the packets. (p2p/discover/table.go, lookup.go)
 */
export class DiscoveryEngine<T extends DiscoveryTransport = DiscoveryTransport> implements Startable {
  readonly transport: T;
  readonly table: Table;
  readonly #options: DiscoveryEngineOptions<T>;
  readonly #bootnodes: Bootnodes;
  readonly #lookups: Lookups;
  readonly #upkeep: TableUpkeep;
  readonly #revalidation: Revalidation;

  constructor(options: DiscoveryEngineOptions<T>) {
    const { transport, table, local, channel, clock, random, events, logger, allows } = options;
    this.#options = options;
    this.transport = transport;
    this.table = table;
    this.#bootnodes = new Bootnodes({
      nodes: options.bootnodes ?? [],
      resolveHost: options.resolveHost,
      allows,
      families: () => channel.families,
      choose: (versions) => transport.chooseBootnode(versions),
      logger,
    });
    this.#lookups = new Lookups({
      table,
      selfIdHex: local.idHex,
      clock,
      random,
      events,
      query: (node, target) => this.#query(node, target),
      refresh: () => this.#upkeep.refresh(),
    });
    this.#upkeep = new TableUpkeep({
      table,
      database: transport.database,
      bootnodes: this.#bootnodes,
      lookups: {
        lookupSelf: () => this.#lookups.run(local),
        lookupRandom: () => this.#lookups.run(),
      },
      events,
      clock,
      random,
      logger,
    });
    this.#revalidation = new Revalidation({ table, transport, clock, random });
  }

  /** Starts the transport and the first refresh of the table; the sockets must be open. */
  start(): Promise<void> {
    if (!this.#lookups.running) {
      this.#lookups.start();
      this.transport.start();
      this.#revalidation.start();
      this.#upkeep.start();
    }
    return Promise.resolve();
  }

  stop(): Promise<void> {
    this.#lookups.stop();
    this.#upkeep.stop();
    this.#revalidation.stop();
    this.transport.stop();
    return Promise.resolve();
  }

  /** Replaces the bootnodes and offers them to the table. Never rejects. */
  async setBootnodes(nodes: readonly Node[]): Promise<void> {
    this.#bootnodes.set(nodes);
    if (!this.#lookups.running) return;
    await this.#upkeep.contactBootnodes();
    await this.#upkeep.refresh();
  }

  /** Fills the table: seeds, bootnodes, a lookup for our own ID and random ones. Never rejects. */
  refresh(): Promise<void> {
    return this.#upkeep.refresh();
  }

  /**
   * Looks for the 16 nodes nearest to a public key (64 bytes), a node ID (32 bytes) or, without either, to a random
   * target.
   * @throws DiscoveryError `bad-target`, `closed`
   */
  async lookup(target?: Uint8Array, onProgress?: (trace: LookupTrace) => void): Promise<LookupTrace> {
    if (!this.#lookups.running) throw closedError();
    return await this.#lookups.trace(target === undefined ? undefined : targetOf(target), onProgress);
  }

  /**
   * Looks for the 16 nodes nearest to a node ID, nearest first.
   * @throws DiscoveryError `bad-target`, `closed`
   */
  async nearest(id: Uint8Array): Promise<readonly Node[]> {
    if (!this.#lookups.running) throw closedError();
    return await this.#lookups.nearest(targetOf(id));
  }

  /**
   * Offers the node of a record to the table, at the request of a person. Returns whether it is an entry afterwards, with
   * this record or a newer one: its bucket can be full, or have too many nodes of its network.
   * @throws DiscoveryError `no-endpoint` for a node that we may not contact, `closed`
   */
  offer(record: Enr): boolean {
    if (!this.#lookups.running) throw closedError();
    const { allows, channel } = this.#options;
    const node = nodeFromRecord(record, channel.families);
    if (endpointOf(node, allows).port <= MAX_LOW_PORT) throw noEndpointError();
    this.table.addFound(node);
    return (this.table.get(node.id, node.idHex)?.seq ?? -1n) >= node.seq;
  }

  /** The latest lookup that the node itself needed, in progress or done; undefined before the first. */
  get latestLookup(): LookupTrace | undefined {
    return this.#lookups.latest;
  }

  /**
   * Finds the newest version of a node: requests the record from the node itself, then at the endpoint that the table
   * has, then looks the node up. Resolves with the given node if nothing newer is found. Never rejects.
   */
  async resolve(node: Node): Promise<Node> {
    const direct = await this.#record(node);
    if (direct !== undefined) return direct;
    const known = this.table.get(node.id, node.idHex);
    const isNewer = known !== undefined && (known.seq > node.seq || node.ip === undefined);
    const fromTable = isNewer ? await this.#record(known) : undefined;
    if (fromTable !== undefined) return fromTable;
    const best = isNewer ? known : node;
    const found = this.#lookups.running ? await this.#lookups.find(node) : undefined;
    if (found === undefined) return best;
    // A record of a lookup is signed; without one (v4) only the node's own answer proves the endpoint.
    if (found.record !== undefined) return found.seq > best.seq ? found : best;
    return (await this.#record(found)) ?? (best.ip === undefined ? found : best);
  }

  /** Finds the newest version of the node with this ID; undefined if no lookup finds the node. Never rejects. */
  async find(id: Uint8Array): Promise<Node | undefined> {
    const idHex = bytesToHex(id);
    const known = this.table.get(id, idHex);
    if (known !== undefined) return await this.resolve(known);
    return this.#lookups.running ? await this.#lookups.find({ id, idHex, publicKey: undefined }) : undefined;
  }

  /** A stream of nodes for the dial scheduler; ends when the engine stops. */
  candidates(): NodeIterator {
    const { isCandidate = () => true } = this.#options;
    return this.#lookups.stream(async (node) => {
      const candidate = await this.transport.prepareCandidate(node);
      return candidate !== undefined && isCandidate(candidate) ? candidate : undefined;
    });
  }

  /** A stream of all nodes that random lookups find; ends when it or the engine is stopped. */
  nodes(): NodeStream {
    return this.#lookups.stream((node) => Promise.resolve(node));
  }

  /** The table as plain data. */
  snapshot(): TableSnapshot {
    const schedule = { nextRefreshAt: this.#upkeep.nextAt, nextRevalidationAt: this.#revalidation.nextAt };
    return snapshotTable(this.table, schedule, this.#options.factsOf ?? (() => UNKNOWN_NODE_FACTS));
  }

  /** Requests a node's record from the node itself; undefined if the request fails. Never rejects. */
  #record(node: Node): Promise<Node | undefined> {
    return this.transport.requestEnr(node).catch(() => undefined);
  }

  /** Sends the FINDNODE of a lookup; undefined if the node did not answer. Never rejects. */
  async #query(node: Node, target: LookupTarget): Promise<readonly Node[] | undefined> {
    try {
      const found = await this.transport.findnode(node, target);
      this.#upkeep.trackFindnode(node, found, found.length === 0 && this.transport.emptyAnswerIsFailure);
      return found;
    } catch (error) {
      // Only a missing answer is the node's fault.
      if (isTimeout(error) && this.#lookups.running) this.#upkeep.trackFindnode(node, [], true);
      return undefined;
    }
  }
}

/** @throws DiscoveryError `bad-target` for a length other than 32 and 64 bytes */
function targetOf(target: Uint8Array): LookupTarget {
  if (target.length === PUBLIC_KEY_LENGTH) return { id: nodeIdOf(target), publicKey: target };
  if (target.length === NODE_ID_LENGTH) return { id: target, publicKey: undefined };
  throw new DiscoveryError(
    'bad-target',
    'the target of a lookup is a node ID of 32 or a public key of 64 bytes',
  );
}
