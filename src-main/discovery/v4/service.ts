import type { SocketAddress } from '../../base/network.ts';
import type { Clock, Logger, Random } from '../../base/runtime.ts';
import type { Node } from '../../node-record/node.ts';
import type { EventSink } from '../../events/events.ts';
import type { LookupTrace, TableSnapshot } from '../../../shared/model/table.ts';
import { Bootnodes, type AddressFilter, type HostResolver } from '../bootnodes.ts';
import type { CandidateSource, NodeStream } from '../lookup/candidates.ts';
import { DiscoveryError } from '../errors.ts';
import type { AddressVote } from '../ip-vote.ts';
import { Lookups } from '../lookup/lookups.ts';
import type { NodeDatabase } from '../table/node-database.ts';
import { PacketCounters } from '../socket/packet-counters.ts';
import type { DiscoveryProtocol } from '../protocol.ts';
import type { RecognisedPacket } from '../socket/receiver.ts';
import { Revalidation } from '../table/revalidation.ts';
import { NO_FACTS, snapshotTable, type NodeFacts } from '../table/table-snapshot.ts';
import { TableUpkeep } from '../table/table-upkeep.ts';
import { Table } from '../table/table.ts';
import type { DatagramChannel } from '../socket/udp-socket.ts';
import { V4Handler } from './answers.ts';
import { PACKET_TYPES } from './constants.ts';
import { EndpointProof } from './endpoint-proof.ts';
import { LocalNode, type LocalRecordSource } from '../local-node.ts';
import { lookupTarget, randomTarget, type LookupTarget } from './lookup-target.ts';
import { PendingReplies } from './pending.ts';
import { V4Requests } from './requests.ts';
import { V4Wire } from './wire.ts';

/** What the service is made of. */
export interface DiscoveryV4Options {
  readonly privateKey: Uint8Array;
  /** 64 bytes, of `privateKey`. */
  readonly publicKey: Uint8Array;
  readonly local: LocalRecordSource;
  readonly channel: DatagramChannel;
  readonly database: NodeDatabase;
  readonly clock: Clock;
  readonly random: Random;
  readonly events: EventSink;
  readonly logger: Logger;
  readonly bootnodes?: readonly Node[];
  readonly resolveHost?: HostResolver;
  /** The addresses that we may talk to (`--netrestrict`); all when left out. */
  readonly allows?: AddressFilter;
  /** Whether packets of a node are dropped; those of nobody when left out. */
  readonly isBannedNode?: (idHex: string) => boolean;
  /** Hears what others say of our address. */
  readonly vote: AddressVote;
  /** Told of each packet that comes from an endpoint with proof. */
  readonly onProven: (endpoint: SocketAddress) => void;
  /** Which nodes, with their records, may be dialled; all when left out. */
  readonly isCandidate?: (node: Node) => boolean;
  /** What is known of a node besides discovery, for the window. */
  readonly factsOf?: (node: Node) => NodeFacts;
}

/**
 * Discovery v4: answers others, keeps the Kademlia table, looks nodes up and finds candidates to dial.
 * @see https://github.com/ethereum/devp2p/blob/master/discv4.md
 */
export class DiscoveryV4 implements DiscoveryProtocol {
  readonly table: Table;
  readonly counters: PacketCounters;
  readonly #options: DiscoveryV4Options;
  readonly #local: LocalNode;
  readonly #bootnodes: Bootnodes;
  readonly #pending: PendingReplies;
  readonly #proof: EndpointProof;
  readonly #requests: V4Requests;
  readonly #answers: V4Handler;
  readonly #lookups: Lookups<LookupTarget>;
  readonly #upkeep: TableUpkeep;
  readonly #revalidation: Revalidation;

  constructor(options: DiscoveryV4Options) {
    const { clock, random, events, database, local, logger } = options;
    this.#options = options;
    const { allows = () => true, isBannedNode = () => false } = options;
    this.#local = new LocalNode(options.publicKey, local);
    this.#bootnodes = new Bootnodes(options.bootnodes ?? [], options.resolveHost, allows, logger, {
      families: () => options.channel.families,
      answers: (node) =>
        this.ping(node).then(
          () => true,
          () => false,
        ),
    });
    this.counters = new PacketCounters(clock, Object.keys(PACKET_TYPES));
    this.table = new Table({ selfId: this.#local.id, clock, random, events });
    this.#pending = new PendingReplies(clock);
    this.#proof = new EndpointProof(database, clock);
    const parts = {
      local: this.#local,
      wire: new V4Wire(options.channel, options.privateKey, events, this.counters),
      pending: this.#pending,
      proof: this.#proof,
      table: this.table,
      vote: options.vote,
      onProven: options.onProven,
      clock,
      events,
      counters: this.counters,
    };
    this.#requests = new V4Requests({ ...parts, allows, families: () => options.channel.families });
    this.#answers = new V4Handler({ ...parts, requests: this.#requests, isBannedNode });
    this.#lookups = new Lookups({
      table: this.table,
      selfIdHex: this.#local.idHex,
      clock,
      events,
      query: (node, target) => this.#query(node, target.publicKey),
      randomTarget: () => randomTarget(random),
      refresh: () => this.#upkeep.refresh(),
    });
    this.#upkeep = this.#createUpkeep();
    this.#revalidation = new Revalidation({
      table: this.table,
      probe: {
        ping: (node) => this.ping(node),
        requestRecord: (node) => this.#requests.requestRecord(node),
      },
      database,
      clock,
      random,
    });
  }

  /** Begins to seed the table; the sockets are open by now. */
  start(): Promise<void> {
    if (!this.#lookups.running) {
      this.#lookups.start();
      this.#revalidation.start();
      this.#upkeep.start();
    }
    return Promise.resolve();
  }

  stop(): Promise<void> {
    this.#lookups.stop();
    this.#upkeep.stop();
    this.#revalidation.stop();
    this.#pending.close();
    this.#proof.close();
    return Promise.resolve();
  }

  recognise(datagram: Uint8Array, from: SocketAddress): RecognisedPacket | undefined {
    return this.#lookups.running ? this.#answers.recognise(datagram, from) : undefined;
  }

  /** Whether we wait for an answer from this address. */
  expects(ip: string): boolean {
    return this.#pending.expects(ip);
  }

  /** Replaces the bootnodes and makes contact with them. Never rejects. */
  async setBootnodes(nodes: readonly Node[]): Promise<void> {
    this.#bootnodes.set(nodes);
    if (!this.#lookups.running) return;
    await this.#upkeep.contactBootnodes();
    await this.#upkeep.refresh();
  }

  /** Fills the table: seeds, bootnodes, a lookup for ourselves and random ones. Never rejects. */
  refresh(): Promise<void> {
    return this.#upkeep.refresh();
  }

  /**
   * Pings a node; resolves with the sequence number of its record, 0n when it did not say.
   * @throws DiscoveryError `timeout`, `no-endpoint`, `busy`, `closed`
   */
  async ping(node: Node): Promise<bigint> {
    this.#assertRunning();
    if (node.ip === undefined || node.udp === 0) {
      throw new DiscoveryError('no-endpoint', 'the node has no UDP address');
    }
    const pong = await this.#requests.ping(node.idHex, { ip: node.ip, port: node.udp });
    return pong.enrSeq ?? 0n;
  }

  /**
   * Fetches a node's record.
   * @throws DiscoveryError `timeout`, `bad-record`, `no-endpoint`, `busy`, `closed`
   */
  requestEnr(node: Node): Promise<Node> {
    return this.#running(() => this.#requests.requestRecord(node));
  }

  /**
   * Looks for the 16 nodes nearest to a public key (64 bytes), a node ID (32 bytes) or, without either, to a random
   * target.
   * @throws DiscoveryError `bad-target`, `closed`
   */
  lookup(target?: Uint8Array, onProgress?: (trace: LookupTrace) => void): Promise<LookupTrace> {
    return this.#running(() => {
      const goal = target === undefined ? undefined : lookupTarget(target, this.#options.random);
      return this.#lookups.trace(goal, onProgress);
    });
  }

  /** The newest version of a node that can be found; the node itself where there is none. Never rejects. */
  async resolve(node: Node): Promise<Node> {
    const ask = (version: Node | undefined): Promise<Node | undefined> =>
      version === undefined ? Promise.resolve(undefined) : this.requestEnr(version).catch(() => undefined);
    const direct = await ask(node);
    if (direct !== undefined) return direct;
    const known = this.table.get(node.id, node.idHex);
    const isNews = known !== undefined && (known.seq > node.seq || node.ip === undefined);
    const fromTable = isNews ? await ask(known) : undefined;
    if (fromTable !== undefined) return fromTable;
    const best = isNews ? known : node;
    if (!this.#lookups.running) return best;
    const found = await this.#lookups.find({ id: node.id, publicKey: node.publicKey }, node.idHex);
    // A node that others named, but that gives no record, is at least an address where there was none.
    return (await ask(found)) ?? (best.ip === undefined ? (found ?? best) : best);
  }

  /** A stream of nodes with their records, for the dial scheduler; ends when the service stops. */
  candidates(): CandidateSource {
    return this.#lookups.candidates((node) => this.#prepareCandidate(node));
  }

  /** A stream of all nodes that random lookups meet, as others name them; ends when it or the service is stopped. */
  nodes(): NodeStream {
    return this.#lookups.nodes();
  }

  /** The table as plain data. */
  snapshot(): TableSnapshot {
    const schedule = { nextRefreshAt: this.#upkeep.nextAt, nextRevalidationAt: this.#revalidation.nextAt };
    return snapshotTable(this.table, schedule, this.#options.factsOf ?? (() => NO_FACTS));
  }

  /** With its record; as it is where it lives but has none to give; undefined when it is silent or not wanted. */
  async #prepareCandidate(node: Node): Promise<Node | undefined> {
    const { isCandidate = () => true } = this.#options;
    const candidate = await this.requestEnr(node).catch(() =>
      node.ip !== undefined && this.#proof.hasProven(node.idHex, node.ip) ? node : undefined,
    );
    return candidate !== undefined && isCandidate(candidate) ? candidate : undefined;
  }

  #createUpkeep(): TableUpkeep {
    const { database, events, clock, random, logger } = this.#options;
    return new TableUpkeep({
      table: this.table,
      database,
      bootnodes: this.#bootnodes,
      lookups: {
        lookupSelf: () => this.#lookups.run({ id: this.#local.id, publicKey: this.#local.publicKey }),
        lookupRandom: () => this.#lookups.run(),
      },
      events,
      clock,
      random,
      logger,
    });
  }

  /** Never rejects. */
  async #query(node: Node, target: Uint8Array): Promise<readonly Node[] | undefined> {
    try {
      const found = await this.#requests.findnode(node, target);
      this.#upkeep.trackFindnode(node, found);
      return found;
    } catch (error) {
      // Only silence is the node's fault.
      const isSilence = error instanceof DiscoveryError && error.code === 'timeout';
      if (isSilence && this.#lookups.running) this.#upkeep.trackFindnode(node, []);
      return undefined;
    }
  }

  #assertRunning(): void {
    if (!this.#lookups.running) throw new DiscoveryError('closed', 'discovery is not running');
  }

  async #running<T>(action: () => Promise<T>): Promise<T> {
    this.#assertRunning();
    return await action();
  }
}
