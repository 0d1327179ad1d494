import { SUBNET_BITS } from '../constants.ts';
import { isLan, subnetKey } from '../../base/ip.ts';

/**
 * Counts addresses by subnet and refuses those over the limit, so that one operator cannot fill a bucket or the
 * table. Addresses of the local network are not counted. BOUNDED: by the size of the table that uses it.
 * (p2p/netutil DistinctNetSet)
 */
export class SubnetLimit {
  readonly #limit: number;
  readonly #counts = new Map<string, number>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Counts the address; false if its subnet is full. */
  add(ip: string): boolean {
    if (isLan(ip)) return true;
    const subnet = subnetOf(ip);
    const count = this.#counts.get(subnet) ?? 0;
    if (count >= this.#limit) return false;
    this.#counts.set(subnet, count + 1);
    return true;
  }

  /** Undoes an `add` that returned true. */
  remove(ip: string): void {
    if (isLan(ip)) return;
    const subnet = subnetOf(ip);
    const count = this.#counts.get(subnet) ?? 0;
    if (count <= 1) this.#counts.delete(subnet);
    else this.#counts.set(subnet, count - 1);
  }
}

/** Key of the subnet of an address: for IPv4 the text of its first three numbers, because the table's limits are of a /24. */
function subnetOf(ip: string): string {
  return ip.includes(':') ? subnetKey(ip, SUBNET_BITS) : ip.slice(0, ip.lastIndexOf('.'));
}
