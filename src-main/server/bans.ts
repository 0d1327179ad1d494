/** The ban list: nodes, addresses and networks, temporary or permanent. */
import type { Offence } from '../../shared/causes/offences.ts';
import { BAN_DURATIONS, type Ban, type BanDuration, type BanTarget } from '../../shared/model/ban.ts';
import { describeError } from '../base/errors.ts';
import { NetList } from '../base/ip.ts';
import type { Clock, Logger, Timer } from '../base/runtime.ts';
import { SerialQueue } from '../base/serial-queue.ts';
import type { Node } from '../node-record/node.ts';
import type { EventSink } from '../events/events.ts';
import { AddressBans } from './address-bans.ts';
import { BanError, banIdOf, isValidTarget, banNetworkOf, parseBanTarget } from './ban-target.ts';

/** BOUNDED: active bans (our choice). When the list is full, a manual ban is refused, and a ban by score replaces an older one. */
export const MAX_BANS = 10_000;

/** Duration of a ban by score, milliseconds: reth crates/net/network-types/src/peers/config.rs, ban_duration. */
export const SCORE_BAN_MS = 12 * 3_600_000;

/** Longest stored reason and client name, characters; client names come from peers. */
const MAX_TEXT = 256;

/** Longest delay of the timer for expired bans, milliseconds: below the maximum of timers, and short enough to follow changes of the wall clock. */
const MAX_SWEEP_MS = 3_600_000;

/** Persistent storage of bans. */
export interface BanStore {
  /** Returns all stored bans without unreadable entries, oldest first. */
  load(): Promise<readonly Ban[]>;
  put(ban: Ban): Promise<void>;
  remove(ids: readonly string[]): Promise<void>;
}

/** Dependencies of the ban list. */
export interface BanListOptions {
  readonly store: BanStore;
  readonly clock: Clock;
  readonly events: EventSink;
  readonly logger: Logger;
  readonly ownIdHex: string;
  /** Returns the trusted nodes, which cannot be banned. */
  readonly trusted: () => Iterable<Node>;
  /** Returns the client name of a node; null if unknown. */
  readonly nameOf: (idHex: string) => string | null;
}

/**
 * Lookups for the parts that enforce bans.
 * @internal for tests
 */
export type BanView = Pick<BanList, 'ofAddress' | 'ofNode' | 'find'>;

/** The active bans. A change by the user takes effect after it is stored. */
export class BanList {
  readonly #options: BanListOptions;
  /** Bans by ID, oldest first. BOUNDED: MAX_BANS. */
  readonly #bans = new Map<string, Ban>();
  readonly #addresses = new AddressBans();
  #sweep: { readonly timer: Timer; readonly at: number } | undefined;
  /** Writes run one at a time, so that the stored state ends as the state in memory. */
  readonly #writes = new SerialQueue();

  private constructor(options: BanListOptions) {
    this.#options = options;
  }

  /**
   * Loads the stored bans. Removes expired bans, and bans by score of nodes that are trusted now.
   * @throws StoreError
   */
  static async open(options: BanListOptions): Promise<BanList> {
    const list = new BanList(options);
    const now = options.clock.now();
    const trusted = new Set(
      [...options.trusted()].map(({ idHex }) => banIdOf({ kind: 'node', value: idHex })),
    );
    const obsolete: string[] = [];
    for (const ban of await options.store.load()) {
      const isValid =
        isActive(ban, now) && isValidTarget(ban.target) && ban.target.value !== options.ownIdHex;
      const isTrusted = ban.by === 'score' && trusted.has(ban.id);
      if (isValid && !isTrusted && list.#bans.size < MAX_BANS) list.#insert(ban);
      else obsolete.push(ban.id);
    }
    if (obsolete.length > 0) await options.store.remove(obsolete);
    return list;
  }

  /** Stops the timer and waits for pending writes. */
  async close(): Promise<void> {
    this.#sweep?.timer.cancel();
    this.#sweep = undefined;
    await this.#writes.idle();
  }

  /** Returns the active bans, newest first. */
  list(): readonly Ban[] {
    const now = this.#options.clock.now();
    return [...this.#bans.values()].filter((ban) => isActive(ban, now)).reverse();
  }

  /** Returns the ban with this ID. */
  get(id: string): Ban | undefined {
    return this.#bans.get(id);
  }

  /** Returns the active ban of a node ID. */
  ofNode(idHex: string): Ban | undefined {
    const ban = this.#bans.get(banIdOf({ kind: 'node', value: idHex }));
    return ban !== undefined && isActive(ban, this.#options.clock.now()) ? ban : undefined;
  }

  /** Returns the active ban of an address or of the smallest banned network that contains it. `ip` is canonical. */
  ofAddress(ip: string): Ban | undefined {
    if (this.#addresses.size === 0) return undefined;
    const now = this.#options.clock.now();
    return this.#addresses.find(ip, (ban) => isActive(ban, now));
  }

  /** Returns the active ban of a node ID or of its address. */
  find(idHex: string, ip: string | undefined): Ban | undefined {
    return this.ofNode(idHex) ?? (ip === undefined ? undefined : this.ofAddress(ip));
  }

  /**
   * Adds a manual ban; it replaces an earlier ban of the same target.
   * @param text node ID, enode URL, ENR, IP address or network
   * @throws BanError with the reason; StoreError when it cannot be stored
   */
  async add(text: string, duration: BanDuration, reason: string): Promise<Ban> {
    const { target } = parseBanTarget(text, this.#options.ownIdHex);
    this.#assertUntrusted(target);
    if (this.#bans.size >= MAX_BANS && !this.#bans.has(banIdOf(target))) {
      throw new BanError('ban-list-full', `The ban list is full (${String(MAX_BANS)} bans): lift some first`);
    }
    const ban = this.#create(target, { by: 'user', offence: null, reason }, BAN_DURATIONS[duration]);
    // The change in memory is part of the action, because the next action reads the list.
    await this.#writes.run(async () => {
      await this.#options.store.put(ban);
      this.#put(ban);
    });
    return ban;
  }

  /**
   * Adds a ban by score, which takes effect immediately. An existing ban does not change.
   * @param reason the detail of the offence
   * @returns whether a ban was added
   */
  addByScore(idHex: string, offence: Offence, reason: string): boolean {
    const target: BanTarget = { kind: 'node', value: idHex };
    if (this.ofNode(idHex) !== undefined) return false;
    if (this.#bans.size >= MAX_BANS && !this.#bans.has(banIdOf(target)) && !this.#makeRoom()) return false;
    const ban = this.#create(target, { by: 'score', offence, reason }, SCORE_BAN_MS);
    this.#put(ban);
    this.#writeBehind(() => this.#options.store.put(ban));
    return true;
  }

  /**
   * Lifts a ban; false when there is none.
   * @param text ID of the ban, or its target in any form that `add` accepts
   * @throws StoreError when the change cannot be stored
   */
  async remove(text: string): Promise<boolean> {
    const id = this.#bans.has(text) ? text : idOfTarget(text);
    if (id === undefined || !this.#bans.has(id)) return false;
    return await this.#writes.run(async () => {
      await this.#options.store.remove([id]);
      return this.#delete(id, 'user');
    });
  }

  /**
   * Lifts the ban by score of a node that the user adds to the static or trusted list.
   * @throws BanError `banned-by-hand` with the ban to lift first
   */
  async admit(node: Pick<Node, 'idHex' | 'ip'>): Promise<void> {
    this.assertNotBannedByHand(node);
    await this.liftScore(node.idHex);
  }

  /** @throws BanError `banned-by-hand` */
  assertNotBannedByHand({ idHex, ip }: Pick<Node, 'idHex' | 'ip'>): void {
    const bans = [this.ofNode(idHex), ip === undefined ? undefined : this.ofAddress(ip)];
    const byHand = bans.find((ban) => ban?.by === 'user');
    if (byHand !== undefined) {
      const why = byHand.reason === '' ? '' : ` (${byHand.reason})`;
      throw new BanError(
        'banned-by-hand',
        `There is a manual ban of ${byHand.target.value}${why}: lift it first`,
      );
    }
  }

  /** Lifts the ban by score of a node; a manual ban stays. @throws StoreError */
  async liftScore(idHex: string): Promise<void> {
    const ban = this.ofNode(idHex);
    if (ban?.by === 'score') await this.remove(ban.id);
  }

  #assertUntrusted(target: BanTarget): void {
    const network = banNetworkOf(target);
    const banned = new NetList(network === undefined ? [] : [network]);
    for (const { idHex, ip } of this.#options.trusted()) {
      if (target.kind === 'node' && idHex === target.value) {
        throw new BanError('trusted-node', 'This node is trusted: remove it from the trusted list first');
      }
      if (ip !== undefined && banned.contains(ip)) {
        throw new BanError(
          'trusted-node',
          `The trusted node ${idHex.slice(0, 16)}… is at ${ip}: remove it from the trusted list first`,
        );
      }
    }
  }

  #create(
    target: BanTarget,
    { by, offence, reason }: Pick<Ban, 'by' | 'offence' | 'reason'>,
    durationMs: number | null,
  ): Ban {
    const createdAt = this.#options.clock.now();
    const until = durationMs === null ? null : createdAt + durationMs;
    const name = target.kind === 'node' ? this.#options.nameOf(target.value) : null;
    return {
      id: banIdOf(target),
      target,
      reason: reason.slice(0, MAX_TEXT),
      offence,
      by,
      createdAt,
      until,
      name: name?.slice(0, MAX_TEXT) ?? null,
    };
  }

  /** Removes the oldest ban by score; false when all bans are manual. */
  #makeRoom(): boolean {
    for (const ban of this.#bans.values()) {
      if (ban.by !== 'score') continue;
      this.#writeBehind(() => this.#options.store.remove([ban.id]));
      return this.#delete(ban.id, 'replaced');
    }
    return false;
  }

  #put(ban: Ban): void {
    this.#delete(ban.id, 'replaced');
    this.#insert(ban);
    this.#options.events.emit({ type: 'ban/added', ban });
  }

  #insert(ban: Ban): void {
    this.#bans.set(ban.id, ban);
    const network = banNetworkOf(ban.target);
    if (network !== undefined) this.#addresses.set(network, ban);
    if (ban.until !== null) this.#sweepAt(ban.until);
  }

  #delete(id: string, how: 'user' | 'expired' | 'replaced'): boolean {
    const ban = this.#bans.get(id);
    if (ban === undefined) return false;
    this.#bans.delete(id);
    const network = banNetworkOf(ban.target);
    if (network !== undefined) this.#addresses.delete(network);
    this.#options.events.emit({ type: 'ban/removed', ban, how });
    return true;
  }

  /** Schedules the removal of expired bans for `at` (Unix milliseconds), but within MAX_SWEEP_MS. */
  #sweepAt(at: number): void {
    const { clock } = this.#options;
    const due = Math.min(at, clock.now() + MAX_SWEEP_MS);
    if (this.#sweep !== undefined && this.#sweep.at <= due) return;
    this.#sweep?.timer.cancel();
    const timer = clock.after(due - clock.now(), () => {
      this.#sweep = undefined;
      this.#removeExpired();
    });
    this.#sweep = { timer, at: due };
  }

  #removeExpired(): void {
    const now = this.#options.clock.now();
    const expired: string[] = [];
    let next = Infinity;
    for (const { id, until } of this.#bans.values()) {
      if (until === null) continue;
      if (until <= now) expired.push(id);
      else next = Math.min(next, until);
    }
    if (next !== Infinity) this.#sweepAt(next);
    if (expired.length === 0) return;
    // The target may have a new ban when the write starts.
    this.#writeBehind(() => this.#options.store.remove(expired.filter((id) => !this.#bans.has(id))));
    for (const id of expired) this.#delete(id, 'expired');
  }

  #writeBehind(action: () => Promise<void>): void {
    this.#writes.run(action).catch((error: unknown) => {
      this.#options.logger.warn('The bans could not be stored', { error: describeError(error) });
    });
  }
}

/** Returns the ban ID of a target; undefined when the text is no target. */
function idOfTarget(text: string): string | undefined {
  try {
    return banIdOf(parseBanTarget(text, '').target);
  } catch (error) {
    if (error instanceof BanError) return undefined;
    throw error;
  }
}

function isActive({ until }: Ban, now: number): boolean {
  return until === null || until > now;
}
