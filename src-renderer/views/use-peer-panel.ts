import { computed, ref } from 'vue';
import type { PeerRow } from '../../shared/model/peer.ts';
import type { PeerAction } from '../components/peers/peer-actions.ts';
import { PEER_TABS, type PeerTab } from '../components/peers/peer-tabs.ts';
import { useShortcuts } from '../composables/use-shortcuts.ts';
import { timelineOf } from '../model/peer-timeline.ts';
import { rowOfSession } from '../model/session-list.ts';
import { useEventsStore } from '../stores/events.ts';
import { usePeersStore } from '../stores/peers.ts';
import { usePreferencesStore } from '../stores/preferences.ts';

/** The tab stays when another peer is opened. */
const tab = ref<PeerTab>('facts');

/** What the panel of the selected peer shows. Called in a setup function; `act` performs an action. */
export function usePeerPanel(act: (row: PeerRow, action: PeerAction) => Promise<void>) {
  const peers = usePeersStore();
  const events = useEventsStore();
  const preferences = usePreferencesStore();
  events.subscribeEvents();
  const dialing = ref(false);

  useShortcuts(
    PEER_TABS.map((name, at) => ({ keys: String(at + 1), run: () => (tab.value = name) })),
    () => preferences.shortcuts && peers.selected !== null,
  );

  /** How the session of the selected peer ended; null while it runs, and until its record arrives. */
  const ended = computed(() => {
    const [newest] = peers.gone ? peers.past : [];
    // The newest record can be of an earlier session: that one ended before this one began.
    const began = peers.detail?.row.connectedAt ?? 0;
    return newest !== undefined && newest.endedAt >= began ? newest : null;
  });
  const row = computed(() => {
    if (peers.selected === null) return null;
    const live = peers.rows.get(peers.selected) ?? peers.detail?.row;
    return live ?? (ended.value === null ? null : rowOfSession(ended.value));
  });
  const timeline = computed(() =>
    timelineOf({
      id: peers.selected ?? '',
      events: events.events ?? [],
      session: peers.gone ? null : (peers.detail?.row ?? null),
      reputation: peers.detail?.reputation ?? null,
      earlier: peers.detail?.earlier ?? [],
      sessions: peers.past,
    }),
  );

  const runPanel = (target: PeerRow, action: PeerAction): void => {
    if (action !== 'dial') {
      void act(target, action);
      return;
    }
    dialing.value = true;
    void act(target, action).finally(() => (dialing.value = false));
  };

  return { tab, dialing, ended, row, timeline, runPanel };
}
