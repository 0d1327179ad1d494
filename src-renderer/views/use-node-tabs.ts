import { computed, type ComputedRef, type WritableComputedRef } from 'vue';
import { useRoute, useRouter } from 'vue-router';
import { NODE_LISTS, type NodeListName } from '../../shared/model/node-list.ts';
import { useMessages } from '../composables/use-messages.ts';
import { useBansStore } from '../stores/bans.ts';
import { useNodesStore } from '../stores/nodes.ts';

/** A tab of the Nodes view: a list, the bans, or all known nodes. */
export type NodeTab = NodeListName | 'banned' | 'known';

/** The tabs of the Nodes view, and the current one, which is in the route. */
export function useNodeTabs(): {
  readonly tab: WritableComputedRef<NodeTab>;
  readonly tabs: ComputedRef<
    readonly { readonly value: NodeTab; readonly text: string; readonly count: number | null }[]
  >;
} {
  const t = useMessages();
  const route = useRoute();
  const router = useRouter();
  const nodes = useNodesStore();
  const bans = useBansStore();
  bans.subscribe();

  const tab = computed<NodeTab>({
    get: () =>
      route.name === 'bans'
        ? 'banned'
        : route.name === 'known'
          ? 'known'
          : (NODE_LISTS.find((name) => name === route.params['list']) ?? 'static'),
    set: (name) =>
      void router.replace(
        name === 'banned'
          ? { name: 'bans' }
          : name === 'known'
            ? { name: 'known', params: { id: '' } }
            : { name: 'nodes', params: { list: name } },
      ),
  });
  const tabs = computed(() => [
    ...(['static', 'trusted', 'bootnodes'] as const).map((value) => ({
      value,
      text: t(`nodes.${value}`),
      count: nodes.lists?.[value].length ?? null,
    })),
    { value: 'banned' as const, text: t('bans.tab'), count: bans.count },
    { value: 'known' as const, text: t('known.tab'), count: null },
  ]);
  return { tab, tabs };
}
