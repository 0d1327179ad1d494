import { computed, shallowRef, triggerRef } from 'vue';
import { defineStore } from 'pinia';
import type { PeerRow } from '../../shared/model/peer.ts';
import { request } from '../api.ts';
import { applyRows } from '../model/rows.ts';
import { createTopicFeed } from '../composables/topic-feed.ts';
import { createSelectedPeer } from './selected-peer.ts';

/** The peers: every row, and the detail of the selected one. */
export const usePeersStore = defineStore('peers', () => {
  // BOUNDED: by the node's maxPeers. Changed in place and triggered once per frame.
  const rows = shallowRef(new Map<string, PeerRow>());
  const loaded = shallowRef(false);
  /** Keys of rows that the last deltas added; they fade in. */
  const arrived = shallowRef<ReadonlySet<string>>(new Set());

  const feed = createTopicFeed('peers', {}, (pushes) => {
    arrived.value = applyRows(rows.value, pushes, (row) => row.id);
    loaded.value = true;
    triggerRef(rows);
  });

  return {
    rows,
    loaded,
    arrived,
    list: computed(() => [...rows.value.values()]),
    ...createSelectedPeer(),
    /** Dials a known node now; the reply says why there is no session. */
    dial: (id: string) => request('nodes.dial', { id }),
    subscribe: () => feed.subscribe(),
    disconnect: (id: string) => request('peers.disconnect', { id }),
    /** Fetches the detail of a peer that is not selected. */
    fetchDetail: (id: string) => request('peers.detail', { id }),
  };
});
