import { onScopeDispose, watch } from 'vue';
import type { TopicName, TopicParams } from '../../shared/api-contract.ts';
import { subscribe, type TopicPush } from '../api.ts';
import { usePageVisible } from '../composables/use-page-visible.ts';
import { createFrameBatch } from './frame-batch.ts';

/** A topic that is heard while somebody looks at it. */
export interface TopicFeed {
  /** Keeps the topic open for as long as the calling Vue scope lives. */
  subscribe(): void;
}

/**
 * Subscribes with the first looker, ends with the last, and pauses while the page is hidden: coming back brings a fresh
 * snapshot. Pushes are applied once per frame. `params` may be a getter of reactive values: the topic is then heard anew
 * whenever they change, and not at all while they are null.
 */
export function createTopicFeed<Name extends TopicName>(
  topic: Name,
  params: TopicParams<Name> | (() => TopicParams<Name> | null),
  apply: (pushes: readonly TopicPush<Name>[]) => void,
): TopicFeed {
  const visible = usePageVisible();
  const batch = createFrameBatch<TopicPush<Name>>(apply);
  const read = typeof params === 'function' ? params : () => params;
  let subscribers = 0;
  let end: (() => void) | null = null;

  const close = (): void => {
    end?.();
    end = null;
    batch.clear();
  };
  const update = (): void => {
    const wanted = subscribers > 0 && visible.value ? read() : null;
    if (wanted === null) close();
    else end ??= subscribe(topic, wanted, (push) => batch.add(push));
  };
  // Flushed at once: a hidden page gets no frame in which a queued watcher would run.
  watch(visible, update, { flush: 'sync' });
  if (typeof params === 'function') {
    watch(
      read,
      () => {
        close();
        update();
      },
      { flush: 'sync' },
    );
  }

  return {
    subscribe() {
      subscribers += 1;
      update();
      onScopeDispose(() => {
        subscribers -= 1;
        update();
      });
    },
  };
}

/** The newest of several pushes of a topic that is always sent whole. */
export function newestOf<Data>(pushes: readonly { readonly data: Data }[]): Data | undefined {
  return pushes[pushes.length - 1]?.data;
}
