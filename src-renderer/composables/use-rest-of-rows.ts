import { computed, nextTick, onScopeDispose, shallowRef, type Ref } from 'vue';

/** Loads the rows that are not loaded yet; ends early when the signal aborts. Never rejects. */
export type LoadRest = (signal: AbortSignal) => Promise<void>;

/** What a table does once all of its rows are loaded. */
export interface RestOfRows {
  /** Rows are being loaded for an action. */
  readonly busy: Readonly<Ref<boolean>>;
  /** Does `act` at once if all rows are loaded, else after loading and rendering them, unless it is called off. */
  after(act: () => void): void;
  /** Calls off the action that waits. */
  callOff(): void;
}

/**
 * For an action on all rows of a table that is loaded page by page. Called in a setup function.
 * @param loadRest undefined for a table that has all of its rows
 */
export function useRestOfRows(loadRest: () => LoadRest | undefined): RestOfRows {
  const waiting = shallowRef<AbortController | null>(null);
  const callOff = (): void => {
    waiting.value?.abort();
    waiting.value = null;
  };
  const wait = async (load: LoadRest, act: () => void): Promise<void> => {
    const own = new AbortController();
    waiting.value = own;
    await load(own.signal);
    await nextTick();
    if (waiting.value !== own) return;
    waiting.value = null;
    act();
  };
  onScopeDispose(callOff);
  return {
    busy: computed(() => waiting.value !== null),
    after: (act) => {
      callOff();
      const load = loadRest();
      if (load === undefined) act();
      else void wait(load, act);
    },
    callOff,
  };
}
