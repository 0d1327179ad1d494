import { ref, shallowRef } from 'vue';
import { defineStore } from 'pinia';
import type { FirstStartFacts } from '../../shared/model/first-start.ts';
import type { NetworkName } from '../../shared/settings/network.ts';
import { request } from '../api.ts';

/** The choice at the first start of a data folder. The status of the node says whether it is open. */
export const useFirstStartStore = defineStore('firstStart', () => {
  const facts = shallowRef<FirstStartFacts | null>(null);
  const answered = ref(false);
  return {
    facts,
    /** Whether the user has chosen or skipped; the next status says the same. */
    answered,
    load: async () => {
      facts.value = await request('firstStart.facts', {});
    },
    /** Saves the choice and starts the node; for another network the program restarts. */
    choose: async (network: NetworkName, port: number) => {
      const { restarts } = await request('firstStart.choose', { network, port });
      answered.value = true;
      if (!restarts) await request('node.start', {});
    },
    skip: async () => {
      await request('firstStart.skip', {});
      answered.value = true;
    },
    tryDemo: () => request('firstStart.demo', {}),
  };
});
