import { ref, shallowRef } from 'vue';
import { defineStore } from 'pinia';
import type { DiscoveryCounters, LookupTrace, TableSnapshot } from '../../shared/model/table.ts';
import { request } from '../api.ts';
import { createTopicFeed, newestOf } from './topic-feed.ts';

/** The table, discovery's figures and the newest lookup. */
export const useDiscoveryStore = defineStore('discovery', () => {
  const table = shallowRef<TableSnapshot | null>(null);
  const counters = shallowRef<DiscoveryCounters | null>(null);
  const lookup = shallowRef<LookupTrace | null>(null);
  const looking = ref(false);

  const tableFeed = createTopicFeed('table', { protocol: 'v4' }, (pushes) => {
    table.value = newestOf(pushes) ?? null;
  });
  const countersFeed = createTopicFeed('discovery', { protocol: 'v4' }, (pushes) => {
    counters.value = newestOf(pushes) ?? null;
  });
  const lookupFeed = createTopicFeed('lookup', { protocol: 'v4' }, (pushes) => {
    lookup.value = newestOf(pushes) ?? null;
  });

  const runLookup = async (target: string | null): Promise<void> => {
    looking.value = true;
    try {
      lookup.value = await request('discovery.lookup', { protocol: 'v4', target });
    } finally {
      looking.value = false;
    }
  };

  return {
    table,
    counters,
    lookup,
    looking,
    runLookup,
    lookAtTable: () => tableFeed.look(),
    lookAtCounters: () => countersFeed.look(),
    lookAtLookup: () => lookupFeed.look(),
  };
});
