import { computed, ref, shallowRef, watch, type ComputedRef, type Ref, type ShallowRef } from 'vue';
import type { PeerRow } from '../../shared/model/peer.ts';
import { useNow } from '../composables/use-now.ts';
import { filterPeers, type PeerCondition } from '../model/peer-filter.ts';
import { createPeerSorter, highestBlock, holdOrder, type PeerOrder } from '../model/peer-order.ts';

/** The rows of the peers table: filtered and sorted. */
export interface PeerRows {
  readonly rows: Readonly<ShallowRef<readonly PeerRow[]>>;
  readonly highest: ComputedRef<number>;
  readonly order: Ref<PeerOrder>;
  readonly text: Ref<string>;
  readonly conditions: ShallowRef<readonly PeerCondition[]>;
}

/** `rows` are all peers, `byId` the same by ID. While `held` is true, rows are not filtered, sorted or added. */
export function usePeerRows(
  rows: () => readonly PeerRow[],
  byId: () => ReadonlyMap<string, PeerRow>,
  held: () => boolean,
): PeerRows {
  const now = useNow();
  const order = ref<PeerOrder>({ column: 'age', order: 'descending' });
  const text = ref('');
  const conditions = shallowRef<readonly PeerCondition[]>([]);
  const shown = shallowRef<readonly PeerRow[]>([]);

  const sort = createPeerSorter();
  watch(
    [rows, order, text, conditions, held],
    ([all, sortOrder, words, wanted, isHeld]) => {
      shown.value = isHeld
        ? holdOrder(shown.value, byId())
        : sort(filterPeers(all, wanted, words, now.value), sortOrder);
    },
    { immediate: true },
  );
  const highest = computed(() => highestBlock(rows()));

  return { rows: shown, highest, order, text, conditions };
}
