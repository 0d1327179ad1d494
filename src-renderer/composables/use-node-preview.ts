import { computed, ref, shallowRef, type ComputedRef, type Ref, type ShallowRef } from 'vue';
import type { NodeListName } from '../../shared/model/node-list.ts';
import type {
  NodeAddition,
  NodeAdditionResult,
  NodePreview,
  PreviewNode,
} from '../../shared/model/node-preview.ts';
import { SHOWN_LISTS } from '../model/list-order.ts';
import { isPickable, resultsByRow } from '../model/node-preview.ts';
import { messageOf } from './use-action.ts';

/** The requests of a preview. */
export interface NodePreviewRequests {
  read(list: NodeListName, text: string): Promise<NodePreview>;
  add(list: NodeListName, nodes: readonly NodeAddition[]): Promise<readonly NodeAdditionResult[]>;
}

/** A text with nodes: what they are, which are chosen, and what happened to them. */
export interface NodePreviewState {
  readonly list: Ref<NodeListName>;
  /** Null before a text was read. */
  readonly preview: Readonly<ShallowRef<NodePreview | null>>;
  /** By `at` of the row; null before the addition. */
  readonly results: Readonly<ShallowRef<ReadonlyMap<number, NodeAdditionResult> | null>>;
  readonly picked: ComputedRef<readonly PreviewNode[]>;
  readonly failure: Ref<string | null>;
  readonly busy: Ref<boolean>;
  /** Reads a text for the list. @param mayChooseList whether a file that names lists chooses one that it has */
  load(text: string, mayChooseList: boolean): Promise<void>;
  isPicked(node: PreviewNode): boolean;
  /** Chooses rows, or takes them out. */
  pick(nodes: readonly PreviewNode[], picked: boolean): void;
  /** Adds the chosen rows; resolves to what happened to them, null after a failure. */
  apply(): Promise<readonly NodeAdditionResult[] | null>;
  /** Forgets the text. */
  clear(): void;
}

/** Called in a setup function. */
export function useNodePreview({ read, add }: NodePreviewRequests): NodePreviewState {
  const list = ref<NodeListName>('static');
  const preview = shallowRef<NodePreview | null>(null);
  const results = shallowRef<ReadonlyMap<number, NodeAdditionResult> | null>(null);
  const unpicked = shallowRef<ReadonlySet<number>>(new Set());
  const { busy, failure, attempt, drop } = useLatest();

  const isPicked = (node: PreviewNode): boolean => isPickable(node) && !unpicked.value.has(node.at);
  const picked = computed(() => preview.value?.nodes.filter(isPicked) ?? []);

  async function load(text: string, mayChooseList: boolean): Promise<void> {
    const found = await attempt(async () => {
      const first = await read(list.value, text);
      const other = mayChooseList ? otherList(first, list.value) : null;
      return other === null ? first : await readOther(other, text);
    });
    if (found === null) return;
    results.value = null;
    unpicked.value = new Set();
    preview.value = found;
  }
  async function readOther(other: NodeListName, text: string): Promise<NodePreview> {
    list.value = other;
    return await read(other, text);
  }

  async function apply(): Promise<readonly NodeAdditionResult[] | null> {
    const rows = picked.value;
    const nodes = rows.map(({ text, label }) => ({ text, label }));
    const outcomes = await attempt(() => add(list.value, nodes));
    if (outcomes !== null) results.value = resultsByRow(rows, outcomes);
    return outcomes;
  }

  function pick(nodes: readonly PreviewNode[], isChosen: boolean): void {
    const next = new Set(unpicked.value);
    for (const { at } of nodes) {
      if (isChosen) next.delete(at);
      else next.add(at);
    }
    unpicked.value = next;
  }

  function clear(): void {
    drop();
    preview.value = null;
    results.value = null;
  }
  return { list, preview, results, picked, failure, busy, load, isPicked, pick, apply, clear };
}

/** Tasks of which only the latest counts: the end of an earlier one is dropped. */
function useLatest() {
  const failure = ref<string | null>(null);
  const busy = ref(false);
  let latest = 0;
  return {
    failure,
    busy,
    /** The result of the task; null when it failed or another one was started. */
    async attempt<Result>(task: () => Promise<Result>): Promise<Result | null> {
      const ours = ++latest;
      busy.value = true;
      failure.value = null;
      try {
        const result = await task();
        return ours === latest ? result : null;
      } catch (error) {
        if (ours === latest) failure.value = messageOf(error);
        return null;
      } finally {
        if (ours === latest) busy.value = false;
      }
    },
    drop(): void {
      latest++;
      busy.value = false;
      failure.value = null;
    },
  };
}

/** A list of the file that has nodes, where the chosen one has none; null to keep the chosen one. */
function otherList({ lists }: NodePreview, chosen: NodeListName): NodeListName | null {
  if (lists === null || lists[chosen] > 0) return null;
  return SHOWN_LISTS.find((name) => lists[name] > 0) ?? null;
}
