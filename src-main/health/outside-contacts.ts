import type { InboundContacts } from '../../shared/model/own-node.ts';
import { BoundedMap } from '../base/bounded-map.ts';
import { ipFamily, isLan } from '../base/ip.ts';
import type { AddressFamily } from '../base/network.ts';
import type { DiscoveryPacketName, NodeEvent } from '../events/events.ts';

/**
 * After this time without a packet between us and an address, the next packet from it is unsolicited (our choice). A NAT
 * keeps a UDP mapping for at least 2 minutes, 5 by default (RFC 4787, REQ-5).
 */
const QUIET_MS = 1_800_000;

/** A packet this soon after the last one of its address is not noted: a flood costs one look-up per packet (our choice). */
const FRESH_MS = 1_000;

/** BOUNDED: addresses whose last packet is kept; the least recently used is removed first. */
const MAX_ADDRESSES = 16_384;

/** Packets by which a node contacts us. The others answer a packet of ours. */
const REQUESTS: ReadonlySet<DiscoveryPacketName> = new Set([
  'ping',
  'findnode',
  'enrrequest',
  'v5/ping',
  'v5/findnode',
  'v5/talkreq',
]);

/** The mutable form of InboundContacts. */
type Count = { -readonly [Key in keyof InboundContacts]: InboundContacts[Key] };
type Counts = Record<AddressFamily, Count>;

const noContacts = (): Counts => ({
  ipv4: { outside: 0, local: 0, newestAt: null },
  ipv6: { outside: 0, local: 0, newestAt: null },
});

/**
 * Counts contacts that other nodes began: the only proof that our ports are reachable. TCP: connections that passed the
 * RLPx handshake, because it proves that the remote side uses our protocol. UDP: requests from addresses without a packet
 * in either direction for QUIET_MS, which a NAT or firewall lets in only if the port is open.
 */
export class OutsideContacts {
  #tcp = noContacts();
  #udp = noContacts();
  /** Time of the last packet of an address in either direction, Unix milliseconds; up to FRESH_MS too early. */
  readonly #lastPacketAt: BoundedMap<string, number>;
  /** The newest time that was removed from #lastPacketAt: an unknown address may have had a packet until then. */
  #forgottenAt = Number.NEGATIVE_INFINITY;

  constructor(maxAddresses = MAX_ADDRESSES) {
    this.#lastPacketAt = new BoundedMap(maxAddresses, (_, at) => {
      this.#forgottenAt = Math.max(this.#forgottenAt, at);
    });
  }

  /** Processes an event. @param at Unix milliseconds */
  apply(event: NodeEvent, at: number): void {
    if (event.type === 'node/phase' && event.phase === 'starting') this.#reset();
    else if (event.type === 'discovery/packet') this.#packet(event, at);
    else if (event.type === 'connection/passed' && event.stage === 'encryption') {
      if (event.direction === 'inbound') add(this.#tcp, event.ip, at);
    }
  }

  /** Number of TCP connections from the internet since the node started. */
  get count(): number {
    return this.#tcp.ipv4.outside + this.#tcp.ipv6.outside;
  }

  /** The contacts of a protocol since the node started, by address family. */
  of(protocol: 'tcp' | 'udp'): Readonly<Record<AddressFamily, InboundContacts>> {
    return protocol === 'tcp' ? this.#tcp : this.#udp;
  }

  #packet({ direction, packet, ip, port }: NodeEvent & { type: 'discovery/packet' }, at: number): void {
    // WHOAREYOU answers a first packet that has no name yet; the request follows in the handshake.
    if (direction === 'out' && packet === 'v5/whoareyou') return;
    // Many nodes of a local network may share one address, with no NAT in between.
    const key = isLan(ip) ? `${ip} ${String(port)}` : ip;
    const last = this.#lastPacketAt.peek(key);
    if (last !== undefined && at >= last && at - last < FRESH_MS) return;
    const isQuiet = at - (last ?? this.#forgottenAt) >= QUIET_MS;
    const isUnsolicited = direction === 'in' && isQuiet && REQUESTS.has(packet);
    this.#lastPacketAt.set(key, at);
    if (isUnsolicited) add(this.#udp, ip, at);
  }

  #reset(): void {
    this.#tcp = noContacts();
    this.#udp = noContacts();
    this.#lastPacketAt.clear();
    this.#forgottenAt = Number.NEGATIVE_INFINITY;
  }
}

function add(counts: Counts, ip: string, at: number): void {
  const count = counts[ipFamily(ip)];
  if (isLan(ip)) {
    count.local += 1;
    return;
  }
  count.outside += 1;
  count.newestAt = at;
}
