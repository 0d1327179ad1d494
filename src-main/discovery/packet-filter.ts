import { ipFamily, isLan, subnetKey } from '../leaf/ip.ts';
import { BoundedMap } from '../leaf/lru-map.ts';
import type { SocketAddress } from '../leaf/network.ts';
import type { Clock } from '../leaf/runtime.ts';
import { TokenBucket } from '../leaf/token-bucket.ts';
import type { AddressFilter } from './bootnodes.ts';

/** Why the filter refuses a datagram. */
export type FilterRefusal = 'banned' | 'not-allowed' | 'host-rate-limit' | 'rate-limit';

/** Packets a second, and how many at once after a quiet time. */
export interface RateLimit {
  readonly perSecond: number;
  readonly burst: number;
}

/** The limits in force. */
export interface FilterLimits {
  /** Of one host: an IPv4 address or an IPv6 /64. */
  readonly host: RateLimit;
  /** Of one host on our machine or local network, where many nodes may share an address. */
  readonly localHost: RateLimit;
  /** Of all hosts together. */
  readonly total: RateLimit;
  /** Of packets from hosts that we wait for an answer from; the limits above do not count these. */
  readonly expected: RateLimit;
}

/**
 * Our choice: a node of the field sends well below ten packets a second; at the total, checking signatures takes less
 * than a tenth of a core.
 */
export const DEFAULT_FILTER_LIMITS: FilterLimits = {
  host: { perSecond: 30, burst: 100 },
  localHost: { perSecond: 500, burst: 1_000 },
  total: { perSecond: 1_000, burst: 2_000 },
  expected: { perSecond: 1_000, burst: 2_000 },
};

/** Hosts whose packets are counted; the one heard of longest ago is forgotten first. BOUNDED. */
const MAX_HOSTS = 4_096;

/** Bits of an IPv6 address that stand for one host: who has one address has the whole /64. */
const IPV6_HOST_BITS = 64;

/** What the filter is made of. */
export interface PacketFilterOptions {
  readonly clock: Clock;
  readonly allows: AddressFilter;
  /** Whether the user keeps the address out; nobody is without it. */
  readonly isBanned?: (ip: string) => boolean;
  /** Whether an answer is awaited from an address. */
  readonly expects: (ip: string) => boolean;
  readonly limits?: FilterLimits;
}

/** Decides by the sender's address alone whether a datagram is worth any work; it comes before all cryptography. */
export class PacketFilter {
  readonly #options: PacketFilterOptions;
  readonly #limits: FilterLimits;
  readonly #hosts = new BoundedMap<string, TokenBucket>(MAX_HOSTS);
  readonly #total: TokenBucket;
  readonly #expected: TokenBucket;

  constructor(options: PacketFilterOptions) {
    this.#options = options;
    this.#limits = options.limits ?? DEFAULT_FILTER_LIMITS;
    this.#total = new TokenBucket(options.clock, this.#limits.total);
    this.#expected = new TokenBucket(options.clock, this.#limits.expected);
  }

  /** Counts a datagram; returns why it is to be dropped, or undefined. */
  refusal({ ip }: SocketAddress): FilterRefusal | undefined {
    if (this.#options.isBanned?.(ip) === true) return 'banned';
    if (!this.#options.allows(ip)) return 'not-allowed';
    if (this.#options.expects(ip)) return this.#expected.take() ? undefined : 'rate-limit';
    if (!this.#hostBucket(ip).take()) return 'host-rate-limit';
    return this.#total.take() ? undefined : 'rate-limit';
  }

  #hostBucket(ip: string): TokenBucket {
    const key = ipFamily(ip) === 'ipv6' ? subnetKey(ip, IPV6_HOST_BITS) : ip;
    const known = this.#hosts.get(key);
    if (known !== undefined) return known;
    const limit = isLan(ip) ? this.#limits.localHost : this.#limits.host;
    const bucket = new TokenBucket(this.#options.clock, limit);
    this.#hosts.set(key, bucket);
    return bucket;
  }
}
