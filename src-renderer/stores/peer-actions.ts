import { useRouter } from 'vue-router';
import type { PeerRow } from '../../shared/model/peer.ts';
import { copyText, say } from '../composables/use-copy.ts';
import { messageOf, useAction } from '../composables/use-action.ts';
import type { Words } from '../composables/use-words.ts';
import { formatEndpoint } from '../model/format.ts';
import { useNodesStore } from './nodes.ts';
import { usePeersStore } from './peers.ts';
import { useShellStore } from './shell.ts';
import type { PeerAction } from '../components/peers/peer-actions.ts';

/** Does what a peer's menu asks; what went wrong is said in a notice. Disconnecting is asked about by the view first. */
export function usePeerActions(t: Words): (row: PeerRow, action: PeerAction) => Promise<void> {
  const peers = usePeersStore();
  const nodes = useNodesStore();
  const shell = useShellStore();
  const router = useRouter();
  const { run } = useAction();

  const copy = async (text: string | null | undefined, what: string): Promise<void> => {
    const done = text != null && (await copyText(text));
    say(
      t(done ? 'copy.done' : text === null ? 'peers.noRecord' : 'copy.failed', { what }),
      done ? 'good' : 'bad',
    );
  };
  const enodeOf = async (row: PeerRow): Promise<string> => {
    const known = peers.detail?.row.id === row.id ? peers.detail : await peers.fetchDetail(row.id);
    if (known === null) throw new Error(t('peers.gone'));
    return known.enode;
  };
  const list = async (row: PeerRow, name: 'static' | 'trusted'): Promise<void> => {
    await nodes.add({ list: name, text: await enodeOf(row), label: row.label });
    say(t(name === 'static' ? 'peers.nowStatic' : 'peers.nowTrusted'));
  };

  const unlist = async (row: PeerRow, name: 'static' | 'trusted'): Promise<void> => {
    const entry = nodes.lists?.[name].find(({ id }) => id === row.id);
    const { removed } = await nodes.remove(name, row.id);
    if (!removed) return say(t('peers.notListed'), 'bad');
    const again = (): void => {
      if (entry !== undefined)
        void run(() => nodes.add({ list: name, text: entry.text, label: entry.label }));
    };
    const words = t(name === 'static' ? 'peers.noLongerStatic' : 'peers.noLongerTrusted');
    say(words, 'good', entry === undefined ? null : { text: t('peers.undo'), run: again });
  };

  const act = async (row: PeerRow, action: PeerAction): Promise<void> => {
    switch (action) {
      case 'makeStatic':
        return list(row, 'static');
      case 'makeTrusted':
        return list(row, 'trusted');
      case 'dropStatic':
        return unlist(row, 'static');
      case 'dropTrusted':
        return unlist(row, 'trusted');
      case 'ban':
        return shell.openBan({
          id: row.id,
          name: row.label ?? row.name,
          ip: row.ip,
          port: row.port,
          isStatic: row.kind.static,
        });
      case 'trace':
        return void router.push({ name: 'why', params: { id: row.id } });
      case 'copyEnode':
        return copy(await enodeOf(row), 'enode');
      case 'copyEnr':
        return copy((await peers.fetchDetail(row.id))?.enr, 'ENR');
      case 'copyId':
        return copy(row.id, t('common.nodeId'));
      case 'copyAddress':
        return copy(formatEndpoint(row.ip, row.port), t('column.address'));
      case 'disconnect': {
        const { disconnected } = await peers.disconnect(row.id);
        say(t(disconnected ? 'peers.disconnected' : 'peers.gone'));
      }
    }
  };

  return async (row, action) => {
    try {
      await act(row, action);
    } catch (error) {
      say(messageOf(error), 'bad');
    }
  };
}
