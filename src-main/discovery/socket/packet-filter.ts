import { isLan } from '../../base/ip.ts';
import { BoundedMap } from '../../base/bounded-map.ts';
import type { SocketAddress } from '../../base/network.ts';
import type { Clock } from '../../base/runtime.ts';
import { TokenBucket, type RateLimit } from '../../base/token-bucket.ts';
import type { AddressFilter } from '../address-filter.ts';
import { hostKey, hostSubnet } from './host-subnet.ts';
import { ProvenEndpoints } from './proven-endpoints.ts';

/** Why the filter refuses a datagram. */
export type FilterRefusal = 'banned' | 'not-allowed' | 'host-rate-limit' | 'subnet-rate-limit' | 'rate-limit';

/**
 * The capacity that a packet uses: the one reserved for answers to our requests and for proven endpoints, or the one
 * that all other packets share.
 */
export type Lane = 'reserved' | 'shared';

/** Rate limits, in packets. */
export interface FilterLimits {
  /**
   * Of one host (an IPv4 address or an IPv6 /64) without proof. The same limit is reserved for each proven endpoint, and
   * once more for the answers of each host.
   */
  readonly host: RateLimit;
  /** Of one host on our machine or local network, where many nodes may share an address. */
  readonly localHost: RateLimit;
  /** Of one subnet (an IPv4 /24 or an IPv6 /48) in the shared lane. */
  readonly subnet: RateLimit;
  /** Of the shared lane. */
  readonly total: RateLimit;
  /** Of answers in the reserved lane, and once more of proven endpoints. Packets above it use the shared lane. */
  readonly reserved: RateLimit;
}

/**
 * Our choice. A node usually sends fewer than ten packets per second. The total is the number of signatures that one
 * core can check; the time share of the shared lane protects slower machines.
 */
export const DEFAULT_FILTER_LIMITS: FilterLimits = {
  host: { perSecond: 30, burst: 100 },
  localHost: { perSecond: 500, burst: 1_000 },
  subnet: { perSecond: 4_000, burst: 1_000 },
  total: { perSecond: 8_000, burst: 2_000 },
  reserved: { perSecond: 2_000, burst: 2_000 },
};

/** Hosts and subnets whose packets are counted; the least recently used one is dropped first. BOUNDED. */
const MAX_COUNTED = 4_096;

/** The limits of one host. */
interface HostRates {
  readonly packets: TokenBucket;
  readonly answers: TokenBucket;
}

/** Constructor arguments of PacketFilter. */
export interface PacketFilterOptions {
  readonly clock: Clock;
  readonly allows: AddressFilter;
  /** Whether the address is banned; none by default. */
  readonly isBanned?: (ip: string) => boolean;
  /** Whether an answer is expected from an address. */
  readonly expects: (ip: string) => boolean;
  readonly limits?: FilterLimits;
}

/**
 * Limits the rate of datagrams before any costly cryptography. `refusal` checks the sender's address; `admit` then
 * charges a packet that a protocol recognises, `chargeGarbage` any other datagram. A sender's address can be forged: a
 * packet never uses the reserved capacity of another endpoint, unless it is forged with exactly that endpoint's address.
 * That endpoint can then still use the shared lane.
 */
export class PacketFilter {
  readonly proven: ProvenEndpoints;
  readonly #options: PacketFilterOptions;
  readonly #limits: FilterLimits;
  readonly #hosts = new BoundedMap<string, HostRates>(MAX_COUNTED);
  readonly #subnets = new BoundedMap<string, TokenBucket>(MAX_COUNTED);
  readonly #answers: TokenBucket;
  readonly #provenTotal: TokenBucket;
  readonly #total: TokenBucket;

  constructor(options: PacketFilterOptions) {
    const { clock, limits = DEFAULT_FILTER_LIMITS } = options;
    this.#options = options;
    this.#limits = limits;
    this.proven = new ProvenEndpoints(clock, (ip) => this.#hostLimit(ip));
    this.#answers = new TokenBucket(clock, limits.reserved);
    this.#provenTotal = new TokenBucket(clock, limits.reserved);
    this.#total = new TokenBucket(clock, limits.total);
  }

  /** Why a datagram of this sender is dropped unread; undefined if it is not. Charges nothing. */
  refusal(from: SocketAddress): FilterRefusal | undefined {
    const { isBanned, allows, expects } = this.#options;
    const { ip } = from;
    if (isBanned?.(ip) === true) return 'banned';
    if (!allows(ip)) return 'not-allowed';
    const isOver = this.#hostRates(ip).packets.available < 1;
    return isOver && !expects(ip) && this.proven.bucketOf(from) === undefined ? 'host-rate-limit' : undefined;
  }

  /**
   * Charges a packet that a protocol recognises.
   * @param isAnswer whether it answers a request of ours, judged without a signature check
   */
  admit(from: SocketAddress, isAnswer: boolean): Lane | FilterRefusal {
    const { ip } = from;
    if (isAnswer && this.#hostRates(ip).answers.take() && this.#answers.take()) return 'reserved';
    const reserved = this.proven.bucketOf(from);
    if (reserved?.take() === true && this.#provenTotal.take()) return 'reserved';
    if (reserved === undefined && !isAnswer && !this.#hostRates(ip).packets.take()) return 'host-rate-limit';
    if (!this.#subnetBucket(ip).take()) return 'subnet-rate-limit';
    return this.#total.take() ? 'shared' : 'rate-limit';
  }

  /** Charges a datagram that no protocol recognises, to its sender only. */
  chargeGarbage({ ip }: SocketAddress): void {
    this.#hostRates(ip).packets.take();
  }

  #hostRates(ip: string): HostRates {
    const key = hostKey(ip);
    const known = this.#hosts.get(key);
    if (known !== undefined) return known;
    const { clock } = this.#options;
    const limit = this.#hostLimit(ip);
    const rates = { packets: new TokenBucket(clock, limit), answers: new TokenBucket(clock, limit) };
    this.#hosts.set(key, rates);
    return rates;
  }

  #hostLimit(ip: string): RateLimit {
    return isLan(ip) ? this.#limits.localHost : this.#limits.host;
  }

  #subnetBucket(ip: string): TokenBucket {
    const key = hostSubnet(ip);
    const known = this.#subnets.get(key);
    if (known !== undefined) return known;
    const bucket = new TokenBucket(this.#options.clock, this.#limits.subnet);
    this.#subnets.set(key, bucket);
    return bucket;
  }
}
