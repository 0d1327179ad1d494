import type { CauseCode } from '../../../shared/causes/catalogue.ts';
import { bytesToHex, compareBytes } from '../../base/bytes.ts';
import { CryptoError } from '../../base/crypto-error.ts';
import { checkRelayIp, formatSocketAddress, ipFamily, isSameAddress } from '../../base/ip.ts';
import { BoundedMap } from '../../base/bounded-map.ts';
import type { SocketAddress } from '../../base/network.ts';
import type { Random } from '../../base/runtime.ts';
import { TokenBucket } from '../../base/token-bucket.ts';
import type { Enr } from '../../node-record/enr.ts';
import { nodeFromRecord } from '../../node-record/node-factory.ts';
import type { Node } from '../../node-record/node.ts';
import { endpointOf } from '../endpoint.ts';
import { closedError, DiscoveryError, noEndpointError } from '../errors.ts';
import { ActiveRequests, type ActiveRequest } from './active-requests.ts';
import { Challenges } from './challenges.ts';
import { MAX_COUNTED_NODES, MAX_MESSAGE_SIZE, MAX_REQUEST_ID_SIZE, NODE_RATE } from './constants.ts';
import type { V5Dispatcher, V5DispatcherOptions, V5Figures, V5Peer } from './dispatcher-types.ts';
import { HandshakeError, newer, V5Handshakes } from './handshakes.ts';
import {
  decodeMessage,
  encodeMessage,
  isRequest,
  MessageError,
  type V5Envelope,
  type V5Request,
  type V5Response,
} from './messages.ts';
import {
  PacketError,
  readPacket,
  unmaskStart,
  type HandshakePacket,
  type OrdinaryPacket,
  type V5Packet,
  type WhoareyouPacket,
} from './packet.ts';
import { PacketReports } from './packet-reports.ts';
import { SessionCache, type Session } from './session-cache.ts';
import { V5Wire } from './wire.ts';

/** The claimed sender of a packet. */
interface Sender {
  readonly id: Uint8Array;
  readonly idHex: string;
  readonly address: SocketAddress;
  /** Key of its sessions and challenges, from `peerKey`. */
  readonly key: string;
}

/**
 * Sends and receives the packets of discovery v5: establishes and keeps sessions, sends requests and matches the
 * responses, passes inbound requests to the responder. (p2p/discover/v5_udp.go, v5wire/encoding.go)
 */
export class PacketDispatcher implements V5Dispatcher {
  readonly #options: V5DispatcherOptions;
  readonly #localId: Uint8Array;
  readonly #reports: PacketReports;
  readonly #wire: V5Wire;
  readonly #sessions = new SessionCache();
  readonly #challenges: Challenges;
  readonly #handshakes: V5Handshakes;
  readonly #requests: ActiveRequests;
  /** Rates of packets that a session decrypts. BOUNDED: MAX_COUNTED_NODES. */
  readonly #rates = new BoundedMap<string, TokenBucket>(MAX_COUNTED_NODES);
  /** Rates of packets that no session decrypts: their sender can be forged. BOUNDED: MAX_COUNTED_NODES. */
  readonly #unreadRates = new BoundedMap<string, TokenBucket>(MAX_COUNTED_NODES);
  /** The datagram that was recognised last, with the start of its header: usually the one that is handled next. */
  #recognised: { readonly datagram: Uint8Array; readonly start: Uint8Array } | undefined;
  #running = false;
  /** Number of the run: the response to a request of an earlier run is dropped. */
  #run = 0;

  constructor(options: V5DispatcherOptions) {
    const { clock, random, channel, privateKey, local, recordOf } = options;
    this.#options = options;
    this.#localId = options.localId;
    this.#reports = new PacketReports(options);
    this.#wire = new V5Wire({ localId: this.#localId, channel, random, reports: this.#reports });
    this.#challenges = new Challenges(clock);
    this.#handshakes = new V5Handshakes({
      localId: this.#localId,
      privateKey,
      local,
      random,
      wire: this.#wire,
      sessions: this.#sessions,
      challenges: this.#challenges,
      recordOf,
    });
    this.#requests = new ActiveRequests(
      clock,
      (request) => this.#send(request),
      (request) => this.#timedOut(request),
    );
  }

  start(): void {
    this.#running = true;
  }

  stop(): void {
    this.#running = false;
    this.#run++;
    this.#requests.close();
    this.#sessions.clear();
    this.#challenges.clear();
    this.#rates.clear();
    this.#unreadRates.clear();
    this.#recognised = undefined;
  }

  expects(ip: string): boolean {
    return this.#requests.expects(ip);
  }

  snapshot(): V5Figures {
    return {
      sessions: this.#sessions.size,
      challenges: this.#challenges.size,
      requests: this.#requests.active,
      queued: this.#requests.queued,
    };
  }

  async request(node: Node, message: V5Request): Promise<readonly V5Response[]> {
    if (!this.#running) throw closedError();
    const address = this.#endpointOf(node);
    const requestId = newRequestId(this.#options.random);
    if (encodeMessage({ requestId, message }).length > MAX_MESSAGE_SIZE) {
      throw new DiscoveryError('too-large', 'the request does not fit into a packet');
    }
    const { id, idHex, publicKey } = node;
    return this.#requests.add({ id, idHex, publicKey, address }, requestId, message);
  }

  recognises(datagram: Uint8Array): boolean {
    if (!this.#running) return false;
    const start = unmaskStart(datagram, this.#localId);
    if (start === undefined) return false;
    this.#recognised = { datagram, start };
    return true;
  }

  /** A challenge with the nonce of a request, or any packet of a node with an active request. */
  isAnswer(datagram: Uint8Array, from: SocketAddress): boolean {
    try {
      const packet = this.#read(datagram);
      const request =
        packet.kind === 'whoareyou'
          ? this.#requests.byNonce(packet.nonce)
          : this.#requests.activeOf(bytesToHex(packet.srcId));
      return request !== undefined && isSameAddress(request.target.address, from);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      return false;
    }
  }

  handle(datagram: Uint8Array, from: SocketAddress): void {
    if (!this.#running) return;
    try {
      const refusal = this.#receive(this.#read(datagram), datagram.length, from);
      if (refusal !== undefined) this.#drop(refusal, datagram, from);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      this.#drop(error.code, datagram, from);
    }
  }

  /** @throws PacketError */
  #read(datagram: Uint8Array): V5Packet {
    const start = this.#recognised?.datagram === datagram ? this.#recognised.start : undefined;
    return readPacket(datagram, this.#localId, start);
  }

  /**
   * Returns why the packet was dropped; undefined if it was not.
   * @throws PacketError, MessageError
   */
  #receive(packet: V5Packet, bytes: number, from: SocketAddress): CauseCode | undefined {
    if (packet.kind === 'whoareyou') return this.#onChallenge(packet, bytes, from);
    if (compareBytes(packet.srcId, this.#localId) === 0) return 'own-packet';
    const idHex = bytesToHex(packet.srcId);
    if (this.#options.isBannedNode?.(idHex) === true) return 'banned';
    const sender: Sender = { id: packet.srcId, idHex, address: from, key: peerKey(idHex, from) };
    return packet.kind === 'handshake'
      ? this.#onHandshake(packet, bytes, sender)
      : this.#onOrdinary(packet, bytes, sender);
  }

  /** Counts a packet against the rate limit of its sender. Packets of a node with an active request are not counted. */
  #mayPass({ idHex, address, key }: Sender, rates: BoundedMap<string, TokenBucket>): boolean {
    const request = this.#requests.activeOf(idHex);
    if (request !== undefined && isSameAddress(request.target.address, address)) return true;
    let rate = rates.get(key);
    if (rate === undefined) {
      rate = new TokenBucket(this.#options.clock, NODE_RATE);
      rates.set(key, rate);
    }
    return rate.take();
  }

  /** A packet that a session decrypts proves its sender, so other senders cannot use up the node's rate. */
  #onOrdinary(packet: OrdinaryPacket, bytes: number, sender: Sender): CauseCode | undefined {
    const opened = this.#sessions.get(sender.key)?.open(packet);
    if (!this.#mayPass(sender, opened === undefined ? this.#unreadRates : this.#rates))
      return 'node-rate-limit';
    if (opened === undefined) {
      this.#handshakes.challenge(sender, sender.key, packet.nonce);
      return undefined;
    }
    if (opened.isProof) this.#provenAsInitiator(sender);
    return this.#onMessage(opened.message, bytes, opened.session, sender);
  }

  /** Not counted: each handshake needs a challenge of ours, which it uses up. */
  #onHandshake(packet: HandshakePacket, bytes: number, sender: Sender): CauseCode | undefined {
    let accepted;
    try {
      accepted = this.#handshakes.accept(packet, sender.key);
    } catch (error) {
      if (!(error instanceof HandshakeError)) throw error;
      if (error.code !== 'no-challenge') this.#sessionEvent('recipient', sender, error.code);
      return error.code;
    }
    this.#sessionEvent('recipient', sender, undefined);
    this.#options.onProven?.(sender.address);
    this.#reportNode(accepted.record, sender.address);
    return this.#onMessage(accepted.message, bytes, accepted.session, sender);
  }

  /** A challenge is accepted only for a packet of ours, whose nonce it must contain. */
  #onChallenge(packet: WhoareyouPacket, bytes: number, from: SocketAddress): CauseCode | undefined {
    const request = this.#requests.byNonce(packet.nonce);
    if (request === undefined) return 'unsolicited-challenge';
    const { address } = request.target;
    if (!isSameAddress(address, from)) return 'wrong-address';
    if (request.offered !== undefined) return 'second-challenge';
    this.#reports.challenge('in', request.target, packet.challengeData, bytes);
    this.#sendHandshake(request, packet);
    return undefined;
  }

  #sendHandshake(request: ActiveRequest, packet: WhoareyouPacket): void {
    const { address, idHex } = request.target;
    try {
      const nonce = this.#handshakes.answer(request, peerKey(idHex, address), packet);
      if (nonce === undefined) this.#requests.fail(request, noEndpointError());
      else this.#requests.sent(request, nonce);
    } catch (cause) {
      // The public key can come from an enode URL, whose parser does not check the curve.
      if (!(cause instanceof CryptoError)) throw cause;
      this.#requests.fail(
        request,
        new DiscoveryError('bad-record', 'the node’s public key is not on the curve', { cause }),
      );
    }
  }

  #onMessage(content: Uint8Array, bytes: number, session: Session, sender: Sender): CauseCode | undefined {
    const envelope = decodeMessage(content);
    this.#reports.message('in', sender, content, envelope, bytes);
    const { requestId, message } = envelope;
    if (!isRequest(message)) {
      return this.#requests.answer(sender.idHex, sender.address, { requestId, message });
    }
    void this.#respond({ requestId, message }, session, sender);
    return undefined;
  }

  /** Never rejects. */
  async #respond(request: V5Envelope<V5Request>, session: Session, sender: Sender): Promise<void> {
    const run = this.#run;
    const { id, idHex, address, key } = sender;
    const record = newer(this.#sessions.get(key)?.record, this.#options.recordOf(idHex));
    const from: V5Peer = { id, idHex, address, record };
    const { requestId } = request;
    try {
      const answer = this.#options.respond(from, request.message);
      const messages = 'then' in answer ? await answer : answer;
      if (run !== this.#run) return;
      for (const message of messages) this.#wire.sendMessage(sender, session, { requestId, message });
    } catch (error) {
      this.#options.counters.dropped(isRefusal(error) ? 'answer-too-large' : 'answer-failed');
    }
  }

  #send(request: ActiveRequest): void {
    const { target, requestId, message } = request;
    const session = this.#sessions.get(peerKey(target.idHex, target.address))?.current;
    const nonce =
      session === undefined
        ? this.#wire.sendRandom(target, message)
        : this.#wire.sendMessage(target, session, { requestId, message });
    if (nonce === undefined) this.#requests.fail(request, noEndpointError());
    else this.#requests.sent(request, nonce);
  }

  /** The peer could decrypt our handshake: a request that did not fit into it can follow. */
  #provenAsInitiator(sender: Sender): void {
    this.#sessionEvent('initiator', sender, undefined);
    this.#options.onProven?.(sender.address);
    const request = this.#requests.activeOf(sender.idHex);
    if (request?.openedByPing === true) this.#send(request);
  }

  #timedOut({ target: { idHex, address }, offered }: ActiveRequest): void {
    if (offered === undefined) return;
    const sessions = this.#sessions.get(peerKey(idHex, address));
    if (sessions?.withdraw(offered) === true) this.#sessionEvent('initiator', { idHex, address }, 'timeout');
  }

  #reportNode(record: Enr, from: SocketAddress): void {
    const { onHandshake, channel, allows = () => true } = this.#options;
    const node = nodeFromRecord(record, channel.families);
    if (node.ip === undefined || node.udp === 0 || !allows(node.ip)) return;
    if (checkRelayIp(from.ip, node.ip) === undefined) onHandshake?.(node, from);
  }

  /** @throws DiscoveryError `no-endpoint` */
  #endpointOf(node: Node): SocketAddress {
    const { allows = () => true, channel } = this.#options;
    const endpoint = endpointOf(node, allows);
    if (!channel.families.includes(ipFamily(endpoint.ip))) throw noEndpointError();
    return endpoint;
  }

  #sessionEvent(
    role: 'initiator' | 'recipient',
    { idHex, address: { ip } }: Pick<Sender, 'idHex' | 'address'>,
    failure: CauseCode | undefined,
  ): void {
    this.#options.events.emit({ type: 'discovery/session', idHex, ip, role, failure });
  }

  #drop(reason: CauseCode, datagram: Uint8Array, from: SocketAddress): void {
    const { length: bytes } = datagram;
    const { ip } = from;
    this.#options.counters.dropped(reason);
    this.#options.tap?.dropped('discv5', reason, datagram, from);
    this.#options.events.emit({ type: 'discovery/dropped', reason, bytes, ip, protocol: 'v5' });
  }
}

/** The first byte is not zero: peers that decode the ID as a number (@chainsafe/discv5) omit leading zeros in answers. */
function newRequestId(random: Random): Uint8Array {
  const requestId = random.bytes(MAX_REQUEST_ID_SIZE);
  requestId[0] = 1 + random.below(0xff);
  return requestId;
}

function isRefusal(error: unknown): error is PacketError | MessageError {
  return error instanceof PacketError || error instanceof MessageError;
}

/** Sessions and challenges belong to a node at one address, as in the specification's session cache. */
function peerKey(idHex: string, address: SocketAddress): string {
  return `${idHex} ${formatSocketAddress(address)}`;
}
