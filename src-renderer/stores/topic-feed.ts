import { onScopeDispose, watch } from 'vue';
import type { TopicName, TopicParams } from '../../shared/api-contract.ts';
import { subscribe, type TopicPush } from '../api.ts';
import { usePageVisible } from '../composables/use-page-visible.ts';
import { createFrameBatch } from './frame-batch.ts';

/** A topic that is heard while somebody looks at it. */
export interface TopicFeed {
  /** Keeps the topic open for as long as the calling Vue scope lives. */
  look(): void;
}

/**
 * Subscribes with the first looker, ends with the last, and pauses while the page is hidden: coming back brings a fresh
 * snapshot. Pushes are applied once per frame.
 */
export function createTopicFeed<Name extends TopicName>(
  topic: Name,
  params: TopicParams<Name>,
  apply: (pushes: readonly TopicPush<Name>[]) => void,
): TopicFeed {
  const visible = usePageVisible();
  const batch = createFrameBatch<TopicPush<Name>>(apply);
  let lookers = 0;
  let end: (() => void) | null = null;

  const update = (): void => {
    const wanted = lookers > 0 && visible.value;
    if (wanted && end === null) {
      end = subscribe(topic, params, (push) => batch.add(push));
    } else if (!wanted && end !== null) {
      end();
      end = null;
      batch.clear();
    }
  };
  // Flushed at once: a hidden page gets no frame in which a queued watcher would run.
  watch(visible, update, { flush: 'sync' });

  return {
    look() {
      lookers += 1;
      update();
      onScopeDispose(() => {
        lookers -= 1;
        update();
      });
    },
  };
}

/** The newest of several pushes of a topic that is always sent whole. */
export function newestOf<Data>(pushes: readonly { readonly data: Data }[]): Data | undefined {
  return pushes[pushes.length - 1]?.data;
}
