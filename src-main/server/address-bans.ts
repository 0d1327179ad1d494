import type { Ban } from '../../shared/model/ban.ts';
import { ipToBytes, networkKey, type IpNetwork } from '../base/ip.ts';

/**
 * Index of the bans of addresses and networks. A search does one map lookup per prefix length in use, longest first, so
 * its cost does not depend on the number of bans. BOUNDED: by its owner's limit on bans.
 */
export class AddressBans {
  readonly #bans = new Map<string, Ban>();
  /** Number of bans per prefix length, by address length in bytes; `sorted` has the prefix lengths in descending order. */
  readonly #lengths = new Map<number, { counts: Map<number, number>; sorted: readonly number[] }>();

  get size(): number {
    return this.#bans.size;
  }

  /** Adds or replaces the ban of a network. */
  set(network: IpNetwork, ban: Ban): void {
    const key = networkKey(network);
    if (!this.#bans.has(key)) this.#count(network, 1);
    this.#bans.set(key, ban);
  }

  /** Removes the ban of a network. */
  delete(network: IpNetwork): void {
    if (this.#bans.delete(networkKey(network))) this.#count(network, -1);
  }

  /** Returns the ban with the longest prefix that contains `ip` and for which `isActive` is true. */
  find(ip: string, isActive: (ban: Ban) => boolean): Ban | undefined {
    if (this.#bans.size === 0) return undefined;
    const bytes = ipToBytes(ip);
    for (const bits of this.#lengths.get(bytes.length)?.sorted ?? []) {
      const ban = this.#bans.get(networkKey({ bytes, bits }));
      if (ban !== undefined && isActive(ban)) return ban;
    }
    return undefined;
  }

  #count({ bytes, bits }: IpNetwork, change: number): void {
    const counts = this.#lengths.get(bytes.length)?.counts ?? new Map<number, number>();
    const count = (counts.get(bits) ?? 0) + change;
    if (count > 0) counts.set(bits, count);
    else counts.delete(bits);
    this.#lengths.set(bytes.length, { counts, sorted: [...counts.keys()].sort((a, b) => b - a) });
  }
}
