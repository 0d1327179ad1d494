import { formatSocketAddress, isLan } from '../../base/ip.ts';
import { BoundedMap } from '../../base/bounded-map.ts';
import type { SocketAddress } from '../../base/network.ts';
import type { Clock } from '../../base/runtime.ts';
import { TokenBucket, type RateLimit } from '../../base/token-bucket.ts';
import { hostSubnet } from './host-subnet.ts';
import { PROOF_LIFETIME_MS } from '../constants.ts';

/** Subnets with proven endpoints; the least recently used one is dropped first. BOUNDED. */
const MAX_SUBNETS = 1_024;

/** Proven endpoints of one subnet: the operator of a whole subnet can evict only its own endpoints. BOUNDED. */
const MAX_PER_SUBNET = 16;

/** Proven endpoints of a local subnet, where many nodes may share an address. BOUNDED. */
const MAX_PER_LOCAL_SUBNET = 512;

/** The reserved capacity of one endpoint. */
interface Reserved {
  readonly bucket: TokenBucket;
  /** Monotonic milliseconds. */
  provenAt: number;
}

/**
 * Endpoints (address and port) that have answered a request of ours, in either protocol. Each has its own rate limit,
 * which a flood from other addresses cannot use up. A proof is valid as long as an endpoint proof of discovery v4.
 */
export class ProvenEndpoints {
  readonly #clock: Clock;
  readonly #rateOf: (ip: string) => RateLimit;
  readonly #subnets = new BoundedMap<string, BoundedMap<string, Reserved>>(MAX_SUBNETS);

  /** @param rateOf the rate limit of an endpoint at this address */
  constructor(clock: Clock, rateOf: (ip: string) => RateLimit) {
    this.#clock = clock;
    this.#rateOf = rateOf;
  }

  /** Records that an endpoint is proven now. */
  add(endpoint: SocketAddress): void {
    const { ip } = endpoint;
    const key = hostSubnet(ip);
    let subnet = this.#subnets.get(key);
    if (subnet === undefined) {
      subnet = new BoundedMap(isLan(ip) ? MAX_PER_LOCAL_SUBNET : MAX_PER_SUBNET);
      this.#subnets.set(key, subnet);
    }
    const provenAt = this.#clock.monotonic();
    const name = formatSocketAddress(endpoint);
    const known = subnet.get(name);
    if (known === undefined) {
      subnet.set(name, { bucket: new TokenBucket(this.#clock, this.#rateOf(ip)), provenAt });
    } else known.provenAt = provenAt;
  }

  /** The reserved capacity of an endpoint; undefined if it is not proven. */
  bucketOf(endpoint: SocketAddress): TokenBucket | undefined {
    const subnet = this.#subnets.peek(hostSubnet(endpoint.ip));
    if (subnet === undefined) return undefined;
    const reserved = subnet.get(formatSocketAddress(endpoint));
    if (reserved === undefined) return undefined;
    if (this.#clock.monotonic() - reserved.provenAt >= PROOF_LIFETIME_MS) return undefined;
    this.#subnets.get(hostSubnet(endpoint.ip));
    return reserved.bucket;
  }

  clear(): void {
    this.#subnets.clear();
  }
}
