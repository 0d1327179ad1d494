import { bytesToHex } from '../../base/bytes.ts';
import { checkRelayIp } from '../../base/ip.ts';
import { keccak256 } from '../../base/keccak.ts';
import type { SocketAddress } from '../../base/network.ts';
import type { Clock } from '../../base/runtime.ts';
import { nodeFromParts } from '../../node-record/node-factory.ts';
import type { Node } from '../../node-record/node.ts';
import type { ClockEvidence, EventSink } from '../../events/events.ts';
import { BUCKET_SIZE } from '../constants.ts';
import type { AddressVote } from '../ip-vote.ts';
import type { PacketCounters } from '../socket/packet-counters.ts';
import type { RecognisedPacket } from '../socket/receiver.ts';
import type { Table } from '../table/table.ts';
import { EXPIRATION_SECONDS, MAX_NEIGHBORS } from './constants.ts';
import type { EndpointProof } from './endpoint-proof.ts';
import type { LocalNode } from '../local-node.ts';
import type { EnrResponse, Findnode, Message, Neighbor, Ping, Pong } from './messages.ts';
import { envelopeFault, PacketError, readPacket, recoverSender, type UnverifiedPacket } from './packet.ts';
import type { PendingReplies, Reply } from './pending.ts';
import { PingBacks } from './ping-backs.ts';
import type { V4Requests } from './requests.ts';
import type { V4Wire } from './wire.ts';

/** Why a packet was dropped, besides what PacketError names. */
export type DropReason = 'expired' | 'banned' | 'unsolicited' | 'own-packet' | 'no-endpoint-proof';

/** What answering is made of. */
export interface V4AnswersOptions {
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
  /** Told of each packet that comes from an endpoint with proof. */
  readonly onProven: (endpoint: SocketAddress) => void;
}

/** Time between looks at the signatures of expired packets, milliseconds (our choice). */
const LATE_CHECK_INTERVAL_MS = 200;

/** A clock may be a day and a zone wrong; what is further off is no clock's doing (our choice). */
const MAX_CLOCK_OFFSET_MS = 36 * 3_600_000;

/** The sender of a packet, once its signature was checked. */
interface Sender {
  readonly publicKey: Uint8Array;
  readonly idHex: string;
  readonly from: SocketAddress;
}

/**
 * What comes in: checks each packet, cheapest check first, hands answers to the requests that wait for them, and
 * answers what others ask.
 */
export class V4Handler {
  readonly #options: V4AnswersOptions;
  readonly #pingBacks = new PingBacks();
  /** Monotonic milliseconds. */
  #nextLateCheckAt = 0;

  constructor(options: V4AnswersOptions) {
    this.#options = options;
  }

  /** A datagram that is a packet of discovery v4, judged by its hash; undefined for any other. */
  recognise(datagram: Uint8Array, from: SocketAddress): RecognisedPacket | undefined {
    if (envelopeFault(datagram) !== undefined) return undefined;
    return {
      isAnswer: () => this.#isAnswer(datagram, from),
      handle: () => this.#handle(datagram, from),
    };
  }

  /** Whether a request waits for this very packet: a pong or a record names the packet that it answers. */
  #isAnswer(datagram: Uint8Array, from: SocketAddress): boolean {
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

  #handle(datagram: Uint8Array, from: SocketAddress): void {
    try {
      const reason = this.#receive(readPacket(datagram), from);
      if (reason !== undefined) this.#drop(reason, datagram, from);
    } catch (error) {
      if (!(error instanceof PacketError)) throw error;
      this.#drop(error.code, datagram, from);
    }
  }

  #receive({ message, hash, datagram }: UnverifiedPacket, from: SocketAddress): DropReason | undefined {
    const { clock, pending, local, counters, events, isBannedNode } = this.#options;
    if (message.type !== 'enrresponse' && isExpired(message, clock)) {
      this.#tellLateClock(message, datagram, from);
      return 'expired';
    }
    if (isReply(message) && !pending.mightMatch(message, from.ip)) return 'unsolicited';
    const publicKey = recoverSender(datagram);
    const idHex = bytesToHex(keccak256(publicKey));
    if (idHex === local.idHex) return 'own-packet';
    if (isBannedNode(idHex)) return 'banned';
    counters.packet('in', message.type);
    events.emit({
      type: 'discovery/packet',
      direction: 'in',
      packet: message.type,
      bytes: datagram.length,
      ip: from.ip,
    });
    const sender = { publicKey, idHex, from };
    // Before the packet is looked at: a ping-back's own answer is no question of ours.
    if (message.type !== 'enrresponse') this.#tellClock(message, sender);
    return this.#dispatch(message, hash, sender);
  }

  /**
   * What a packet that came too late says of clocks: when ours is ahead, every packet does, also the answers to our own
   * questions, so that nobody has a proof. Its signature is checked, so that nobody speaks for others, a few times a second
   * at most, as such packets cost us nothing otherwise.
   */
  #tellLateClock(message: Exclude<Message, EnrResponse>, datagram: Uint8Array, from: SocketAddress): void {
    const { clock, pending } = this.#options;
    const isAnswer = message.type === 'pong' && pending.mightMatch(message, from.ip);
    if (!isAnswer) {
      if (clock.monotonic() < this.#nextLateCheckAt) return;
      this.#nextLateCheckAt = clock.monotonic() + LATE_CHECK_INTERVAL_MS;
    }
    const publicKey = recoverSender(datagram);
    const sender = { publicKey, idHex: bytesToHex(keccak256(publicKey)), from };
    this.#tellClock(message, sender);
  }

  /** Why a sender is believed: strangers are not. */
  #clockEvidence(message: Message, { idHex, from }: Sender): ClockEvidence | undefined {
    const { proof, pending, requests } = this.#options;
    if (proof.hasProven(idHex, from.ip)) return 'proven';
    if (this.#pingBacks.get(idHex, from.ip) !== undefined) return undefined;
    if (message.type === 'pong') return pending.wouldMatch(message, idHex, from.ip) ? 'proven' : undefined;
    // With a clock that is behind nobody answers us: those that we have asked in vain are then all that we hear.
    return requests.hasAskedInVain(idHex, from.ip) ? 'asked' : undefined;
  }

  /** Nodes let their packets expire after the same time as we do; what is missing or over is the clocks'. */
  #tellClock(message: Exclude<Message, EnrResponse>, sender: Sender): void {
    const { clock, events } = this.#options;
    const evidence = this.#clockEvidence(message, sender);
    if (evidence === undefined) return;
    const {
      idHex,
      from: { ip, port },
    } = sender;
    const offsetMs = (message.expiration - EXPIRATION_SECONDS) * 1000 - clock.now();
    // What does not even look like a clock is none: a packet that is made to hold for ever, for one.
    if (Math.abs(offsetMs) > MAX_CLOCK_OFFSET_MS) return;
    events.emit({ type: 'discovery/clock', idHex, ip, port, offsetMs, evidence });
  }

  #dispatch(message: Message, hash: Uint8Array, sender: Sender): DropReason | undefined {
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
        return this.#options.pending.match(message, sender.idHex, sender.from.ip) ? undefined : 'unsolicited';
      case 'enrrequest':
        return this.#onEnrRequest(hash, sender);
    }
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

  /** Asks for the proof of a node that pinged us; it may enter the table when it gives it. Never rejects. */
  async #pingBack(node: Node, from: SocketAddress): Promise<void> {
    const pingBack = this.#pingBacks.begin(node.idHex, from.ip);
    if (pingBack === undefined) return;
    try {
      await this.#options.requests.ping(node.idHex, from, true);
      this.#options.table.addInbound(node);
      if (pingBack.recordRequest !== undefined) this.#sendRecord(pingBack.recordRequest, from);
    } catch {
      // Silent: it has no proof, and may ping again.
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
    // The answer is larger than the question: without a proof it could be aimed at somebody else.
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

  #drop(reason: string, datagram: Uint8Array, from: SocketAddress): void {
    this.#options.counters.dropped(reason);
    const { length: bytes } = datagram;
    this.#options.events.emit({ type: 'discovery/dropped', reason, bytes, ip: from.ip, protocol: 'v4' });
  }
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
