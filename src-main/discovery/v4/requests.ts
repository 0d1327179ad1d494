import { equalBytes } from '../../base/bytes.ts';
import { checkRelayIp } from '../../base/ip.ts';
import { BoundedMap } from '../../base/lru-map.ts';
import type { AddressFamily, SocketAddress } from '../../base/network.ts';
import type { Clock } from '../../base/runtime.ts';
import { isPublicKey } from '../../base/secp256k1.ts';
import { nodeFromParts } from '../../node-record/node-factory.ts';
import type { Node } from '../../node-record/node.ts';
import type { EventSink } from '../../events/events.ts';
import { nodeOfAnsweredRecord } from '../answered-record.ts';
import type { AddressFilter } from '../bootnodes.ts';
import { BUCKET_SIZE } from '../constants.ts';
import { DiscoveryError } from '../errors.ts';
import type { PacketCounters } from '../socket/packet-counters.ts';
import { EXPIRATION_SECONDS, MAX_LOW_PORT, PROTOCOL_VERSION } from './constants.ts';
import type { EndpointProof } from './endpoint-proof.ts';
import type { LocalNode } from '../local-node.ts';
import type { EnrResponse, Neighbor, Pong } from './messages.ts';
import type { PendingReplies } from './pending.ts';
import type { V4Wire } from './wire.ts';

/** What requests are made of. */
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

/** Endpoints that are remembered for it, and for how long, milliseconds (our choice). */
const MAX_IN_VAIN = 512;
const IN_VAIN_MS = 10 * 60_000;

/** The packets that we send on our own account, and the answers to them. */
export class V4Requests {
  readonly #options: V4RequestsOptions;
  /** Pings of our own accord that nobody answered: when, monotonic milliseconds. BOUNDED: MAX_IN_VAIN. */
  readonly #inVain = new BoundedMap<string, number>(MAX_IN_VAIN);

  constructor(options: V4RequestsOptions) {
    this.#options = options;
  }

  /** Unix seconds at which a packet that is sent now becomes void. */
  expiration(): number {
    return Math.floor(this.#options.clock.now() / 1000) + EXPIRATION_SECONDS;
  }

  /**
   * Pings an address where `idHex` is said to live.
   * @param isPingBack whether a stranger's ping is the reason: what comes of it says nothing about our own questions
   * @throws DiscoveryError `timeout`, `closed`, `busy`, `no-endpoint`
   */
  async ping(idHex: string, to: SocketAddress, isPingBack = false): Promise<Pong> {
    const { local, wire, pending, counters, events, proof } = this.#options;
    this.#assertAllowed(to.ip);
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
    if (hash === undefined) throw noEndpoint();
    let pong: Pong | undefined;
    const isMeant = (message: Pong): boolean => equalBytes(message.pingHash, hash);
    try {
      await pending.wait({
        type: 'pong',
        idHex,
        ip: to.ip,
        mightAccept: isMeant,
        accept: (message) => {
          if (!isMeant(message)) return 'no';
          pong = message;
          return 'done';
        },
      });
    } catch (error) {
      if (error instanceof DiscoveryError && error.code === 'timeout') {
        events.emit({ type: 'discovery/silent', idHex, ip: to.ip });
        if (!isPingBack) this.#askedInVain(idHex, to.ip, kind);
      }
      throw error;
    }
    if (pong === undefined) throw new DiscoveryError('timeout', 'no pong');
    if (!isPingBack) counters.pinged(kind, true);
    return pong;
  }

  #askedInVain(idHex: string, ip: string, kind: 'proven' | 'first'): void {
    const { counters, clock } = this.#options;
    counters.pinged(kind, false);
    this.#inVain.set(`${idHex} ${ip}`, clock.monotonic());
  }

  /** Whether we pinged a node there of our own accord within the last ten minutes, and had no answer. */
  hasAskedInVain(idHex: string, ip: string): boolean {
    const at = this.#inVain.peek(`${idHex} ${ip}`);
    return at !== undefined && this.#options.clock.monotonic() - at < IN_VAIN_MS;
  }

  /**
   * Asks a node for the nodes that it knows near `target`, a public key of 64 bytes. Nodes that may not be contacted
   * are left out. Resolves when 16 have come, or with what came in time.
   * @throws DiscoveryError `timeout` when nothing came, `closed`, `busy`, `no-endpoint`
   */
  async findnode(node: Node, target: Uint8Array): Promise<Node[]> {
    const { wire, pending, events } = this.#options;
    const to = endpointOf(node);
    this.#assertAllowed(to.ip);
    await this.#giveProof(node.idHex, to);
    const nodes: Node[] = [];
    let received = 0;
    const hash = wire.send({ type: 'findnode', target, expiration: this.expiration() }, to);
    if (hash === undefined) throw noEndpoint();
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

  /** The database and the table may hold nodes of before the networks were restricted. */
  #assertAllowed(ip: string): void {
    if (this.#options.allows(ip)) return;
    throw new DiscoveryError('no-endpoint', 'the address lies outside the allowed networks');
  }

  /**
   * Fetches a node's record. Where the record has no address, or one that the node may not send us to, the node
   * keeps the address at which it answered.
   * @throws DiscoveryError `timeout`, `bad-record`, `closed`, `busy`, `no-endpoint`
   */
  async requestRecord(node: Node): Promise<Node> {
    const { wire, pending, allows, families } = this.#options;
    const to = endpointOf(node);
    this.#assertAllowed(to.ip);
    await this.#giveProof(node.idHex, to);
    const hash = wire.send({ type: 'enrrequest', expiration: this.expiration() }, to);
    if (hash === undefined) throw noEndpoint();
    let record: Uint8Array | undefined;
    const isMeant = (message: EnrResponse): boolean => equalBytes(message.requestHash, hash);
    await pending.wait({
      type: 'enrresponse',
      idHex: node.idHex,
      ip: to.ip,
      mightAccept: isMeant,
      accept: (message) => {
        if (!isMeant(message)) return 'no';
        record = message.record;
        return 'done';
      },
    });
    if (record === undefined) throw new DiscoveryError('timeout', 'no record');
    const known = nodeOfAnsweredRecord(node, to, record, { allows, families: families() });
    if (known.seq > node.seq || node.record === undefined) {
      this.#options.events.emit({ type: 'discovery/record', node: known });
    }
    return known;
  }

  /** Sees to it that the node at `to` has our endpoint proof before it is asked for more than a pong. */
  async #giveProof(idHex: string, to: SocketAddress): Promise<void> {
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

function endpointOf(node: Node): SocketAddress {
  if (node.ip === undefined || node.udp === 0) throw noEndpoint();
  return { ip: node.ip, port: node.udp };
}

function noEndpoint(): DiscoveryError {
  return new DiscoveryError('no-endpoint', 'the node has no UDP address that we can reach');
}
