import { shallowRef, watch } from 'vue';
import type { PeerDetail } from '../../shared/model/peer.ts';
import type { SessionRecord } from '../../shared/model/session.ts';
import { request, subscribe } from '../api.ts';
import { usePageVisible } from '../composables/use-page-visible.ts';

/** Past sessions of the node in the panel. */
const PAST_SESSIONS = 20;

/** The peer in the panel: its session's figures while a page shows them, and its past sessions. */
export function createSelectedPeer() {
  const detail = shallowRef<PeerDetail | null>(null);
  /** The ID of the peer in the panel. When its session ends, the last detail stays and `gone` is true. */
  const selected = shallowRef<string | null>(null);
  const gone = shallowRef(false);
  /** Past sessions of the selected node, newest first. BOUNDED: PAST_SESSIONS. */
  const past = shallowRef<readonly SessionRecord[]>([]);
  let endDetail = (): void => undefined;

  const loadPast = async (id: string): Promise<void> => {
    try {
      const { records } = await request('sessions.list', {
        ...{ before: null, limit: PAST_SESSIONS, text: '' },
        node: id,
      });
      if (selected.value === id) past.value = records;
    } catch {
      // The panel says that the session has ended; without the history it cannot say how.
    }
  };

  const visible = usePageVisible();
  const listen = (id: string | null, shown: boolean): void => {
    endDetail();
    endDetail = () => undefined;
    if (id === null || !shown) return;
    endDetail = subscribe('peer', { id }, ({ data }) => {
      if (selected.value !== id) return;
      // A node without a session when it was selected has its history already.
      const isEnd = data === null && !gone.value && detail.value !== null;
      gone.value = data === null;
      if (data !== null) detail.value = data;
      if (isEnd) void loadPast(id);
    });
  };
  // Synchronous: a hidden page gets no frame in which a queued watcher would run.
  watch([selected, visible], ([id, shown]) => listen(id, shown), { flush: 'sync' });

  const select = (id: string | null): void => {
    if (id === selected.value) return;
    detail.value = null;
    past.value = [];
    gone.value = false;
    selected.value = id;
    if (id !== null) void loadPast(id);
  };

  return { detail, selected, gone, past, select };
}
