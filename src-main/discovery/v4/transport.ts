import { compareDistance, nodeIdOf } from '../../node-record/node-id.ts';
import { PUBLIC_KEY_LENGTH } from '../../base/secp256k1-lengths.ts';
import type { Random } from '../../base/runtime.ts';
import type { Node } from '../../node-record/node.ts';
import type { AddressFilter } from '../address-filter.ts';
import { endpointOf } from '../endpoint.ts';
import { closedError } from '../errors.ts';
import { PacketCounters } from '../socket/packet-counters.ts';
import type { DatagramHandler } from '../socket/receiver.ts';
import type { NodeDatabase } from '../table/node-database.ts';
import type { TransportOptions } from '../transport-options.ts';
import type { DiscoveryTransport, LookupTarget } from '../transport.ts';
import { PACKET_TYPES } from './constants.ts';
import { EndpointProof } from './endpoint-proof.ts';
import { V4Handler } from './handler.ts';
import { PendingReplies } from './pending.ts';
import { V4Requests } from './requests.ts';
import { V4Wire } from './wire.ts';

/**
 * Random keys that are tried to find one near a target of which only the ID is known (FINDNODE has a key, not an ID): our
 * choice. About 12 leading bits of the ID match, enough for a network of some thousand nodes; it takes some 20 ms.
 */
const KEY_DRAWS = 4_096;

/**
 * Discovery v4: sends its requests and answers those of other nodes.
 * @see https://github.com/ethereum/devp2p/blob/master/discv4.md
 */
export class V4Transport implements DiscoveryTransport {
  readonly packets: DatagramHandler;
  readonly counters: PacketCounters;
  readonly database: NodeDatabase;
  readonly emptyAnswerIsFailure = true;
  readonly #random: Random;
  readonly #allows: AddressFilter;
  readonly #pending: PendingReplies;
  readonly #proof: EndpointProof;
  readonly #requests: V4Requests;
  /** Keys near targets of which only the ID is known, by target. */
  readonly #nearKeys = new WeakMap<LookupTarget, Uint8Array>();
  #running = false;

  constructor(options: TransportOptions) {
    const { clock, events, channel, database, allows } = options;
    this.#random = options.random;
    this.#allows = allows;
    this.database = database;
    this.counters = new PacketCounters(clock, Object.keys(PACKET_TYPES));
    this.#pending = new PendingReplies(clock);
    this.#proof = new EndpointProof(database, clock);
    const reporting = { events, counters: this.counters, tap: options.tap };
    const parts = {
      ...reporting,
      local: options.local,
      wire: new V4Wire({ ...reporting, channel, privateKey: options.privateKey }),
      pending: this.#pending,
      proof: this.#proof,
      clock,
    };
    this.#requests = new V4Requests({ ...parts, allows, families: () => channel.families });
    this.packets = new V4Handler({
      ...parts,
      requests: this.#requests,
      table: options.table,
      vote: options.vote,
      isRunning: () => this.#running,
      isBannedNode: options.isBannedNode,
      onProven: options.onProven,
    });
  }

  start(): void {
    this.#running = true;
  }

  stop(): void {
    this.#running = false;
    this.#pending.close();
    this.#proof.close();
  }

  async ping(node: Node): Promise<bigint> {
    this.#assertRunning();
    const pong = await this.#requests.ping(node.idHex, endpointOf(node, this.#allows));
    return pong.enrSeq ?? 0n;
  }

  async requestEnr(node: Node): Promise<Node> {
    this.#assertRunning();
    return await this.#requests.requestRecord(node);
  }

  async findnode(node: Node, target: LookupTarget): Promise<readonly Node[]> {
    this.#assertRunning();
    return await this.#requests.findnode(node, target.publicKey ?? this.#keyNear(target));
  }

  /** The first version that answers a ping, else the first. A single version is not pinged. */
  async chooseBootnode(versions: readonly Node[]): Promise<Node | undefined> {
    const [first] = versions;
    if (versions.length <= 1) return first;
    for (const node of versions) {
      const answers = this.ping(node).then(
        () => true,
        () => false,
      );
      if (await answers) return node;
    }
    return first;
  }

  /** The node with its record; without one if it is live but sends none; undefined if it does not answer. */
  async prepareCandidate(node: Node): Promise<Node | undefined> {
    return await this.requestEnr(node).catch(() =>
      node.ip !== undefined && this.#proof.hasProven(node.idHex, node.ip) ? node : undefined,
    );
  }

  #assertRunning(): void {
    if (!this.#running) throw closedError();
  }

  /** The random key, of KEY_DRAWS, whose ID is nearest to the target. */
  #keyNear(target: LookupTarget): Uint8Array {
    const known = this.#nearKeys.get(target);
    if (known !== undefined) return known;
    const draw = this.#random.bytes(PUBLIC_KEY_LENGTH);
    let best = draw.slice();
    let bestId = nodeIdOf(best);
    for (let i = 0; i < KEY_DRAWS; i++) {
      draw[0] = i & 0xff;
      draw[1] = i >>> 8;
      const id = nodeIdOf(draw);
      if (compareDistance(target.id, id, bestId) >= 0) continue;
      best = draw.slice();
      bestId = id;
    }
    this.#nearKeys.set(target, best);
    return best;
  }
}
