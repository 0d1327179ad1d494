import { reactive, ref, shallowRef } from 'vue';
import { defineStore } from 'pinia';
import {
  DEFAULT_KNOWN_SORT,
  MAX_KNOWN_PAGE,
  type KnownFormat,
  type KnownNode,
  type KnownSort,
} from '../../shared/model/known-node.ts';
import { request } from '../api.ts';
import { EMPTY_KNOWN_DRAFT, knownFilterOf, type KnownDraft } from '../model/known-filter.ts';
import { usePagedList } from './paged-list.ts';

/** All known nodes, fetched page by page while the user scrolls. The filter stays when the view is left. */
export const useKnownNodesStore = defineStore('known-nodes', () => {
  // BOUNDED: by the nodes that the main process knows, 20,000.
  const nodes = shallowRef<readonly KnownNode[] | null>(null);
  const matching = ref(0);
  const total = ref(0);
  const draft = reactive<{ -readonly [Field in keyof KnownDraft]: KnownDraft[Field] }>({
    ...EMPTY_KNOWN_DRAFT,
  });
  const sort = shallowRef<KnownSort>(DEFAULT_KNOWN_SORT);

  const { failure, load, more, rest } = usePagedList(
    (after) =>
      request('nodes.known', {
        filter: knownFilterOf(draft),
        sort: sort.value,
        limit: MAX_KNOWN_PAGE,
        after,
      }),
    (page, isFirst) => {
      nodes.value = isFirst ? page.nodes : joined(nodes.value ?? [], page.nodes);
      matching.value = page.matching;
      total.value = page.total;
      return page.next;
    },
  );

  return {
    nodes,
    matching,
    total,
    failure,
    draft,
    sort,
    load,
    more,
    rest,
    clear: () => {
      Object.assign(draft, EMPTY_KNOWN_DRAFT);
    },
    export: (format: KnownFormat) => request('nodes.exportKnown', { filter: knownFilterOf(draft), format }),
  };
});

/** The nodes of two pages; one that moved from the first to the second meanwhile is kept once. */
function joined(before: readonly KnownNode[], page: readonly KnownNode[]): readonly KnownNode[] {
  const known = new Set(before.map(({ id }) => id));
  return [...before, ...page.filter(({ id }) => !known.has(id))];
}
