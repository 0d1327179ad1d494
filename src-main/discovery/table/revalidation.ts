import type { Clock, Random, Timer, Unsubscribe } from '../../base/runtime.ts';
import type { Node } from '../../node-record/node.ts';
import type { RevalidationPace, TableNode } from './bucket.ts';
import {
  FAILED_CHECK_DIVISOR,
  FAST_REVALIDATION_MS,
  PROVEN_CHECKS,
  SLOW_REVALIDATION_FACTOR,
} from '../constants.ts';
import type { Table, TableObserver } from './table.ts';
import type { DiscoveryTransport, EngineDatabase } from '../transport.ts';

/** Constructor arguments of Revalidation. */
export interface RevalidationOptions {
  readonly table: Table;
  readonly transport: Pick<DiscoveryTransport, 'ping' | 'requestEnr'> & {
    readonly database: Pick<EngineDatabase, 'putNode'>;
  };
  readonly clock: Clock;
  readonly random: Random;
}

/**
 * Pings the table's entries one by one to check that they are live. New, changed and failing entries are on a fast list,
 * proven ones on a slow list; each list checks one random entry at a random time within its interval. An entry that
 * fails too often is removed; one that has passed enough checks is written to the database.
 * (p2p/discover/table_reval.go)
 */
export class Revalidation implements TableObserver {
  readonly #options: RevalidationOptions;
  readonly #lists: Readonly<Record<RevalidationPace, RevalidationList>>;
  /** Node IDs whose check is in progress. BOUNDED: by the table's entries. */
  readonly #active = new Set<string>();
  #unobserve: Unsubscribe | undefined;

  constructor(options: RevalidationOptions) {
    this.#options = options;
    const { clock, random } = options;
    const list = (intervalMs: number): RevalidationList =>
      new RevalidationList(clock, random, intervalMs, this.#active, (entry) => void this.#check(entry));
    this.#lists = {
      fast: list(FAST_REVALIDATION_MS),
      slow: list(FAST_REVALIDATION_MS * SLOW_REVALIDATION_FACTOR),
    };
  }

  /** Starts with the entries of the table. */
  start(): void {
    if (this.#unobserve !== undefined) return;
    this.#unobserve = this.#options.table.observe(this);
    for (const bucket of this.#options.table.buckets) {
      for (const entry of bucket.entries) if (entry.pace === undefined) this.entryAdded(entry);
    }
  }

  stop(): void {
    this.#unobserve?.();
    this.#unobserve = undefined;
    this.#lists.fast.clear();
    this.#lists.slow.clear();
  }

  /** When the next check starts, Unix milliseconds; undefined if there is nothing to check. */
  get nextAt(): number | undefined {
    const times = [this.#lists.fast.nextAt, this.#lists.slow.nextAt].filter((at) => at !== undefined);
    if (times.length === 0) return undefined;
    const { clock } = this.#options;
    return clock.now() + Math.min(...times) - clock.monotonic();
  }

  entryAdded(entry: TableNode): void {
    this.#move(entry, 'fast');
  }

  entryRemoved(entry: TableNode): void {
    if (entry.pace !== undefined) this.#lists[entry.pace].remove(entry);
    entry.pace = undefined;
  }

  endpointChanged(entry: TableNode): void {
    this.#move(entry, 'fast');
  }

  #move(entry: TableNode, pace: RevalidationPace): void {
    if (entry.pace === pace) return;
    if (entry.pace !== undefined) this.#lists[entry.pace].remove(entry);
    entry.pace = pace;
    this.#lists[pace].push(entry);
  }

  /** Never rejects. */
  async #check(entry: TableNode): Promise<void> {
    const { transport } = this.#options;
    const node = entry.node;
    this.#active.add(node.idHex);
    try {
      const seq = await transport.ping(node);
      const record = seq > node.seq ? await transport.requestEnr(node).catch(() => undefined) : undefined;
      this.#passed(entry, record);
    } catch {
      this.#failed(entry);
    } finally {
      this.#active.delete(node.idHex);
    }
  }

  #passed(entry: TableNode, record: Node | undefined): void {
    // Removed during the check, or we stopped: its state no longer matters.
    if (entry.pace === undefined || this.#unobserve === undefined) return;
    entry.checks++;
    entry.live = true;
    // A new endpoint is not proven yet, so the entry stays on the fast list.
    if (record !== undefined && this.#options.table.update(entry, record, false)) return;
    this.#move(entry, 'slow');
    if (entry.checks > PROVEN_CHECKS) this.#options.transport.database.putNode(entry.node);
  }

  #failed(entry: TableNode): void {
    if (entry.pace === undefined || this.#unobserve === undefined) return;
    entry.checks = Math.floor(entry.checks / FAILED_CHECK_DIVISOR);
    if (entry.checks === 0) this.#options.table.remove(entry.node.idHex, entry.node.id, 'silent');
    else this.#move(entry, 'fast');
  }
}

/** The entries of one list and the timer of the next check. BOUNDED: by the table's entries. */
class RevalidationList {
  readonly #entries: TableNode[] = [];
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #intervalMs: number;
  readonly #active: ReadonlySet<string>;
  readonly #check: (entry: TableNode) => void;
  #timer: Timer | undefined;
  #nextAt: number | undefined;

  constructor(
    clock: Clock,
    random: Random,
    intervalMs: number,
    active: ReadonlySet<string>,
    check: (entry: TableNode) => void,
  ) {
    this.#clock = clock;
    this.#random = random;
    this.#intervalMs = intervalMs;
    this.#active = active;
    this.#check = check;
  }

  /** When the next check starts, monotonic milliseconds; undefined if the list is empty. */
  get nextAt(): number | undefined {
    return this.#nextAt;
  }

  push(entry: TableNode): void {
    this.#entries.push(entry);
    if (this.#timer === undefined) this.#schedule();
  }

  remove(entry: TableNode): void {
    const index = this.#entries.indexOf(entry);
    if (index >= 0) this.#entries.splice(index, 1);
    if (this.#entries.length === 0) this.#cancel();
  }

  clear(): void {
    for (const entry of this.#entries) entry.pace = undefined;
    this.#entries.length = 0;
    this.#cancel();
  }

  #schedule(): void {
    const delay = this.#random.below(this.#intervalMs);
    this.#nextAt = this.#clock.monotonic() + delay;
    this.#timer = this.#clock.after(delay, () => {
      this.#schedule();
      const entry = this.#draw();
      if (entry !== undefined) this.#check(entry);
    });
  }

  #cancel(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#nextAt = undefined;
  }

  /** A random entry that is not being checked; undefined if there is none. */
  #draw(): TableNode | undefined {
    const free = this.#entries.filter((entry) => !this.#active.has(entry.node.idHex));
    return free.length === 0 ? undefined : free[this.#random.below(free.length)];
  }
}
