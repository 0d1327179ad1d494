/** Who is kept out: nodes, addresses and networks, for a time or for ever. */
import { BAN_DURATIONS, type Ban, type BanDuration, type BanTarget } from '../../shared/model/ban.ts';
import { describeError } from '../base/errors.ts';
import { NetList } from '../base/ip.ts';
import type { Clock, Logger, Timer } from '../base/runtime.ts';
import type { Node } from '../node-record/node.ts';
import type { EventSink } from '../events/events.ts';
import { AddressBans } from './address-bans.ts';
import { BanError, banIdOf, isValidTarget, networkOf, parseBanTarget } from './ban-target.ts';

/** BOUNDED: active bans; our choice. Beyond it a manual ban is refused, and a ban by score replaces an older one. */
export const MAX_BANS = 10_000;

/** A score's ban holds so long, milliseconds (reth crates/net/network-types/src/peers/config.rs ban_duration). */
export const SCORE_BAN_MS = 12 * 3_600_000;

/** Characters of a reason and of a name that are kept: what peers say of themselves may be long. */
const MAX_TEXT = 256;

/** Longest wait for the next ban to end: far below what a timer holds, and a clock that was set is noticed. */
const MAX_SWEEP_MS = 3_600_000;

/** Where bans are kept. */
export interface BanStore {
  /** All that are kept; those that cannot be read are left out. */
  load(): Promise<readonly Ban[]>;
  put(ban: Ban): Promise<void>;
  remove(ids: readonly string[]): Promise<void>;
}

/** What the list works with. */
export interface BanListOptions {
  readonly store: BanStore;
  readonly clock: Clock;
  readonly events: EventSink;
  readonly logger: Logger;
  readonly ownIdHex: string;
  /** The trusted nodes, which cannot be banned. */
  readonly trusted: () => Iterable<Node>;
  /** A name for a node, where one is known. */
  readonly nameOf: (idHex: string) => string | null;
}

/**
 * What those who enforce bans ask.
 * @internal for tests
 */
export type BanView = Pick<BanList, 'ofAddress' | 'ofNode' | 'find'>;

/** The active bans. A change by the user is on disk before it takes effect. */
export class BanList {
  readonly #options: BanListOptions;
  /** BOUNDED: MAX_BANS. In the order in which they were set. */
  readonly #bans = new Map<string, Ban>();
  readonly #addresses = new AddressBans();
  #sweep: { readonly timer: Timer; readonly at: number } | undefined;
  #writing: Promise<void> = Promise.resolve();

  private constructor(options: BanListOptions) {
    this.#options = options;
  }

  /**
   * Reads the bans that are kept; those that have ended, and those by score of nodes that are trusted now, are
   * removed. @throws what the store throws
   */
  static async open(options: BanListOptions): Promise<BanList> {
    const list = new BanList(options);
    const now = options.clock.now();
    const trusted = new Set(
      [...options.trusted()].map(({ idHex }) => banIdOf({ kind: 'node', value: idHex })),
    );
    const over: string[] = [];
    for (const ban of await options.store.load()) {
      const holds = isInForce(ban, now) && isValidTarget(ban.target) && ban.target.value !== options.ownIdHex;
      const isLifted = ban.by === 'score' && trusted.has(ban.id);
      if (holds && !isLifted && list.#bans.size < MAX_BANS) list.#insert(ban);
      else over.push(ban.id);
    }
    if (over.length > 0) await options.store.remove(over);
    return list;
  }

  /** Ends the timer and waits until all is written. */
  async close(): Promise<void> {
    this.#sweep?.timer.cancel();
    this.#sweep = undefined;
    await this.#writing;
  }

  /** Newest first. */
  list(): readonly Ban[] {
    const now = this.#options.clock.now();
    return [...this.#bans.values()].filter((ban) => isInForce(ban, now)).reverse();
  }

  get(id: string): Ban | undefined {
    return this.#bans.get(id);
  }

  /** The ban of a node by its ID. */
  ofNode(idHex: string): Ban | undefined {
    const ban = this.#bans.get(banIdOf({ kind: 'node', value: idHex }));
    return ban !== undefined && isInForce(ban, this.#options.clock.now()) ? ban : undefined;
  }

  /** The ban of an address, or of the smallest network around it. `ip` is canonical. */
  ofAddress(ip: string): Ban | undefined {
    if (this.#addresses.size === 0) return undefined;
    const now = this.#options.clock.now();
    return this.#addresses.find(ip, (ban) => isInForce(ban, now));
  }

  /** Any ban that keeps a node at an address out. */
  find(idHex: string, ip: string | undefined): Ban | undefined {
    return this.ofNode(idHex) ?? (ip === undefined ? undefined : this.ofAddress(ip));
  }

  /**
   * A ban by hand; it takes the place of an earlier one of the same target.
   * @param text node ID, enode URL, record, IP address or network
   * @throws BanError naming the reason; StoreError when it cannot be written
   */
  async add(text: string, duration: BanDuration, reason: string): Promise<Ban> {
    const { target } = parseBanTarget(text, this.#options.ownIdHex);
    this.#assertUntrusted(target);
    if (this.#bans.size >= MAX_BANS && !this.#bans.has(banIdOf(target))) {
      throw new BanError('ban-list-full', `There are ${String(MAX_BANS)} bans, no more fit: lift some first`);
    }
    const ban = this.#create(target, 'user', reason, BAN_DURATIONS[duration]);
    await this.#write(() => this.#options.store.put(ban));
    this.#put(ban);
    return ban;
  }

  /** A ban by score, in force at once; one that there is stays as it is. @returns whether there is a new ban */
  addByScore(idHex: string, reason: string): boolean {
    const target: BanTarget = { kind: 'node', value: idHex };
    if (this.ofNode(idHex) !== undefined) return false;
    if (this.#bans.size >= MAX_BANS && !this.#bans.has(banIdOf(target)) && !this.#makeRoom()) return false;
    const ban = this.#create(target, 'score', reason, SCORE_BAN_MS);
    this.#put(ban);
    this.#writeBehind(() => this.#options.store.put(ban));
    return true;
  }

  /**
   * Lifts a ban by hand; false when there is none.
   * @param text its id, or its target as `add` reads it
   * @throws StoreError when it cannot be written
   */
  async remove(text: string): Promise<boolean> {
    const id = this.#bans.has(text) ? text : idOfTarget(text);
    if (id === undefined || !this.#bans.has(id)) return false;
    await this.#write(() => this.#options.store.remove([id]));
    return this.#delete(id, 'user');
  }

  /**
   * Makes way for a node that a person wants on the static or trusted list: its ban by score is lifted.
   * @throws BanError `banned-by-hand` naming the ban that has to be lifted first
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
        `There is a ban on ${byHand.target.value}${why}, set by hand: lift it first`,
      );
    }
  }

  /** Lifts a ban by score of a node that a person wants; one by hand stays. @throws StoreError */
  async liftScore(idHex: string): Promise<void> {
    const ban = this.ofNode(idHex);
    if (ban?.by === 'score') await this.remove(ban.id);
  }

  #assertUntrusted(target: BanTarget): void {
    const network = networkOf(target);
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

  #create(target: BanTarget, by: Ban['by'], reason: string, durationMs: number | null): Ban {
    const createdAt = this.#options.clock.now();
    const until = durationMs === null ? null : createdAt + durationMs;
    const name = target.kind === 'node' ? this.#options.nameOf(target.value) : null;
    return {
      id: banIdOf(target),
      target,
      reason: reason.slice(0, MAX_TEXT),
      by,
      createdAt,
      until,
      name: name?.slice(0, MAX_TEXT) ?? null,
    };
  }

  /** Ends the oldest ban by score; false when all are by hand. */
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
    const network = networkOf(ban.target);
    if (network !== undefined) this.#addresses.set(network, ban);
    if (ban.until !== null) this.#sweepAt(ban.until);
  }

  #delete(id: string, how: 'user' | 'expired' | 'replaced'): boolean {
    const ban = this.#bans.get(id);
    if (ban === undefined) return false;
    this.#bans.delete(id);
    const network = networkOf(ban.target);
    if (network !== undefined) this.#addresses.delete(network);
    this.#options.events.emit({ type: 'ban/removed', ban, how });
    return true;
  }

  /** Looks for bans that have ended at `at`, Unix milliseconds, or an hour from now at the latest. */
  #sweepAt(at: number): void {
    const { clock } = this.#options;
    const due = Math.min(at, clock.now() + MAX_SWEEP_MS);
    if (this.#sweep !== undefined && this.#sweep.at <= due) return;
    this.#sweep?.timer.cancel();
    const timer = clock.after(due - clock.now(), () => {
      this.#sweep = undefined;
      this.#removeEnded();
    });
    this.#sweep = { timer, at: due };
  }

  #removeEnded(): void {
    const now = this.#options.clock.now();
    const ended: string[] = [];
    let next = Infinity;
    for (const { id, until } of this.#bans.values()) {
      if (until === null) continue;
      if (until <= now) ended.push(id);
      else next = Math.min(next, until);
    }
    if (next !== Infinity) this.#sweepAt(next);
    if (ended.length === 0) return;
    // One of them may have been set again in the meantime.
    this.#writeBehind(() => this.#options.store.remove(ended.filter((id) => !this.#bans.has(id))));
    for (const id of ended) this.#delete(id, 'expired');
  }

  /** One write after the other, so that the disk ends as the memory does. */
  #write(act: () => Promise<void>): Promise<void> {
    const done = this.#writing.then(act);
    this.#writing = done.catch(() => undefined);
    return done;
  }

  #writeBehind(act: () => Promise<void>): void {
    this.#write(act).catch((error: unknown) => {
      this.#options.logger.warn('The bans could not be written', { error: describeError(error) });
    });
  }
}

/** The id of a ban of that target; undefined when the text is no target. */
function idOfTarget(text: string): string | undefined {
  try {
    return banIdOf(parseBanTarget(text, '').target);
  } catch (error) {
    if (error instanceof BanError) return undefined;
    throw error;
  }
}

function isInForce({ until }: Ban, now: number): boolean {
  return until === null || until > now;
}
