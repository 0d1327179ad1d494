import type { Ban } from '../../shared/model/ban.ts';
import type { Clock } from '../../src-main/base/runtime.ts';
import type { Node } from '../../src-main/node-record/node.ts';
import { BanList, type BanStore } from '../../src-main/server/bans.ts';
import { RecordedEvents } from './recorded-events.ts';
import { silentLogger } from './silent-logger.ts';

/** Bans kept in memory; a test may make writes fail. */
export class MemoryBanStore implements BanStore {
  readonly kept = new Map<string, Ban>();
  failure: Error | undefined;

  load(): Promise<readonly Ban[]> {
    return Promise.resolve([...this.kept.values()]);
  }

  put(ban: Ban): Promise<void> {
    if (this.failure !== undefined) return Promise.reject(this.failure);
    this.kept.set(ban.id, ban);
    return Promise.resolve();
  }

  remove(ids: readonly string[]): Promise<void> {
    if (this.failure !== undefined) return Promise.reject(this.failure);
    for (const id of ids) this.kept.delete(id);
    return Promise.resolve();
  }
}

/** A ban list with store, trusted nodes and events of the test. */
export async function openBans(
  clock: Clock,
  parts: {
    readonly store?: MemoryBanStore;
    readonly trusted?: Node[];
    readonly events?: RecordedEvents;
    readonly ownIdHex?: string;
  } = {},
): Promise<BanList> {
  return await BanList.open({
    store: parts.store ?? new MemoryBanStore(),
    clock,
    events: parts.events ?? new RecordedEvents(),
    logger: silentLogger,
    ownIdHex: parts.ownIdHex ?? 'f'.repeat(64),
    trusted: () => parts.trusted ?? [],
    nameOf: () => null,
  });
}
