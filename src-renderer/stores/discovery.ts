import { ref, shallowRef, type Ref, type ShallowRef } from 'vue';
import { defineStore } from 'pinia';
import type { DnsTreeView } from '../../shared/model/dns-tree.ts';
import type {
  DiscoveryCounters,
  LookupTrace,
  TableProtocol,
  TableSnapshot,
} from '../../shared/model/table.ts';
import { request } from '../api.ts';
import { createTopicFeed, newestOf } from '../composables/topic-feed.ts';

/** One discovery protocol: its table, its counters and its newest lookup. */
export interface ProtocolFeeds {
  readonly table: ShallowRef<TableSnapshot | null>;
  readonly counters: ShallowRef<DiscoveryCounters | null>;
  readonly lookup: ShallowRef<LookupTrace | null>;
  /** True while a lookup that this window started is in progress. */
  readonly lookupRunning: Ref<boolean>;
  /** Subscribes to all three until the calling Vue scope is disposed. */
  subscribe(): void;
  runLookup(target: string | null): Promise<void>;
}

function createProtocolFeeds(protocol: TableProtocol): ProtocolFeeds {
  const table = shallowRef<TableSnapshot | null>(null);
  const counters = shallowRef<DiscoveryCounters | null>(null);
  const lookup = shallowRef<LookupTrace | null>(null);
  const lookupRunning = ref(false);
  const tableFeed = createTopicFeed('table', { protocol }, (pushes) => {
    table.value = newestOf(pushes) ?? null;
  });
  const countersFeed = createTopicFeed('discovery', { protocol }, (pushes) => {
    counters.value = newestOf(pushes) ?? null;
  });
  const lookupFeed = createTopicFeed('lookup', { protocol }, (pushes) => {
    lookup.value = newestOf(pushes) ?? null;
  });
  return {
    table,
    counters,
    lookup,
    lookupRunning,
    subscribe() {
      tableFeed.subscribe();
      countersFeed.subscribe();
      lookupFeed.subscribe();
    },
    async runLookup(target) {
      lookupRunning.value = true;
      try {
        lookup.value = await request('discovery.lookup', { protocol, target });
      } finally {
        lookupRunning.value = false;
      }
    },
  };
}

/** Discovery v4 and v5, DNS discovery, and requests about one node. */
export const useDiscoveryStore = defineStore('discovery', () => {
  const v4 = createProtocolFeeds('v4');
  const v5 = createProtocolFeeds('v5');
  const dns = shallowRef<readonly DnsTreeView[] | null>(null);
  const dnsFeed = createTopicFeed('dns', {}, (pushes) => {
    dns.value = newestOf(pushes) ?? null;
  });
  // A function, because Pinia would unwrap the refs of a plain property.
  const feedsOf = (protocol: TableProtocol): ProtocolFeeds => (protocol === 'v4' ? v4 : v5);

  return {
    dns,
    feedsOf,
    subscribeDns: () => dnsFeed.subscribe(),
    /** Decodes an ENR into its entries. */
    decode: (text: string) => request('records.decode', { text }),
    /** Sends a TALKREQ; `payload` and the response are hex without 0x. */
    talk: (node: string, protocol: string, payload: string) =>
      request('discovery.talk', { node, protocol, payload }),
  };
});
