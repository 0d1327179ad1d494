import { equalBytes } from '../../base/bytes.ts';
import { checkRelayIp } from '../../base/ip.ts';
import { BoundedMap } from '../../base/bounded-map.ts';
import type { AddressFamily, SocketAddress } from '../../base/network.ts';
import type { Clock } from '../../base/runtime.ts';
import { isPublicKey } from '../../base/secp256k1.ts';
import { nodeFromParts } from '../../node-record/node-factory.ts';
import type { Node } from '../../node-record/node.ts';
import type { EventSink } from '../../events/events.ts';
import { nodeOfFetchedRecord } from '../fetched-record.ts';
import type { AddressFilter } from '../address-filter.ts';
import { BUCKET_SIZE, MAX_LOW_PORT } from '../constants.ts';
import { endpointOf } from '../endpoint.ts';
import { DiscoveryError, isTimeout, noEndpointError } from '../errors.ts';
import type { PacketCounters } from '../socket/packet-counters.ts';
import { EXPIRATION_SECONDS, PROTOCOL_VERSION } from './constants.ts';
import type { EndpointProof } from './endpoint-proof.ts';
import type { LocalNode } from '../local-node.ts';
import type { EnrResponse, Neighbor, Pong } from './messages.ts';
import type { PendingReplies } from './pending.ts';
import type { V4Wire } from './wire.ts';

/** Constructor arguments of V4Requests. */
export interface V4RequestsOptions {
  readonly local: LocalNode;
  readonly wire: V4Wire;
  readonly pending: PendingReplies;
  readonly proof: EndpointProof;
  readonly clock: Clock;
  readonly events: EventSink;
  readonly counters: PacketCounters;
  readonly allows: AddressFilter;
  /** Address families that we have sockets for. */
  readonly families: () => readonly AddressFamily[];
}

/** Endpoints without an answer to our ping that are remembered (our choice). BOUNDED. */
const MAX_UNANSWERED = 512;

/** How long such an endpoint is remembered, milliseconds (our choice). */
const UNANSWERED_MS = 10 * 60_000;

/** Sends our requests and reads the replies. */
export class V4Requests {
  readonly #options: V4RequestsOptions;
  /** When our last unanswered ping to an endpoint timed out, ping-backs excluded, monotonic milliseconds. */
  readonly #unanswered = new BoundedMap<string, number>(MAX_UNANSWERED);

  constructor(options: V4RequestsOptions) {
    this.#options = options;
  }

  /** Expiration of a packet that is sent now, Unix seconds. */
  expiration(): number {
    return Math.floor(this.#options.clock.now() / 1000) + EXPIRATION_SECONDS;
  }

  /**
   * Pings the node `idHex` at an endpoint.
   * @param isPingBack whether the node's own ping triggered this one; such pings are not counted in the statistics
   * @throws DiscoveryError `timeout`, `closed`, `busy`, `no-endpoint`
   */
  async ping(idHex: string, to: SocketAddress, isPingBack = false): Promise<Pong> {
    const { local, wire, pending, counters, events, proof, allows } = this.#options;
    if (!allows(to.ip)) throw noEndpointError();
    const kind = proof.hasProven(idHex, to.ip) ? 'proven' : 'first';
    const hash = wire.send(
      {
        type: 'ping',
        version: PROTOCOL_VERSION,
        from: local.endpoint(to.ip),
        to: { ip: to.ip, udp: to.port, tcp: 0 },
        expiration: this.expiration(),
        enrSeq: local.seq,
      },
      to,
    );
    if (hash === undefined) throw noEndpointError();
    let pong: Pong | undefined;
    const isAnswer = (message: Pong): boolean => equalBytes(message.pingHash, hash);
    try {
      await pending.wait({
        type: 'pong',
        idHex,
        ip: to.ip,
        mightAccept: isAnswer,
        accept: (message) => {
          if (!isAnswer(message)) return 'no';
          pong = message;
          return 'done';
        },
      });
    } catch (error) {
      if (isTimeout(error)) {
        events.emit({ type: 'discovery/silent', idHex, ip: to.ip });
        if (!isPingBack) this.#notePingTimeout(idHex, to.ip, kind);
      }
      throw error;
    }
    if (pong === undefined) throw new DiscoveryError('timeout', 'no pong');
    if (!isPingBack) counters.pinged(kind, true);
    return pong;
  }

  #notePingTimeout(idHex: string, ip: string, kind: 'proven' | 'first'): void {
    const { counters, clock } = this.#options;
    counters.pinged(kind, false);
    this.#unanswered.set(`${idHex} ${ip}`, clock.monotonic());
  }

  /** Whether a ping of ours to the node at `ip` timed out within the last ten minutes, ping-backs excluded. */
  hasUnansweredPing(idHex: string, ip: string): boolean {
    const at = this.#unanswered.peek(`${idHex} ${ip}`);
    return at !== undefined && this.#options.clock.monotonic() - at < UNANSWERED_MS;
  }

  /**
   * Requests nodes near `target`, a public key of 64 bytes. Nodes that we may not contact are left out. Resolves with 16
   * nodes, or with those that arrived in time.
   * @throws DiscoveryError `timeout` if no packet arrived, `closed`, `busy`, `no-endpoint`
   */
  async findnode(node: Node, target: Uint8Array): Promise<Node[]> {
    const { wire, pending, events } = this.#options;
    const to = endpointOf(node, this.#options.allows);
    await this.#ensureProof(node.idHex, to);
    const nodes: Node[] = [];
    let received = 0;
    const hash = wire.send({ type: 'findnode', target, expiration: this.expiration() }, to);
    if (hash === undefined) throw noEndpointError();
    await pending.wait({
      type: 'neighbors',
      idHex: node.idHex,
      ip: to.ip,
      accept: (message) => {
        for (const neighbor of message.nodes) {
          if (received++ >= BUCKET_SIZE) break;
          const found = this.#neighborNode(neighbor, to.ip);
          if (found === undefined) continue;
          nodes.push(found);
          events.emit({ type: 'discovery/found', node: found, source: 'v4', from: node.idHex });
        }
        return received >= BUCKET_SIZE ? 'done' : 'partial';
      },
    });
    return nodes;
  }

  /**
   * Fetches a node's record. If the record has no address, or one that the node may not relay, the node keeps the
   * address from which it answered.
   * @throws DiscoveryError `timeout`, `bad-record`, `closed`, `busy`, `no-endpoint`
   */
  async requestRecord(node: Node): Promise<Node> {
    const { wire, pending, allows, families } = this.#options;
    const to = endpointOf(node, this.#options.allows);
    await this.#ensureProof(node.idHex, to);
    const hash = wire.send({ type: 'enrrequest', expiration: this.expiration() }, to);
    if (hash === undefined) throw noEndpointError();
    let record: Uint8Array | undefined;
    const isAnswer = (message: EnrResponse): boolean => equalBytes(message.requestHash, hash);
    await pending.wait({
      type: 'enrresponse',
      idHex: node.idHex,
      ip: to.ip,
      mightAccept: isAnswer,
      accept: (message) => {
        if (!isAnswer(message)) return 'no';
        record = message.record;
        return 'done';
      },
    });
    if (record === undefined) throw new DiscoveryError('timeout', 'no record');
    const known = nodeOfFetchedRecord(node, to, record, { allows, families: families() });
    if (known.seq > node.seq || node.record === undefined) {
      this.#options.events.emit({ type: 'discovery/record', node: known });
    }
    return known;
  }

  /** Gives the node at `to` our endpoint proof if it has none: without it, it answers only pings. */
  async #ensureProof(idHex: string, to: SocketAddress): Promise<void> {
    const { proof } = this.#options;
    if (!proof.mustProve(idHex, to.ip)) return;
    const pingBack = proof.pingBack(idHex, to.ip);
    await this.ping(idHex, to);
    await pingBack;
  }

  #neighborNode(neighbor: Neighbor, sender: string): Node | undefined {
    const { ip, udp, tcp, publicKey } = neighbor;
    if (ip === undefined || udp <= MAX_LOW_PORT) return undefined;
    if (checkRelayIp(sender, ip) !== undefined || !this.#options.allows(ip)) return undefined;
    return isPublicKey(publicKey) ? nodeFromParts({ publicKey, ip, udp, tcp }) : undefined;
  }
}
