import type { CauseCode } from '../../shared/causes/catalogue.ts';
import type { TrafficNow } from '../../shared/model/series.ts';
import {
  TABLE_PROTOCOLS,
  type DiscoveryCounters,
  type PacketCount,
  type TableProtocol,
} from '../../shared/model/table.ts';
import type { DiscoveryPacketName, NodeEvent } from '../events/events.ts';
import { Ring } from '../base/ring.ts';
import type { TrafficSample } from './traffic-history.ts';

/** Discovery packets of each protocol in the order of display. */
const PACKETS = {
  v4: ['ping', 'pong', 'findnode', 'neighbors', 'enrrequest', 'enrresponse'],
  v5: ['v5/ping', 'v5/pong', 'v5/findnode', 'v5/nodes', 'v5/talkreq', 'v5/talkresp', 'v5/whoareyou'],
} as const satisfies Record<TableProtocol, readonly DiscoveryPacketName[]>;
const ALL_PACKETS: readonly DiscoveryPacketName[] = [...PACKETS.v4, ...PACKETS.v5];

/** BOUNDED: distinct drop reasons per protocol; further ones are counted as `other`. */
const MAX_DROP_REASONS = 64;
/** A rate is the mean of this many seconds, so that it changes smoothly. */
const RATE_SECONDS = 5;

interface Flow {
  in: number;
  out: number;
}

interface SecondMark {
  readonly bytes: Flow;
  readonly packets: Readonly<Record<DiscoveryPacketName, Flow>>;
}

const noFlow = (): Flow => ({ in: 0, out: 0 });
const noPackets = (): Record<DiscoveryPacketName, Flow> =>
  Object.fromEntries(ALL_PACKETS.map((packet) => [packet, noFlow()])) as Record<DiscoveryPacketName, Flow>;
const copyPackets = (
  from: Readonly<Record<DiscoveryPacketName, Flow>>,
): Record<DiscoveryPacketName, Flow> => {
  const copy = noPackets();
  for (const packet of ALL_PACKETS) copy[packet] = { ...from[packet] };
  return copy;
};
const sumOf = (packets: Readonly<Record<DiscoveryPacketName, Flow>>, direction: keyof Flow): number =>
  ALL_PACKETS.reduce((sum, packet) => sum + packets[packet][direction], 0);

function sumsOf<Key>(one: ReadonlyMap<Key, number>, other: ReadonlyMap<Key, number>): Map<Key, number> {
  const sums = new Map(one);
  for (const [reason, count] of other) sums.set(reason, (sums.get(reason) ?? 0) + count);
  return sums;
}

/**
 * Counts traffic and discovery packets since the node started; all zero while it is stopped. Rates come from a mark per
 * second. The owner calls `apply` for each event and `second` once per second.
 */
export class Counters {
  #bytes: Flow = noFlow();
  #packets = noPackets();
  /** Dropped packets by protocol and reason; `none` when the protocol is unknown. */
  readonly #dropped = {
    v4: new Map<CauseCode, number>(),
    v5: new Map<CauseCode, number>(),
    none: new Map<CauseCode, number>(),
  };
  #marks = new Ring<SecondMark>(RATE_SECONDS + 1);
  #peers = 0;

  constructor() {
    this.#mark();
  }

  /** Processes an event. */
  apply(event: NodeEvent): void {
    switch (event.type) {
      case 'peer/message':
        this.#bytes[event.direction] += event.bytes;
        break;
      case 'discovery/packet':
        this.#packets[event.packet][event.direction] += 1;
        break;
      case 'discovery/dropped':
        this.#drop(event.reason, this.#dropped[event.protocol ?? 'none']);
        break;
      case 'peer/added':
        this.#peers += 1;
        break;
      case 'peer/dropped':
        this.#peers = Math.max(0, this.#peers - 1);
        break;
      case 'node/phase':
        if (event.phase !== 'running' && event.phase !== 'stopping') this.#reset();
        break;
      default:
        break;
    }
  }

  /** Ends the current second and returns its traffic. */
  second(): TrafficSample {
    const before = this.#marks.fromEnd(0);
    this.#mark();
    const packets = (direction: keyof Flow): number =>
      sumOf(this.#packets, direction) - (before === undefined ? 0 : sumOf(before.packets, direction));
    return {
      bytesIn: this.#bytes.in - (before?.bytes.in ?? 0),
      bytesOut: this.#bytes.out - (before?.bytes.out ?? 0),
      packetsIn: packets('in'),
      packetsOut: packets('out'),
      peers: this.#peers,
    };
  }

  /** Totals and current rates of bytes and discovery packets. */
  traffic(): TrafficNow {
    return {
      bytesInPerSecond: this.#rate((mark) => mark.bytes.in),
      bytesOutPerSecond: this.#rate((mark) => mark.bytes.out),
      bytesInTotal: this.#bytes.in,
      bytesOutTotal: this.#bytes.out,
      packetsInPerSecond: this.#rate((mark) => sumOf(mark.packets, 'in')),
      packetsOutPerSecond: this.#rate((mark) => sumOf(mark.packets, 'out')),
    };
  }

  /**
   * Packets and drops of one discovery protocol. Both protocols share the sockets: a drop without a known protocol counts
   * for both.
   */
  discovery(protocol: TableProtocol = 'v4'): Pick<DiscoveryCounters, 'packets' | 'dropped'> {
    return {
      packets: PACKETS[protocol].map((packet) => this.#packetCount(packet)),
      dropped: [...sumsOf(this.#dropped.none, this.#dropped[protocol])]
        .map(([reason, count]) => ({ reason, count }))
        .sort((a, b) => b.count - a.count || a.reason.localeCompare(b.reason)),
    };
  }

  /** What was dropped, by protocol and reason. Each counts once; `discovery` adds those of unknown protocol to both. */
  drops(): readonly {
    readonly protocol: TableProtocol | 'none';
    readonly reason: CauseCode;
    readonly count: number;
  }[] {
    return ([...TABLE_PROTOCOLS, 'none'] as const).flatMap((protocol) =>
      [...this.#dropped[protocol]].map(([reason, count]) => ({ protocol, reason, count })),
    );
  }

  #packetCount(packet: DiscoveryPacketName): PacketCount {
    return {
      packet,
      in: this.#packets[packet].in,
      out: this.#packets[packet].out,
      inPerSecond: this.#rate((mark) => mark.packets[packet].in),
      outPerSecond: this.#rate((mark) => mark.packets[packet].out),
    };
  }

  #rate(figure: (mark: SecondMark) => number): number {
    const seconds = this.#marks.length - 1;
    const newest = this.#marks.fromEnd(0);
    const oldest = this.#marks.fromEnd(seconds);
    if (newest === undefined || oldest === undefined || seconds < 1) return 0;
    return (figure(newest) - figure(oldest)) / seconds;
  }

  #reset(): void {
    this.#bytes = noFlow();
    this.#packets = noPackets();
    for (const counts of Object.values(this.#dropped)) counts.clear();
    this.#marks = new Ring<SecondMark>(RATE_SECONDS + 1);
    this.#mark();
  }

  #mark(): void {
    this.#marks.push({ bytes: { ...this.#bytes }, packets: copyPackets(this.#packets) });
  }

  #drop(reason: CauseCode, counts: Map<CauseCode, number>): void {
    const known = counts.has(reason) || counts.size < MAX_DROP_REASONS;
    const key = known ? reason : 'other';
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
}
