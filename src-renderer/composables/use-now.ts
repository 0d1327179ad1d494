import { onScopeDispose, readonly, ref, type Ref } from 'vue';
import { usePageVisible } from './use-page-visible.ts';

const TICK_MS = 1_000;
const now = ref(Date.now());
const visible = usePageVisible();
let users = 0;
let timer: ReturnType<typeof setInterval> | undefined;

const tick = (): void => {
  if (visible.value) now.value = Date.now();
};

/** The current time in Unix milliseconds, updated every second by one timer that all users share; the last one stops it. */
export function useNow(): Readonly<Ref<number>> {
  if (users++ === 0) {
    tick();
    timer = setInterval(tick, TICK_MS);
  }
  onScopeDispose(() => {
    if (--users === 0) clearInterval(timer);
  });
  return readonly(now);
}
