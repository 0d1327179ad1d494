import { computed, shallowRef } from 'vue';
import { defineStore } from 'pinia';
import type { Ban, BanDuration } from '../../shared/model/ban.ts';
import { request } from '../api.ts';
import { applyRows } from '../model/rows.ts';
import { createTopicFeed } from '../composables/topic-feed.ts';

/** The input of a new ban. */
export interface BanDraft {
  /** A node ID, an enode URL, an ENR, an IP address or a network in CIDR notation. */
  readonly target: string;
  readonly duration: BanDuration;
  readonly reason: string;
}

/** The active bans. */
export const useBansStore = defineStore('bans', () => {
  // BOUNDED: by the node's MAX_BANS.
  const rows = new Map<string, Ban>();
  /** Newest first; null until the first snapshot. */
  const bans = shallowRef<readonly Ban[] | null>(null);
  const feed = createTopicFeed('bans', {}, (pushes) => {
    applyRows(rows, pushes, ({ id }) => id);
    bans.value = [...rows.values()].sort((a, b) => b.createdAt - a.createdAt);
  });
  return {
    bans,
    count: computed(() => bans.value?.length ?? null),
    subscribe: () => feed.subscribe(),
    add: (draft: BanDraft) => request('bans.add', draft),
    remove: (id: string) => request('bans.remove', { id }),
  };
});
