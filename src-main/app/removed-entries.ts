import type { NodeListName } from '../../shared/model/node-list.ts';
import type { Clock } from '../base/runtime.ts';
import type { RemovedNode } from '../store/node-lists.ts';

/** How long a removed entry can be put back, milliseconds (our choice). */
export const UNDO_MS = 600_000;
/** BOUNDED: removed entries that are kept (our choice); the oldest is dropped first. */
export const MAX_REMOVED = 1_000;

/** The entries that were removed from the node lists a short time ago. */
export class RemovedEntries {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #removed = new Map<string, { readonly node: RemovedNode; readonly at: number }>();

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock;
  }

  /** Keeps an entry that was removed from `list`. */
  keep(list: NodeListName, node: RemovedNode): void {
    const key = keyOf(list, node.entry.node.idHex);
    this.#removed.delete(key);
    this.#removed.set(key, { node, at: this.#clock.monotonic() });
    for (const [oldest, { at }] of this.#removed) {
      const isLate = this.#clock.monotonic() - at > UNDO_MS;
      if (!isLate && this.#removed.size <= MAX_REMOVED) break;
      this.#removed.delete(oldest);
    }
  }

  /** The kept entry with this ID, without removing it here; undefined where it is not kept any more. */
  get(list: NodeListName, idHex: string): RemovedNode | undefined {
    const kept = this.#removed.get(keyOf(list, idHex));
    return kept === undefined || this.#clock.monotonic() - kept.at > UNDO_MS ? undefined : kept.node;
  }

  /** Forgets an entry. */
  drop(list: NodeListName, idHex: string): void {
    this.#removed.delete(keyOf(list, idHex));
  }
}

const keyOf = (list: NodeListName, idHex: string): string => `${list} ${idHex}`;
