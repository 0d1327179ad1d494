import { shallowRef } from 'vue';
import { defineStore } from 'pinia';
import type { UpdateState } from '../../shared/model/update.ts';
import { request } from '../api.ts';
import { createTopicFeed, newestOf } from '../composables/topic-feed.ts';

/** Updates of the desktop application; in a browser there are none. */
export const useUpdateStore = defineStore('update', () => {
  /** Null until the first push. */
  const state = shallowRef<UpdateState | null>(null);
  const feed = createTopicFeed('desktop.update', {}, (pushes) => {
    state.value = newestOf(pushes) ?? null;
  });
  return {
    state,
    subscribe: () => feed.subscribe(),
    check: () => request('desktop.checkForUpdate', {}),
    download: () => request('desktop.downloadUpdate', {}),
    /** Ends the program. */
    install: () => request('desktop.installUpdate', {}),
  };
});
