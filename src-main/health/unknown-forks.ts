import type { ForkId, ForkSchedule } from '../chain/fork-id.ts';
import { unknownForkIn, type AnnouncedFork } from '../chain/unknown-fork.ts';
import { ipFamily, subnetKey } from '../base/ip.ts';
import { BoundedMap } from '../base/bounded-map.ts';
import type { Clock } from '../base/runtime.ts';
import type { Node } from '../node-record/node.ts';
import type { NodeEvent } from '../events/events.ts';

/** Number of address groups that must announce an unknown fork before it is reported (our choice). */
const MIN_GROUPS = 5;
/** How long an announcement counts, milliseconds: as long as an endpoint proof (discovery v4, "Endpoint Proof"). */
const ANNOUNCEMENT_LIFETIME_MS = 24 * 3_600_000;
/** BOUNDED: address groups whose last announcement is kept; the least recent is removed first. */
const MAX_GROUPS = 4_096;
/** BOUNDED: nodes of which only the ENR, and nodes of which only the endpoint proof is known. */
const MAX_UNMATCHED = 4_096;

/** A fork that at least MIN_GROUPS address groups announce and this version does not know. */
export interface UnknownFork extends AnnouncedFork {
  /** Number of address groups (IPv4 /24, IPv6 /48) that announce it. */
  readonly peers: number;
  /** Number of address groups that announce the fork that we are on. */
  readonly peersOnOurFork: number;
}

/** The last announcement of an address group. */
interface GroupAnnouncement {
  /** Unix milliseconds. */
  readonly at: number;
  /** Undefined for a fork that we know. */
  readonly news: AnnouncedFork | undefined;
}

/**
 * Forks that other nodes announce and this version does not know. An address group counts once, so that many node IDs of
 * one host cannot report a fork. An ENR names no chain, and all chains share one discovery network. So the fork hash of an
 * ENR counts only if the ENR is in the DNS node list of our network, or if one further fork of our schedule gives this
 * hash. Status has the genesis hash, so its fork ID always counts.
 */
export class UnknownForks {
  readonly #schedule: ForkSchedule;
  readonly #clock: Clock;
  /** By address group. */
  readonly #announcements = new BoundedMap<string, GroupAnnouncement>(MAX_GROUPS);
  /** Proven IP addresses by node ID. */
  readonly #proofs = new BoundedMap<string, string>(MAX_UNMATCHED);
  /** Fork IDs from ENRs of nodes without an endpoint proof, by node ID. */
  readonly #records = new BoundedMap<string, ForkId>(MAX_UNMATCHED);

  constructor(schedule: ForkSchedule, clock: Clock) {
    this.#schedule = schedule;
    this.#clock = clock;
  }

  /** Processes an event. */
  apply(event: NodeEvent): void {
    switch (event.type) {
      case 'peer/fork-id':
        this.#add(event.ip, event.forkId, true);
        return;
      case 'discovery/record':
        this.#addRecord(event.node);
        return;
      case 'discovery/found':
        if (event.source === 'dns') this.#addListed(event.node);
        else this.#addRecord(event.node);
        return;
      case 'discovery/bonded':
        this.#addProof(event.idHex, event.ip);
        return;
      default:
    }
  }

  /** Number of address groups with an announcement. */
  get size(): number {
    return this.#announcements.size;
  }

  /** Returns the reported forks, those with the most address groups first. */
  list(): readonly UnknownFork[] {
    const since = this.#clock.now() - ANNOUNCEMENT_LIFETIME_MS;
    const forks = new Map<string, { news: AnnouncedFork; peers: number }>();
    let peersOnOurFork = 0;
    for (const { news, at } of this.#announcements.values()) {
      if (at < since) continue;
      if (news === undefined) {
        peersOnOurFork += 1;
        continue;
      }
      const key = `${news.hash} ${String(news.isPassed ? 0n : news.time)}`;
      const fork = forks.get(key);
      // Prefer an announcement that has the next fork too.
      const best = fork === undefined || fork.news.next === 0n ? news : fork.news;
      forks.set(key, { news: best, peers: (fork?.peers ?? 0) + 1 });
    }
    return [...forks.values()]
      .filter(({ peers }) => peers >= MIN_GROUPS)
      .sort((a, b) => b.peers - a.peers)
      .map(({ news, peers }) => ({ ...news, peers, peersOnOurFork }));
  }

  #addProof(idHex: string, ip: string): void {
    this.#proofs.set(idHex, ip);
    const forkId = this.#records.peek(idHex);
    if (forkId === undefined) return;
    this.#records.delete(idHex);
    this.#add(ip, forkId, false);
  }

  #addRecord({ idHex, record }: Node): void {
    if (record?.eth === undefined) return;
    const ip = this.#proofs.peek(idHex);
    if (ip === undefined) this.#records.set(idHex, record.eth);
    else this.#add(ip, record.eth, false);
  }

  /** Adds an ENR of the DNS node list. It needs no endpoint proof, because the list is signed. */
  #addListed({ ip, record }: Node): void {
    if (ip !== undefined && record?.eth !== undefined) this.#add(ip, record.eth, true);
  }

  /** @param isOfOurChain whether more than the fork ID shows that the node is on our chain */
  #add(ip: string, forkId: ForkId, isOfOurChain: boolean): void {
    const at = this.#clock.now();
    const news = unknownForkIn(this.#schedule, forkId, BigInt(Math.floor(at / 1_000)));
    if (news !== undefined && news.time === undefined && !isOfOurChain) return;
    const group = subnetKey(ip, ipFamily(ip) === 'ipv4' ? 24 : 48);
    this.#announcements.set(group, { at, news });
  }
}
