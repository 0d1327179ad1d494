import type { ForkId, ForkSchedule } from '../chain/fork-id.ts';
import { forkNewsIn, type ForkNews } from '../chain/unknown-fork.ts';
import { ipFamily, subnetKey } from '../base/ip.ts';
import { BoundedMap } from '../base/lru-map.ts';
import type { Clock } from '../base/runtime.ts';
import type { Node } from '../node-record/node.ts';
import type { NodeEvent } from '../events/events.ts';

/** Networks of which nodes must announce the same unknown fork before it is believed (our choice). */
const MIN_VOICES = 5;
/** How long an announcement counts, milliseconds: as long as an endpoint proof (discovery v4, "Endpoint Proof"). */
const VOICE_LIFETIME_MS = 24 * 3_600_000;
/** Networks whose last announcement is kept, the longest silent forgotten first. BOUNDED: 4,096. */
const MAX_VOICES = 4_096;
/** Nodes of which only the record or only the endpoint proof is known. BOUNDED: 4,096 of each. */
const MAX_HALVES = 4_096;

/** A fork that enough independent nodes announce and this version does not know. */
export interface UnknownFork extends ForkNews {
  /** Nodes in different networks (/24, of IPv6 /48) that announce it. */
  readonly peers: number;
  /** Nodes in different networks that announce the fork that we are on. */
  readonly oursToo: number;
}

/** The last announcement of a network: one voice, however many nodes speak from it. */
interface Voice {
  readonly at: number;
  /** Undefined for a fork that we know. */
  readonly news: ForkNews | undefined;
}

/**
 * Forks that this version does not know, as independent nodes announce them. A record names no chain, and all chains share
 * one discovery network: its fork hash counts where our network's DNS node list has it, or where one more fork leads from
 * our schedule to it. A Status names the genesis block.
 */
export class UnknownForks {
  readonly #schedule: ForkSchedule;
  readonly #clock: Clock;
  readonly #voices = new BoundedMap<string, Voice>(MAX_VOICES);
  /** Where a node has proven to be, by ID. */
  readonly #proofs = new BoundedMap<string, string>(MAX_HALVES);
  /** Fork IDs of records whose nodes have not proven an endpoint yet, by ID. */
  readonly #records = new BoundedMap<string, ForkId>(MAX_HALVES);

  constructor(schedule: ForkSchedule, clock: Clock) {
    this.#schedule = schedule;
    this.#clock = clock;
  }

  apply(event: NodeEvent): void {
    switch (event.type) {
      case 'peer/fork-id':
        this.#hear(event.ip, event.forkId, true);
        return;
      case 'discovery/record':
        this.#record(event.node);
        return;
      case 'discovery/found':
        if (event.source === 'dns') this.#listed(event.node);
        else this.#record(event.node);
        return;
      case 'discovery/bonded':
        this.#bonded(event.idHex, event.ip);
        return;
      default:
    }
  }

  /** Networks whose announcement is kept. */
  get size(): number {
    return this.#voices.size;
  }

  /** The forks that are believed, those of the most networks first. */
  list(): readonly UnknownFork[] {
    const since = this.#clock.now() - VOICE_LIFETIME_MS;
    const forks = new Map<string, { news: ForkNews; peers: number }>();
    let oursToo = 0;
    for (const { news, at } of this.#voices.values()) {
      if (at < since) continue;
      if (news === undefined) {
        oursToo += 1;
        continue;
      }
      const key = `${news.hash} ${String(news.isPassed ? 0n : news.time)}`;
      const fork = forks.get(key);
      // Who names the fork after it says more.
      const fuller = fork === undefined || fork.news.next === 0n ? news : fork.news;
      forks.set(key, { news: fuller, peers: (fork?.peers ?? 0) + 1 });
    }
    return [...forks.values()]
      .filter(({ peers }) => peers >= MIN_VOICES)
      .sort((a, b) => b.peers - a.peers)
      .map(({ news, peers }) => ({ ...news, peers, oursToo }));
  }

  #bonded(idHex: string, ip: string): void {
    this.#proofs.set(idHex, ip);
    const forkId = this.#records.peek(idHex);
    if (forkId === undefined) return;
    this.#records.delete(idHex);
    this.#hear(ip, forkId, false);
  }

  #record({ idHex, record }: Node): void {
    if (record?.eth === undefined) return;
    const ip = this.#proofs.peek(idHex);
    if (ip === undefined) this.#records.set(idHex, record.eth);
    else this.#hear(ip, record.eth, false);
  }

  /** The list's owner has signed it: where the node is need not be proven. */
  #listed({ ip, record }: Node): void {
    if (ip !== undefined && record?.eth !== undefined) this.#hear(ip, record.eth, true);
  }

  /** @param isOfOurChain whether more than the fork ID shows that it is of our chain */
  #hear(ip: string, forkId: ForkId, isOfOurChain: boolean): void {
    const at = this.#clock.now();
    const news = forkNewsIn(this.#schedule, forkId, BigInt(Math.floor(at / 1_000)));
    if (news !== undefined && news.time === undefined && !isOfOurChain) return;
    const group = subnetKey(ip, ipFamily(ip) === 'ipv4' ? 24 : 48);
    this.#voices.set(group, { at, news });
  }
}
