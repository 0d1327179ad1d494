import { showNotice } from '../composables/use-notice.ts';
import type { Translate } from '../composables/use-messages.ts';
import { usePeersStore } from '../stores/peers.ts';

/** Dials a known node now and shows whether there is a session, or why not. Called in a setup function. */
export function useDial(t: Translate): (id: string) => Promise<void> {
  const peers = usePeersStore();
  return async (id) => {
    const { connected, refusal } = await peers.dial(id);
    if (connected) showNotice(t('peers.dialled'), 'good');
    else showNotice(t('peers.dialRefused', { reason: refusal ?? '' }), 'bad');
  };
}
