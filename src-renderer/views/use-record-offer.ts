import { computed } from 'vue';
import { shortId } from '../../shared/format.ts';
import { shortClientName } from '../model/clients.ts';
import { offeredPeer } from '../model/record-offer.ts';
import { usePeersStore } from '../stores/peers.ts';
import { useRecorderStore } from '../stores/recorder.ts';

/** The peer that the filter names, and the offer to record it while it is not recorded. @param start records these nodes */
export function useRecordOffer(start: (nodes: readonly string[]) => void) {
  const recorder = useRecorderStore();
  const peers = usePeersStore();
  const chosen = computed(() => {
    const ids = recorder.terms.flatMap((term) =>
      term.kind === 'key' && term.key === 'peer' && !term.isNegated ? term.values : [],
    );
    return ids.find((id) => /^[0-9a-f]{64}$/.test(id)) ?? null;
  });
  const peer = computed(() => (chosen.value === null ? undefined : peers.rows.get(chosen.value)));
  const nodes = computed(() => offeredPeer(peer.value?.id, recorder.status));
  /** The name of the peer that is offered; null for none. */
  const offered = computed(() => {
    if (nodes.value === null || peer.value === undefined) return null;
    const { label, name, id } = peer.value;
    return label ?? (shortClientName(name) || shortId(id));
  });

  return {
    chosen,
    offered,
    accept: () => {
      if (nodes.value !== null) start(nodes.value);
    },
  };
}
