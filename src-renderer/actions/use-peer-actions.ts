import { useRouter } from 'vue-router';
import type { PeerDetail, PeerRow } from '../../shared/model/peer.ts';
import type { PeerAction } from '../components/peers/peer-actions.ts';
import { messageOf } from '../composables/use-action.ts';
import { copyWithNotice } from '../composables/copy-text.ts';
import { showNotice } from '../composables/use-notice.ts';
import type { Translate } from '../composables/use-messages.ts';
import { inspectorLink } from '../model/filter-chips.ts';
import { formatEndpoint } from '../model/format.ts';
import { useListMembership } from './use-list-membership.ts';
import { usePeersStore } from '../stores/peers.ts';
import { useShellStore } from '../stores/shell.ts';

/** The actions whose outcome is a notice, or another view. */
export type PeerCommand = Exclude<PeerAction, 'dial'>;

/** Performs the actions of a peer's menu; an error is shown as a notice. The view asks for confirmation of `disconnect`. */
export function usePeerActions(t: Translate): (row: PeerRow, action: PeerCommand) => Promise<void> {
  const peers = usePeersStore();
  const shell = useShellStore();
  const router = useRouter();
  const lists = useListMembership(t);

  const copy = async (text: string | null | undefined, what: string): Promise<void> => {
    if (text != null) await copyWithNotice(text, what, t);
    else showNotice(t(text === null ? 'peers.noRecord' : 'copy.failed', { what }), 'bad');
  };
  const detailOf = async (row: PeerRow): Promise<PeerDetail> => {
    const known = peers.detail?.row.id === row.id ? peers.detail : await peers.fetchDetail(row.id);
    if (known === null) throw new Error(t('peers.gone'));
    return known;
  };
  const enodeOf = async (row: PeerRow): Promise<string> => (await detailOf(row)).enode;
  const disconnect = async (row: PeerRow): Promise<void> => {
    const { disconnected } = await peers.disconnect(row.id);
    showNotice(t(disconnected ? 'peers.disconnected' : 'peers.gone'));
  };
  const actions: Readonly<Record<PeerCommand, (row: PeerRow) => unknown>> = {
    disconnect,
    request: ({ id }) => shell.openComposer(id),
    log: ({ id }) => router.push({ name: 'logs', query: { text: id } }),
    makeStatic: async (row) => lists.add('static', await enodeOf(row), row.label),
    makeTrusted: async (row) => lists.add('trusted', await enodeOf(row), row.label),
    dropStatic: (row) => lists.remove('static', row.id),
    dropTrusted: (row) => lists.remove('trusted', row.id),
    ban: ({ id, label, name, ip, port, kind }) =>
      shell.openBan({ id, name: label ?? name, ip, port, isStatic: kind.static }),
    test: async (row) => router.push({ name: 'doctor', query: { node: await enodeOf(row) } }),
    trace: (row) => router.push({ name: 'why', params: { id: row.id } }),
    inspect: (row) => router.push(inspectorLink(row.id)),
    record: async (row) => {
      const enr = (await detailOf(row)).enr;
      if (enr === null) showNotice(t('peers.noRecord', { what: 'ENR' }), 'bad');
      else shell.openRecord(enr);
    },
    copyEnode: async (row) => copy(await enodeOf(row), 'enode'),
    copyEnr: async (row) => copy((await peers.fetchDetail(row.id))?.enr, 'ENR'),
    copyId: (row) => copy(row.id, t('common.nodeId')),
    copyAddress: (row) => copy(formatEndpoint(row.ip, row.port), t('column.address')),
  };

  return async (row, action) => {
    try {
      await actions[action](row);
    } catch (error) {
      showNotice(messageOf(error), 'bad');
    }
  };
}
