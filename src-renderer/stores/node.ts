import { ref, shallowRef } from 'vue';
import { defineStore } from 'pinia';
import type { PortSettingKey } from '../../shared/model/health-action.ts';
import type { NodeStatus } from '../../shared/model/node.ts';
import { request } from '../api.ts';
import { createTopicFeed, newestOf } from '../composables/topic-feed.ts';
import { readLastRun } from '../model/last-run.ts';

/** Read now: the elements with the facts are gone when the application is mounted. */
const LAST_RUN = readLastRun(document);

/** The state of the local node. */
export const useNodeStore = defineStore('node', () => {
  const status = shallowRef<NodeStatus | null>(null);
  const busy = ref(false);
  const feed = createTopicFeed('status', {}, (pushes) => {
    status.value = newestOf(pushes) ?? status.value;
  });

  const whileBusy = async (...names: readonly ('node.start' | 'node.stop')[]): Promise<void> => {
    busy.value = true;
    try {
      for (const name of names) await request(name, {});
    } finally {
      busy.value = false;
    }
  };

  return {
    status,
    /** Facts of the last run, until there is a status. */
    lastRun: LAST_RUN,
    busy,
    subscribe: () => feed.subscribe(),
    start: () => whileBusy('node.start'),
    stop: () => whileBusy('node.stop'),
    /** Sets the port to a free one and restarts the node. */
    useFreePort: async (key: PortSettingKey) => {
      busy.value = true;
      try {
        return await request('node.useFreePort', { key });
      } finally {
        busy.value = false;
      }
    },
    restart: () => whileBusy('node.stop', 'node.start'),
  };
});
