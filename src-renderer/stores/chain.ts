import { shallowRef } from 'vue';
import { defineStore } from 'pinia';
import type { ChainView } from '../../shared/model/chain.ts';
import { createTopicFeed, newestOf } from '../composables/topic-feed.ts';

/** The chain that the node serves, and what peers asked of it; null until the first push. */
export const useChainStore = defineStore('chain', () => {
  const view = shallowRef<ChainView | null>(null);
  const feed = createTopicFeed('chain', {}, (pushes) => {
    view.value = newestOf(pushes) ?? view.value;
  });
  return { view, subscribe: () => feed.subscribe() };
});
