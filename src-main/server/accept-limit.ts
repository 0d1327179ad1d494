import { ipFamily, isLan, isLoopback, subnetKey } from '../base/ip.ts';
import { BoundedMap } from '../base/bounded-map.ts';
import type { Clock } from '../base/runtime.ts';
import { TokenBucket } from '../base/token-bucket.ts';

/** Sustained rate in connections per second, and burst size. */
export interface AcceptRate {
  readonly perSecond: number;
  readonly burst: number;
}

/** Rates per host, by the kind of its address; undefined: no limit. */
export interface AcceptRates {
  /** Per IPv4 address or IPv6 /64 on the internet, in addition to the throttle per address. */
  readonly internet: AcceptRate | undefined;
  /** On a local network, where many nodes may share an address. */
  readonly lan: AcceptRate | undefined;
  readonly loopback: AcceptRate | undefined;
}

/** Our choice: a node of the internet connects once and is throttled for 30 s; many nodes of a local network may start at the same time. */
export const DEFAULT_ACCEPT_RATES: AcceptRates = {
  internet: { perSecond: 0.5, burst: 10 },
  lan: { perSecond: 20, burst: 100 },
  loopback: undefined,
};

/** A host with an IPv6 address usually has the whole /64. */
const IPV6_HOST_BITS = 64;

/** BOUNDED: hosts with a counter; the least recently used is removed first. */
const MAX_HOSTS = 4_096;

/** Limits the rate of inbound connections per host, before their handshake. */
export class AcceptLimit {
  readonly #clock: Clock;
  readonly #rates: AcceptRates;
  readonly #buckets = new BoundedMap<string, TokenBucket>(MAX_HOSTS);

  constructor(clock: Clock, rates: AcceptRates = DEFAULT_ACCEPT_RATES) {
    this.#clock = clock;
    this.#rates = rates;
  }

  /** Counts a connection; false when the host exceeds its rate. */
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
