import { onScopeDispose, shallowRef, watch } from 'vue';
import { defineStore } from 'pinia';
import type { SeriesSpan, TrafficNow, TrafficSeries } from '../../shared/model/series.ts';
import { request } from '../api.ts';
import { usePageVisible } from '../composables/use-page-visible.ts';
import { useConnectionStore } from './connection.ts';
import { createTopicFeed, newestOf } from '../composables/topic-feed.ts';

/** Refresh interval of the series by time range, about once per sample; milliseconds. */
const REFRESH_MS: Readonly<Record<SeriesSpan, number>> = {
  '5m': 1_000,
  '1h': 10_000,
  '6h': 30_000,
  '24h': 60_000,
};

/** Current rates, and the series of the charts. */
export const useTrafficStore = defineStore('traffic', () => {
  const now = shallowRef<TrafficNow | null>(null);
  const series = shallowRef<TrafficSeries | null>(null);
  const span = shallowRef<SeriesSpan>('5m');
  const feed = createTopicFeed('traffic', {}, (pushes) => {
    now.value = newestOf(pushes) ?? null;
  });

  const fetchSeries = async (): Promise<void> => {
    const requested = span.value;
    try {
      const fresh = await request('traffic.series', { span: requested });
      if (span.value === requested) series.value = fresh;
    } catch {
      // The chart keeps its data; the banner shows that the connection is lost.
    }
  };

  const pollSeries = (): void => {
    const visible = usePageVisible();
    const connection = useConnectionStore();
    let timer: ReturnType<typeof setInterval> | undefined;
    watch(
      [span, visible, () => connection.connected],
      ([, shown, connected]) => {
        clearInterval(timer);
        if (!shown || !connected) return;
        void fetchSeries();
        timer = setInterval(() => void fetchSeries(), REFRESH_MS[span.value]);
      },
      { immediate: true },
    );
    onScopeDispose(() => clearInterval(timer));
  };

  return { now, series, span, subscribe: () => feed.subscribe(), pollSeries };
});
