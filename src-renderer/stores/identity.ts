import { shallowRef } from 'vue';
import { defineStore } from 'pinia';
import type { RequestParams } from '../../shared/api-contract.ts';
import type { IdentityDetails } from '../../shared/model/identity.ts';
import { request } from '../api.ts';

/** The node key: where it is, its export, and its replacement. */
export const useIdentityStore = defineStore('identity', () => {
  const details = shallowRef<IdentityDetails | null>(null);
  return {
    details,
    load: async () => {
      details.value = await request('identity.details', {});
    },
    /** The key as a keystore that the password opens. */
    exportKey: (password: string) => request('identity.export', { password }),
    /** Holds a key that may replace the node's; null when the user cancels. */
    prepare: (source: RequestParams<'identity.prepare'>) => request('identity.prepare', source),
    unlock: (id: string, password: string) => request('identity.unlock', { id, password }),
    apply: async (id: string) => {
      details.value = await request('identity.apply', { id });
    },
    discard: (id: string) => request('identity.discard', { id }),
  };
});
