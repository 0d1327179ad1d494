import { onScopeDispose, watch } from 'vue';
import type { TopicName, TopicParams } from '../../shared/api-contract.ts';
import { subscribe, type TopicPush } from '../api.ts';
import { usePageVisible } from '../composables/use-page-visible.ts';
import { createFrameBatch } from './frame-batch.ts';

/** A topic that is subscribed to while a component uses it. */
export interface TopicFeed {
  /** Subscribes until the calling Vue scope is disposed. */
  subscribe(): void;
}

/**
 * Subscribes with the first user and unsubscribes with the last. It also unsubscribes while the page is hidden; when the
 * page is shown again, the first push is a new snapshot. Pushes are applied once per frame. `params` may be a getter of
 * reactive values: the feed subscribes again when they change, and unsubscribes while they are null.
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
    const current = subscribers > 0 && visible.value ? read() : null;
    if (current === null) close();
    else end ??= subscribe(topic, current, (push) => batch.add(push));
  };
  // Synchronous: a hidden page gets no frame in which a queued watcher would run.
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

/** The data of the newest push, for a topic whose pushes have the whole state. */
export function newestOf<Data>(pushes: readonly { readonly data: Data }[]): Data | undefined {
  return pushes[pushes.length - 1]?.data;
}
