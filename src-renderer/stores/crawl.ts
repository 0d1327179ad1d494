import { shallowRef } from 'vue';
import { defineStore } from 'pinia';
import type { CrawlStatus } from '../../shared/model/crawl.ts';
import type { TableProtocol } from '../../shared/model/table.ts';
import { request } from '../api.ts';
import type { CrawlFilter } from '../model/crawl-text.ts';
import { createTopicFeed, newestOf } from '../composables/topic-feed.ts';

/** The current or last crawl. */
export const useCrawlStore = defineStore('crawl', () => {
  const status = shallowRef<CrawlStatus | null>(null);
  /** False until the first push. */
  const loaded = shallowRef(false);
  const feed = createTopicFeed('crawl', {}, (pushes) => {
    status.value = newestOf(pushes) ?? null;
    loaded.value = true;
  });
  return {
    status,
    loaded,
    subscribe: () => feed.subscribe(),
    /** `nodes` is the text of a nodes.json to start from. */
    start: async (protocol: TableProtocol, seconds: number, nodes: string | null) => {
      status.value = await request('crawl.start', { protocol, seconds, nodes });
    },
    stop: async () => {
      status.value = await request('crawl.stop', {});
    },
    /** The filtered nodes.json of the last crawl, and its number of nodes. */
    exportNodes: (filter: CrawlFilter) => request('crawl.export', filter),
  };
});
