import type { Ban } from '../../shared/model/ban.ts';
import { ipToBytes, networkKey, type IpNetwork } from '../base/ip.ts';

/**
 * Bans of addresses and networks, found by an address: one map lookup for each length of prefix in use, the longest
 * first, so that thousands of bans cost an accepted connection or a datagram no more than a few.
 * BOUNDED: by its owner's bound on bans.
 */
export class AddressBans {
  readonly #bans = new Map<string, Ban>();
  /** How many bans there are of each prefix length, by the bytes of an address; lengths from long to short. */
  readonly #lengths = new Map<number, { counts: Map<number, number>; sorted: readonly number[] }>();

  get size(): number {
    return this.#bans.size;
  }

  set(network: IpNetwork, ban: Ban): void {
    const key = networkKey(network);
    if (!this.#bans.has(key)) this.#count(network, 1);
    this.#bans.set(key, ban);
  }

  delete(network: IpNetwork): void {
    if (this.#bans.delete(networkKey(network))) this.#count(network, -1);
  }

  /** The first ban that holds an address and passes `counts`; networks of more bits come first. */
  find(ip: string, counts: (ban: Ban) => boolean): Ban | undefined {
    if (this.#bans.size === 0) return undefined;
    const bytes = ipToBytes(ip);
    for (const bits of this.#lengths.get(bytes.length)?.sorted ?? []) {
      const ban = this.#bans.get(networkKey({ bytes, bits }));
      if (ban !== undefined && counts(ban)) return ban;
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
