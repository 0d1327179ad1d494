import { shallowRef } from 'vue';
import { defineStore } from 'pinia';
import type { DialOutcome, EventLine } from '../../shared/model/peer.ts';
import { applyLines } from '../model/lines.ts';
import { createTopicFeed, newestOf } from '../composables/topic-feed.ts';

const MAX_EVENTS = 200;

/** Recent events, and the dial results of the last hour. */
export const useEventsStore = defineStore('events', () => {
  // BOUNDED: MAX_EVENTS
  const events = shallowRef<readonly EventLine[] | null>(null);
  const dials = shallowRef<readonly DialOutcome[] | null>(null);
  const eventsFeed = createTopicFeed('events', {}, (pushes) => {
    events.value = applyLines(events.value ?? [], pushes, MAX_EVENTS);
  });
  const dialsFeed = createTopicFeed('dials', {}, (pushes) => {
    dials.value = newestOf(pushes) ?? null;
  });
  return {
    events,
    dials,
    subscribeEvents: () => eventsFeed.subscribe(),
    subscribeDials: () => dialsFeed.subscribe(),
  };
});
