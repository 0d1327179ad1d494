import { ipFamily, isLan, isLoopback, subnetKey } from '../base/ip.ts';
import { BoundedMap } from '../base/lru-map.ts';
import type { Clock } from '../base/runtime.ts';
import { TokenBucket } from '../base/token-bucket.ts';

/** Connections a second, and how many at once after a quiet time. */
export interface AcceptRate {
  readonly perSecond: number;
  readonly burst: number;
}

/** Rates of one host, by where it lives; undefined: as many as it likes. */
export interface AcceptRates {
  /** An IPv4 address, or an IPv6 /64, of the Internet; on top of the throttle of each single address. */
  readonly internet: AcceptRate | undefined;
  /** On the local network, where many nodes may share an address. */
  readonly lan: AcceptRate | undefined;
  readonly loopback: AcceptRate | undefined;
}

/** Our choice: an honest node connects once and is throttled for half a minute; a house of nodes starts at once. */
export const DEFAULT_ACCEPT_RATES: AcceptRates = {
  internet: { perSecond: 0.5, burst: 10 },
  lan: { perSecond: 20, burst: 100 },
  loopback: undefined,
};

/** Who has an IPv6 address has the whole /64. */
const IPV6_HOST_BITS = 64;

/** Hosts that are counted; the one heard of longest ago is forgotten first. BOUNDED. */
const MAX_HOSTS = 4_096;

/** Lets each host open connections at a rate; what is beyond it costs no handshake. */
export class AcceptLimit {
  readonly #clock: Clock;
  readonly #rates: AcceptRates;
  readonly #buckets = new BoundedMap<string, TokenBucket>(MAX_HOSTS);

  constructor(clock: Clock, rates: AcceptRates = DEFAULT_ACCEPT_RATES) {
    this.#clock = clock;
    this.#rates = rates;
  }

  /** Counts a connection; false when it is one too many. */
  admit(ip: string): boolean {
    const rate = this.#rateOf(ip);
    if (rate === undefined) return true;
    const key = ipFamily(ip) === 'ipv6' ? subnetKey(ip, IPV6_HOST_BITS) : ip;
    const bucket = this.#buckets.get(key) ?? new TokenBucket(this.#clock, rate);
    this.#buckets.set(key, bucket);
    return bucket.take();
  }

  #rateOf(ip: string): AcceptRate | undefined {
    if (isLoopback(ip)) return this.#rates.loopback;
    return isLan(ip) ? this.#rates.lan : this.#rates.internet;
  }
}
