import { shallowRef } from 'vue';
import { defineStore } from 'pinia';
import type { CrawlStatus } from '../../shared/model/crawl.ts';
import type { TableProtocol } from '../../shared/model/table.ts';
import { request } from '../api.ts';
import type { CrawlFilter } from '../model/crawl-text.ts';
import { createTopicFeed, newestOf } from '../composables/topic-feed.ts';

/** The walk through the network that writes down who answers. */
export const useCrawlStore = defineStore('crawl', () => {
  const status = shallowRef<CrawlStatus | null>(null);
  /** False until the node has said whether there was one. */
  const loaded = shallowRef(false);
  const feed = createTopicFeed('crawl', {}, (pushes) => {
    status.value = newestOf(pushes) ?? null;
    loaded.value = true;
  });
  return {
    status,
    loaded,
    subscribe: () => feed.subscribe(),
    /** `nodes` is the text of a nodes.json to go on from. */
    start: async (protocol: TableProtocol, seconds: number, nodes: string | null) => {
      status.value = await request('crawl.start', { protocol, seconds, nodes });
    },
    stop: async () => {
      status.value = await request('crawl.stop', {});
    },
    /** nodes.json of the last crawl, filtered, with how many nodes that are. */
    exportNodes: (filter: CrawlFilter) => request('crawl.export', filter),
  };
});
