import { computed, ref } from 'vue';
import { useRouter } from 'vue-router';
import type { PeerRow } from '../../shared/model/peer.ts';
import type { SessionRecord } from '../../shared/model/session.ts';
import { useDial } from '../actions/use-dial.ts';
import type { NodeActions } from '../actions/use-node-actions.ts';
import { PEER_TABS, type PeerTab } from '../components/peers/peer-tabs.ts';
import { useShortcuts } from '../composables/use-shortcuts.ts';
import type { NodeAction } from '../model/node-menu.ts';
import { subjectOfPeer } from '../model/node-subject.ts';
import type { MessageFigure } from '../model/peer-messages.ts';
import { timelineOf } from '../model/peer-timeline.ts';
import { rowOfSession } from '../model/session-list.ts';
import { useEventsStore } from '../stores/events.ts';
import { usePeersStore } from '../stores/peers.ts';
import { useRecorderStore } from '../stores/recorder.ts';
import { usePreferencesStore } from '../stores/preferences.ts';

/** The tab stays when another peer is opened. */
const tab = ref<PeerTab>('facts');

/** The figure of the messages stays too. */
const figure = ref<MessageFigure>('count');

/**
 * What the panel of the selected peer shows. Called in a setup function.
 * @param act performs an action
 * @param session the past session that is shown; null for the running one
 */
export function usePeerPanel(act: NodeActions, session: () => SessionRecord | null = () => null) {
  const peers = usePeersStore();
  const events = useEventsStore();
  const recorder = useRecorderStore();
  const preferences = usePreferencesStore();
  events.subscribeEvents();
  const { answer, dial } = useDial();

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
  const timeline = computed(() => {
    const past = session();
    return timelineOf({
      id: peers.selected ?? '',
      events: events.events ?? [],
      session: peers.gone ? null : (peers.detail?.row ?? null),
      reputation: peers.detail?.reputation ?? null,
      earlier: peers.detail?.earlier ?? [],
      sessions: past === null ? peers.past : [past],
      within: past,
    });
  });

  const recorded = computed(() => {
    const { status } = recorder;
    if (status?.isRecording !== true || peers.selected === null) return false;
    return status.scope.nodes?.includes(peers.selected) !== false;
  });

  const router = useRouter();
  const runPanel = (target: PeerRow, action: NodeAction | 'log'): void => {
    if (action === 'dial') void dial(target.id);
    else if (action === 'log') void router.push({ name: 'logs', query: { text: target.id } });
    else void act([subjectOfPeer(target, peers.rows.has(target.id))], action);
  };

  return { tab, figure, answer, recorded, ended, row, timeline, runPanel };
}
