import type { CauseCode } from '../../../shared/causes/catalogue.ts';
import { bytesToHex } from '../../base/bytes.ts';
import { checkRelayIp } from '../../base/ip.ts';
import { keccak256 } from '../../base/keccak.ts';
import type { SocketAddress } from '../../base/network.ts';
import type { SignedHash } from '../../base/recovery-batch.ts';
import type { Clock } from '../../base/runtime.ts';
import { nodeFromParts } from '../../node-record/node-factory.ts';
import type { Node } from '../../node-record/node.ts';
import type { ClockEvidence, EventSink } from '../../events/events.ts';
import type { PacketTap } from '../../events/packet-tap.ts';
import { BUCKET_SIZE } from '../constants.ts';
import type { AddressVote } from '../ip-vote.ts';
import type { PacketCounters } from '../socket/packet-counters.ts';
import type { DatagramHandler } from '../socket/receiver.ts';
import type { Table } from '../table/table.ts';
import { EXPIRATION_SECONDS, MAX_NEIGHBORS } from './constants.ts';
import type { EndpointProof } from './endpoint-proof.ts';
import type { LocalNode } from '../local-node.ts';
import type { EnrResponse, Findnode, Message, Neighbor, Ping, Pong } from './messages.ts';
import {
  badSignature,
  envelopeFault,
  PacketError,
  readPacket,
  recoverSender,
  signedPart,
  type UnverifiedPacket,
} from './packet.ts';
import type { PendingReplies, Reply } from './pending.ts';
import { PingBacks } from './ping-backs.ts';
import { reportPacket } from './report-packet.ts';
import type { V4Requests } from './requests.ts';
import type { V4Wire } from './wire.ts';

/** Why a packet was dropped, in addition to the codes of PacketError. */
export type DropReason = 'expired' | 'banned' | 'unsolicited' | 'own-packet' | 'no-endpoint-proof';

/** Constructor arguments of V4Handler. */
export interface V4HandlerOptions {
  readonly local: LocalNode;
  readonly wire: V4Wire;
  readonly pending: PendingReplies;
  readonly proof: EndpointProof;
  readonly requests: V4Requests;
  readonly table: Table;
  readonly vote: AddressVote;
  readonly clock: Clock;
  readonly events: EventSink;
  readonly counters: PacketCounters;
  /** Whether packets of a node are dropped. */
  readonly isBannedNode: (idHex: string) => boolean;
  /** Whether the transport runs; if not, no datagram is recognised. */
  readonly isRunning: () => boolean;
  /** Called for each packet from an endpoint with proof. */
  readonly onProven: (endpoint: SocketAddress) => void;
  /** Records the packets; absent where nothing can be recorded. */
  readonly tap?: PacketTap | undefined;
}

/** Shortest time between two signature checks of expired packets, milliseconds (our choice). */
const LATE_CHECK_INTERVAL_MS = 200;

/** Largest clock offset that is reported, milliseconds (our choice): a wrong date plus a wrong time zone. */
const MAX_CLOCK_OFFSET_MS = 36 * 3_600_000;

/** The sender of a packet whose signature was checked. */
interface Sender {
  readonly publicKey: Uint8Array;
  readonly idHex: string;
  readonly from: SocketAddress;
}

/**
 * Handles inbound packets: checks each one, cheapest check first, passes replies to the requests that wait for them, and
 * answers the requests of other nodes.
 */
export class V4Handler implements DatagramHandler {
  readonly #options: V4HandlerOptions;
  readonly #pingBacks = new PingBacks();
  /** Monotonic milliseconds. */
  #nextLateCheckAt = 0;

  constructor(options: V4HandlerOptions) {
    this.#options = options;
  }

  recognises(datagram: Uint8Array): boolean {
    return this.#options.isRunning() && envelopeFault(datagram) === undefined;
  }

  expects(ip: string): boolean {
    return this.#options.pending.expects(ip);
  }

  /** A PONG or ENRRESPONSE echoes the hash of the packet that it answers. */
  isAnswer(datagram: Uint8Array, from: SocketAddress): boolean {
    const { pending, clock } = this.#options;
    if (!pending.expects(from.ip)) return false;
    try {
      const { message } = readPacket(datagram);
      if (!isReply(message) || (message.type !== 'enrresponse' && isExpired(message, clock))) return false;
      return pending.mightMatch(message, from.ip);
    } catch (error) {
      if (!(error instanceof PacketError)) throw error;
      return false;
    }
  }

  /** Only requests: what `handle` drops without a signature check needs none here. */
  signed(datagram: Uint8Array): SignedHash | undefined {
    try {
      const { message } = readPacket(datagram);
      if (isReply(message) || isExpired(message, this.#options.clock)) return undefined;
      return signedPart(datagram);
    } catch (error) {
      if (!(error instanceof PacketError)) throw error;
      return undefined;
    }
  }

  handle(datagram: Uint8Array, from: SocketAddress, signer?: Uint8Array | 'invalid'): void {
    try {
      const packet = readPacket(datagram);
      const sender = this.#authenticate(packet, from, signer);
      const reason = typeof sender === 'string' ? sender : this.#dispatch(packet, sender);
      if (reason !== undefined) this.#drop(reason, datagram, from);
    } catch (error) {
      if (!(error instanceof PacketError)) throw error;
      this.#drop(error.code, datagram, from);
    }
  }

  /**
   * Recovers the sender, after the checks that need no signature.
   * @throws PacketError `bad-signature`
   */
  #authenticate(
    { message, datagram }: UnverifiedPacket,
    from: SocketAddress,
    signer: Uint8Array | 'invalid' | undefined,
  ): Sender | DropReason {
    const { clock, pending, local, isBannedNode } = this.#options;
    if (message.type !== 'enrresponse' && isExpired(message, clock)) {
      this.#reportExpired(message, datagram, from);
      return 'expired';
    }
    if (isReply(message) && !pending.mightMatch(message, from.ip)) return 'unsolicited';
    const sender = senderOf(datagram, from, signer);
    if (sender.idHex === local.idHex) return 'own-packet';
    return isBannedNode(sender.idHex) ? 'banned' : sender;
  }

  #dispatch(packet: UnverifiedPacket, sender: Sender): DropReason | undefined {
    const { message, hash } = packet;
    const { idHex, from } = sender;
    reportPacket(this.#options, 'in', packet, from, idHex);
    // Must precede the handling, which removes the ping-back: its PONG is no evidence.
    if (message.type !== 'enrresponse') this.#reportClock(message, sender);
    switch (message.type) {
      case 'ping':
        this.#onPing(message, hash, sender);
        return undefined;
      case 'pong':
        return this.#onPong(message, sender);
      case 'findnode':
        return this.#onFindnode(message, sender);
      case 'neighbors':
      case 'enrresponse':
        return this.#options.pending.match(message, idHex, from.ip) ? undefined : 'unsolicited';
      case 'enrrequest':
        return this.#onEnrRequest(hash, sender);
    }
  }

  /**
   * Reports the clock offset that an expired packet shows. If our clock is ahead, all packets seem expired, also replies
   * to our requests, so that no endpoint is ever proven. The signature is checked, so that the report names the real
   * sender, but only a few times per second, because expired packets must stay cheap.
   */
  #reportExpired(message: Exclude<Message, EnrResponse>, datagram: Uint8Array, from: SocketAddress): void {
    const { clock, pending } = this.#options;
    const isAnswer = message.type === 'pong' && pending.mightMatch(message, from.ip);
    if (!isAnswer) {
      if (clock.monotonic() < this.#nextLateCheckAt) return;
      this.#nextLateCheckAt = clock.monotonic() + LATE_CHECK_INTERVAL_MS;
    }
    this.#reportClock(message, senderOf(datagram, from));
  }

  /** Why the sender's clock is evidence; undefined if it is not, as for unknown nodes. */
  #clockEvidence(message: Message, { idHex, from }: Sender): ClockEvidence | undefined {
    const { proof, pending, requests } = this.#options;
    if (proof.hasProven(idHex, from.ip)) return 'proven';
    if (this.#pingBacks.get(idHex, from.ip) !== undefined) return undefined;
    if (message.type === 'pong') return pending.wouldMatch(message, idHex, from.ip) ? 'proven' : undefined;
    // If our clock is behind, no node answers us: packets of nodes that did not answer our pings are the only evidence.
    return requests.hasUnansweredPing(idHex, from.ip) ? 'asked' : undefined;
  }

  /** Nodes usually give their packets the same lifetime as we do, so any difference is the offset of the clocks. */
  #reportClock(message: Exclude<Message, EnrResponse>, sender: Sender): void {
    const { clock, events } = this.#options;
    const evidence = this.#clockEvidence(message, sender);
    if (evidence === undefined) return;
    const {
      idHex,
      from: { ip, port },
    } = sender;
    const offsetMs = (message.expiration - EXPIRATION_SECONDS) * 1000 - clock.now();
    // Some clients set an expiration far in the future.
    if (Math.abs(offsetMs) > MAX_CLOCK_OFFSET_MS) return;
    events.emit({ type: 'discovery/clock', idHex, ip, port, offsetMs, evidence });
  }

  #onPing(ping: Ping, hash: Uint8Array, sender: Sender): void {
    const { wire, requests, local, proof, table, vote, events } = this.#options;
    const { from, idHex, publicKey } = sender;
    wire.send(
      {
        type: 'pong',
        to: { ip: from.ip, udp: from.port, tcp: ping.from.tcp },
        pingHash: hash,
        expiration: requests.expiration(),
        enrSeq: local.seq,
      },
      from,
    );
    const node = nodeFromParts({ publicKey, ip: from.ip, udp: from.port, tcp: ping.from.tcp });
    events.emit({ type: 'discovery/found', node, source: 'inbound', from: undefined });
    if (proof.hasProven(idHex, from.ip)) {
      this.#options.onProven(from);
      table.addInbound(node);
      vote.statement(from, { ip: ping.to.ip, port: ping.to.udp });
    } else {
      void this.#pingBack(node, from);
    }
    proof.pingReceived(idHex, from.ip);
  }

  /** Pings a node that pinged us, for its endpoint proof, and adds it to the table if it answers. Never rejects. */
  async #pingBack(node: Node, from: SocketAddress): Promise<void> {
    const pingBack = this.#pingBacks.begin(node.idHex, from.ip);
    if (pingBack === undefined) return;
    try {
      await this.#options.requests.ping(node.idHex, from, true);
      this.#options.table.addInbound(node);
      if (pingBack.recordRequest !== undefined) this.#sendRecord(pingBack.recordRequest, from);
    } catch {
      // No answer, so no proof; the node may ping us again.
      if (pingBack.recordRequest !== undefined) this.#options.counters.dropped('no-endpoint-proof');
    } finally {
      this.#pingBacks.end(node.idHex, from.ip);
    }
  }

  #onPong(pong: Pong, { idHex, from }: Sender): DropReason | undefined {
    const { pending, proof, vote, events } = this.#options;
    if (!pending.match(pong, idHex, from.ip)) return 'unsolicited';
    proof.pongReceived(idHex, from.ip);
    this.#options.onProven(from);
    events.emit({ type: 'discovery/bonded', idHex, ip: from.ip });
    vote.statement(from, { ip: pong.to.ip, port: pong.to.udp });
    return undefined;
  }

  #onFindnode(findnode: Findnode, { idHex, from }: Sender): DropReason | undefined {
    const { proof, table, wire, requests } = this.#options;
    // The answer is larger than the request: without a proof, a forged sender address could direct it to a third party.
    if (!proof.hasProven(idHex, from.ip)) return 'no-endpoint-proof';
    const { nodes } = table.closest(keccak256(findnode.target), BUCKET_SIZE, true, idHex);
    const neighbors = nodes.filter((node) => mayRelay(from.ip, node)).map(toNeighbor);
    for (let at = 0; at === 0 || at < neighbors.length; at += MAX_NEIGHBORS) {
      const part = neighbors.slice(at, at + MAX_NEIGHBORS);
      wire.send({ type: 'neighbors', nodes: part, expiration: requests.expiration() }, from);
    }
    return undefined;
  }

  #onEnrRequest(hash: Uint8Array, { idHex, from }: Sender): DropReason | undefined {
    if (!this.#options.proof.hasProven(idHex, from.ip)) {
      const pingBack = this.#pingBacks.get(idHex, from.ip);
      if (pingBack === undefined) return 'no-endpoint-proof';
      pingBack.recordRequest = hash.slice();
      return undefined;
    }
    this.#sendRecord(hash, from);
    return undefined;
  }

  #sendRecord(requestHash: Uint8Array, to: SocketAddress): void {
    const { wire, local } = this.#options;
    wire.send({ type: 'enrresponse', requestHash, record: local.record }, to);
  }

  #drop(reason: CauseCode, datagram: Uint8Array, from: SocketAddress): void {
    this.#options.counters.dropped(reason);
    this.#options.tap?.dropped('discv4', reason, datagram, from);
    const { length: bytes } = datagram;
    this.#options.events.emit({ type: 'discovery/dropped', reason, bytes, ip: from.ip, protocol: 'v4' });
  }
}

/** @throws PacketError `bad-signature` */
function senderOf(datagram: Uint8Array, from: SocketAddress, signer?: Uint8Array | 'invalid'): Sender {
  if (signer === 'invalid') throw badSignature();
  const publicKey = signer ?? recoverSender(datagram);
  return { publicKey, idHex: bytesToHex(keccak256(publicKey)), from };
}

function isReply(message: Message): message is Reply {
  return message.type === 'pong' || message.type === 'neighbors' || message.type === 'enrresponse';
}

function isExpired({ expiration }: Exclude<Message, EnrResponse>, clock: Clock): boolean {
  return expiration * 1000 < clock.now();
}

function mayRelay(receiver: string, node: Node): boolean {
  return node.ip !== undefined && node.udp !== 0 && checkRelayIp(receiver, node.ip) === undefined;
}

function toNeighbor({ ip, udp, tcp, publicKey }: Node): Neighbor {
  return { ip, udp, tcp, publicKey };
}
