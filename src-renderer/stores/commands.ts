import { computed, type ComputedRef } from 'vue';
import { useRouter } from 'vue-router';
import type { PaletteItem } from '../components/shell/palette-search.ts';
import { useAction } from '../composables/use-action.ts';
import { copyText, say } from '../composables/use-copy.ts';
import type { Words } from '../composables/use-words.ts';
import { shortId } from '../../shared/format.ts';
import { formatEndpoint, visibleText } from '../model/format.ts';
import { VIEW_GROUPS, VIEW_KEYS } from '../navigation.ts';
import { useDiscoveryStore } from './discovery.ts';
import { useNodeStore } from './node.ts';
import { usePeersStore } from './peers.ts';
import { usePreferencesStore } from './preferences.ts';
import { useShellStore } from './shell.ts';

/** The commands of the palette and what each does. */
export interface Commands {
  readonly items: ComputedRef<readonly PaletteItem[]>;
  run(id: string): void;
}

interface Command extends PaletteItem {
  readonly act: () => void;
}

/** Called once, in App.vue's setup. */
export function useCommands(t: Words): Commands {
  const router = useRouter();
  const node = useNodeStore();
  const peers = usePeersStore();
  const discovery = useDiscoveryStore();
  const preferences = usePreferencesStore();
  const shell = useShellStore();
  const { run: attempt } = useAction();

  const copy = (text: string | undefined, what: string): void => {
    if (text === undefined) return;
    void copyText(text).then((done) =>
      say(t(done ? 'copy.done' : 'copy.failed', { what }), done ? 'good' : 'bad'),
    );
  };
  const lookUp = (): void => {
    void router.push({ name: 'discovery' });
    void attempt(() => discovery.runLookup(null));
  };

  const fixed: readonly Command[] = [
    ...VIEW_GROUPS.flat().map((name): Command => ({
      id: `go.${name}`,
      group: 'go',
      title: t(`view.${name}`),
      keys: `g ${VIEW_KEYS[name]}`,
      act: () => void router.push({ name }),
    })),
    {
      id: 'node.add',
      group: 'do',
      title: t('nodes.addNode'),
      keys: 'a',
      words: 'static peer dial',
      act: () => shell.addNode(),
    },
    {
      id: 'copy.enode',
      group: 'do',
      title: t('command.copyEnode'),
      act: () => copy(node.status?.identity.enode, 'enode'),
    },
    {
      id: 'copy.enr',
      group: 'do',
      title: t('command.copyEnr'),
      words: 'record',
      act: () => copy(node.status?.identity.enr, 'ENR'),
    },
    { id: 'lookup', group: 'do', title: t('command.lookup'), words: 'discovery find', act: lookUp },
    {
      id: 'theme.dark',
      group: 'do',
      title: t('command.dark'),
      words: 'theme',
      act: () => (preferences.theme = 'dark'),
    },
    {
      id: 'theme.light',
      group: 'do',
      title: t('command.light'),
      words: 'theme',
      act: () => (preferences.theme = 'light'),
    },
    {
      id: 'theme.system',
      group: 'do',
      title: t('command.system'),
      words: 'theme',
      act: () => (preferences.theme = 'system'),
    },
    { id: 'node.start', group: 'do', title: t('node.start'), act: () => void attempt(() => node.start()) },
    { id: 'node.stop', group: 'do', title: t('node.stop'), act: () => void attempt(() => node.stop()) },
    { id: 'keys', group: 'do', title: t('keys.title'), keys: '?', act: () => (shell.shortcutMap = true) },
  ];

  const items = computed<readonly PaletteItem[]>(() => {
    if (!shell.palette) return [];
    const running = node.status?.phase === 'running';
    const usable = fixed.filter(({ id }) =>
      id === 'node.start' ? !running : id === 'node.stop' ? running : true,
    );
    const found = peers.list.map((row): PaletteItem => ({
      id: `peer.${row.id}`,
      group: 'peers',
      title: row.label ?? visibleText(row.name),
      hint: `${formatEndpoint(row.ip, row.port)}  ${shortId(row.id)}`,
      words: row.id,
    }));
    return [...usable, ...found];
  });

  return {
    items,
    run(id) {
      if (id.startsWith('peer.'))
        void router.push({ name: 'peers', params: { id: id.slice('peer.'.length) } });
      else fixed.find((command) => command.id === id)?.act();
    },
  };
}
