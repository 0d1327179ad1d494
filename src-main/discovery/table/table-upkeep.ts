import type { Clock, Logger, Random, Timer } from '../../base/runtime.ts';
import { describeError } from '../../base/errors.ts';
import { checkRelayIp } from '../../base/ip.ts';
import type { Node } from '../../node-record/node.ts';
import type { EventSink, NodeSource } from '../../events/events.ts';
import type { Bootnodes } from '../bootnodes.ts';
import {
  MAX_FINDNODE_FAILURES,
  MIN_ENTRIES_FOR_DROP,
  REFRESH_INTERVAL_MS,
  REFRESH_RANDOM_LOOKUPS,
  SEED_COUNT,
  SEED_MAX_AGE_MS,
} from '../constants.ts';
import type { EngineDatabase } from '../transport.ts';
import type { Table } from './table.ts';

/** The lookups of a refresh. They must not reject. */
export interface RefreshLookups {
  lookupSelf(): Promise<unknown>;
  lookupRandom(): Promise<unknown>;
}

/** Constructor arguments of TableUpkeep. */
export interface TableUpkeepOptions {
  readonly table: Table;
  readonly database: Pick<EngineDatabase, 'querySeeds' | 'findFails' | 'setFindFails'>;
  readonly bootnodes: Bootnodes;
  readonly lookups: RefreshLookups;
  readonly events: EventSink;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/**
 * Keeps the table filled: a refresh adds seeds from the database and the bootnodes, then makes a lookup for our own ID
 * and three random ones; at the start, every 15 to 30 minutes and on demand. Also removes nodes whose FINDNODEs fail.
 * (p2p/discover/table.go doRefresh, handleTrackRequest)
 */
export class TableUpkeep {
  readonly #options: TableUpkeepOptions;
  #timer: Timer | undefined;
  #nextAt: number | undefined;
  #running: Promise<void> | undefined;
  #stopped = true;

  constructor(options: TableUpkeepOptions) {
    this.#options = options;
  }

  /** Starts the first refresh. */
  start(): void {
    this.#stopped = false;
    void this.refresh();
  }

  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#nextAt = undefined;
  }

  /** When the next refresh starts, Unix milliseconds; undefined during a refresh and when stopped. */
  get nextAt(): number | undefined {
    const { clock } = this.#options;
    return this.#nextAt === undefined ? undefined : clock.now() + this.#nextAt - clock.monotonic();
  }

  /** Refreshes now; a call during a refresh waits for that one. Never rejects. */
  refresh(): Promise<void> {
    if (this.#stopped) return Promise.resolve();
    this.#running ??= this.#refresh().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  /** Offers the bootnodes to the table, without waiting for the next refresh. */
  async contactBootnodes(): Promise<void> {
    for (const node of await this.#options.bootnodes.resolve()) {
      if (!this.#stopped) this.#offer(node, 'bootnode');
    }
  }

  /**
   * Records the outcome of a FINDNODE and adds the found nodes to the table. Too many consecutive failures remove the
   * node, if its bucket has enough others.
   */
  trackFindnode(node: Node, found: readonly Node[], failed: boolean): void {
    const { database, table } = this.#options;
    const ip = node.ip;
    if (ip !== undefined) {
      const fails = failed ? database.findFails(node.idHex, ip) + 1 : 0;
      if (fails > 0 || database.findFails(node.idHex, ip) > 0) database.setFindFails(node.idHex, ip, fails);
      const bucket = table.bucketOf(node.id);
      if (fails >= MAX_FINDNODE_FAILURES && bucket.entries.length >= MIN_ENTRIES_FOR_DROP) {
        table.remove(node.idHex, node.id, 'findnode-failures');
      }
    }
    for (const other of found) table.addFound(other);
  }

  #offer(node: Node, source: NodeSource): void {
    this.#options.events.emit({ type: 'discovery/found', node, source, from: undefined });
    this.#options.table.addFound(node);
  }

  async #refresh(): Promise<void> {
    const { lookups, table, database, logger } = this.#options;
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#nextAt = undefined;
    try {
      for (const node of database.querySeeds(SEED_COUNT, SEED_MAX_AGE_MS))
        if (isFitSeed(node)) this.#offer(node, 'database');
      await this.contactBootnodes();
      await lookups.lookupSelf();
      for (let i = 0; i < REFRESH_RANDOM_LOOKUPS && !this.#stopped; i++) await lookups.lookupRandom();
    } catch (error) {
      logger.warn('refresh of the table failed', { error: describeError(error) });
    }
    table.openToInbound();
    this.#schedule();
  }

  #schedule(): void {
    if (this.#stopped) return;
    const { clock, random } = this.#options;
    const half = REFRESH_INTERVAL_MS / 2;
    const delay = half + random.below(half);
    this.#nextAt = clock.monotonic() + delay;
    this.#timer = clock.after(delay, () => void this.refresh());
  }
}

/** Whether a stored node's address may be contacted: an older version may have stored addresses that none may name. */
function isFitSeed({ ip }: Node): boolean {
  return ip !== undefined && checkRelayIp(ip, ip) === undefined;
}
