import { computed, ref, shallowRef, watch } from 'vue';
import { defineStore } from 'pinia';
import type { CauseCode } from '../../shared/causes/catalogue.ts';
import type { NodeTrace, WhySnapshot, WhySpan, WhyStepName } from '../../shared/model/why.ts';
import { request } from '../api.ts';
import { reachableText } from '../model/trace-text.ts';
import { createTopicFeed, newestOf } from '../composables/topic-feed.ts';

/** Where candidates get lost, and the trace of the one node that is looked at. */
export const useWhyStore = defineStore('why', () => {
  const span = ref<WhySpan>('1h');
  const step = ref<WhyStepName | null>(null);
  const code = ref<CauseCode | null>(null);
  const snapshot = shallowRef<WhySnapshot | null>(null);
  const feed = createTopicFeed(
    'why',
    () => ({ span: span.value, step: step.value, code: code.value }),
    (pushes) => {
      snapshot.value = newestOf(pushes) ?? null;
    },
  );

  const traced = ref<string | null>(null);
  /** What was pasted to find the traced node; an address that no other node knows is in it alone. */
  const pasted = shallowRef<{ readonly id: string; readonly text: string } | null>(null);
  const trace = shallowRef<NodeTrace | null>(null);
  const traceFeed = createTopicFeed(
    'trace',
    () => (traced.value === null ? null : { id: traced.value }),
    (pushes) => {
      const fresh = newestOf(pushes);
      if (fresh === undefined || fresh.id !== traced.value) return;
      trace.value = fresh;
    },
  );
  watch(
    traced,
    (id) => {
      if (trace.value?.id !== id) trace.value = null;
    },
    { flush: 'sync' },
  );

  return {
    span,
    step,
    code,
    snapshot,
    traced,
    trace,
    pasted: computed(() => {
      const found = pasted.value;
      return found !== null && found.id === traced.value ? found.text : null;
    }),
    subscribe: () => feed.subscribe(),
    subscribeTrace: () => traceFeed.subscribe(),
    /** The trace of a node that is not looked at. */
    traceOf: (id: string): Promise<NodeTrace> => request('why.trace', { node: id }),
    /** Finds a node by its ID, enode URL or record. */
    find: async (node: string): Promise<NodeTrace> => {
      const found = await request('why.trace', { node });
      const text = reachableText(node);
      pasted.value = text === null ? null : { id: found.id, text };
      traced.value = found.id;
      trace.value = found;
      return found;
    },
  };
});
