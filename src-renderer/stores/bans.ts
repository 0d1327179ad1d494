import { computed, shallowRef } from 'vue';
import { defineStore } from 'pinia';
import type { Ban, BanDuration } from '../../shared/model/ban.ts';
import { request } from '../api.ts';
import { createTopicFeed, newestOf } from './topic-feed.ts';

/** What a person enters for a ban. */
export interface BanDraft {
  /** A node ID, an enode URL, a record, an IP address or a network in CIDR notation. */
  readonly target: string;
  readonly duration: BanDuration;
  readonly reason: string;
}

/** Whom the node keeps out. */
export const useBansStore = defineStore('bans', () => {
  const bans = shallowRef<readonly Ban[] | null>(null);
  const feed = createTopicFeed('bans', {}, (pushes) => {
    bans.value = newestOf(pushes) ?? null;
  });
  return {
    bans,
    count: computed(() => bans.value?.length ?? null),
    look: () => feed.look(),
    add: (draft: BanDraft) => request('bans.add', draft),
    remove: (id: string) => request('bans.remove', { id }),
  };
});
