import { computed, type ComputedRef } from 'vue';
import { useRouter, type Router } from 'vue-router';
import type { PaletteItem } from '../components/shell/palette-search.ts';
import { focusFilter } from '../composables/focus-filter.ts';
import { useAction } from '../composables/use-action.ts';
import { copyWithNotice } from '../composables/copy-text.ts';
import { saveFile } from '../composables/save-file.ts';
import { showNotice } from '../composables/use-notice.ts';
import type { Translate } from '../composables/use-messages.ts';
import { shortId } from '../../shared/format.ts';
import { THEMES } from '../../shared/model/theme.ts';
import { shownFacts } from '../model/shown-facts.ts';
import { formatEndpoint, visibleText } from '../model/format.ts';
import { VIEW_GROUPS, VIEW_KEYS } from '../navigation.ts';
import { useConnectionStore } from '../stores/connection.ts';
import { useDiscoveryStore } from '../stores/discovery.ts';
import { useNodeStore } from '../stores/node.ts';
import { useNodesStore } from '../stores/nodes.ts';
import { usePeersStore } from '../stores/peers.ts';
import { usePreferencesStore } from '../stores/preferences.ts';
import { useSettingsStore } from '../stores/settings.ts';
import { useShellStore } from '../stores/shell.ts';

/** The commands of the palette. */
export interface Commands {
  readonly items: ComputedRef<readonly PaletteItem[]>;
  run(id: string): void;
}

interface Command extends PaletteItem {
  readonly act: () => void;
}

/** The parts of the window that commands use. */
interface CommandContext {
  readonly t: Translate;
  readonly router: Router;
  readonly node: ReturnType<typeof useNodeStore>;
  readonly nodes: ReturnType<typeof useNodesStore>;
  readonly settings: ReturnType<typeof useSettingsStore>;
  readonly discovery: ReturnType<typeof useDiscoveryStore>;
  readonly preferences: ReturnType<typeof usePreferencesStore>;
  readonly shell: ReturnType<typeof useShellStore>;
  /** Runs a request; shows an error as a notice. */
  attempt(task: () => Promise<unknown>): void;
}

/** A command that acts, as opposed to those that open a view. */
function command(id: string, title: string, act: () => void, more: Partial<PaletteItem> = {}): Command {
  return { id, group: 'do', title, act, ...more };
}

function viewCommands({ t, router }: CommandContext): readonly Command[] {
  return VIEW_GROUPS.flat().map((name) => ({
    id: `go.${name}`,
    group: 'go',
    title: t(`view.${name}`),
    keys: `g ${VIEW_KEYS[name]}`,
    act: () => void router.push({ name }),
  }));
}

function nodeCommands({ t, router, node, discovery, shell, attempt }: CommandContext): readonly Command[] {
  const shown = () => (node.status === null ? null : shownFacts(node.status));
  const copy = (text: string | null | undefined, what: string): void => {
    if (text == null) showNotice(t('command.noAddress'), 'bad');
    else void copyWithNotice(text, what, t);
  };
  const lookUp = (): void => {
    const protocol = router.currentRoute.value.params['tab'] === 'v5' ? 'v5' : 'v4';
    void router.push({ name: 'discovery', params: { tab: protocol } });
    attempt(() => discovery.feedsOf(protocol).runLookup(null));
  };
  return [
    command('node.add', t('nodes.addNode'), () => shell.addNode(), { keys: 'a', words: 'static peer dial' }),
    command('copy.enode', t('command.copyEnode'), () => copy(shown()?.enode, 'enode')),
    command('copy.enr', t('command.copyEnr'), () => copy(shown()?.enr, 'ENR'), {
      words: 'record',
    }),
    command('lookup', t('command.lookup'), lookUp, { words: 'discovery find' }),
    ...(['v5', 'dns', 'crawl'] as const).map((tab) =>
      command(
        `discovery.${tab}`,
        t(`command.${tab}`),
        () => void router.push({ name: 'discovery', params: { tab } }),
        { words: 'find nodes' },
      ),
    ),
    command('record', t('command.record'), () => shell.openRecord(null), { words: 'enr decode entries' }),
    command('talk', t('command.talk'), () => shell.openTalk(null), { words: 'talkreq discv5 protocol' }),
    command('trace', t('command.trace'), () => void router.push({ name: 'why' }).then(focusFilter), {
      words: 'trace enode reason dial',
    }),
    command('sessions', t('command.sessions'), () => void router.push({ name: 'sessions' }), {
      words: 'history ended earlier',
    }),
    command('known', t('command.known'), () => void router.push({ name: 'known' }), {
      words: 'browser database table enr enode nodes.json',
    }),
    command('bans', t('command.bans'), () => void router.push({ name: 'bans' }), { words: 'unban blocked' }),
    command('identity', t('identity.open'), () => void router.push({ name: 'identity' }), {
      words: 'node id nodekey private key export import rotate backup keystore qr',
    }),
    command('ban', t('command.ban'), () => shell.openBan(null), { words: 'block ip cidr' }),
    command('toml', t('command.importToml'), () => shell.openSettingsImport(), { words: 'geth config' }),
    command('node.start', t('node.start'), () => attempt(() => node.start())),
    command('node.stop', t('node.stop'), () => attempt(() => node.stop())),
    command('node.restart', t('command.restart'), () => attempt(() => node.restart())),
  ];
}

/** Commands that the menu of the desktop application has too. */
function windowCommands({ t, nodes, settings, shell, attempt }: CommandContext): readonly Command[] {
  const save = (read: () => Promise<{ readonly fileName: string; readonly text: string }>): void =>
    attempt(async () => {
      const { fileName, text } = await read();
      saveFile(fileName, text);
    });
  const exportStatic = (): void => save(() => nodes.exportText('static', 'static-nodes.json'));
  const words = 'save file download';
  return [
    command('export.static', t('command.exportStatic'), exportStatic, { words }),
    command('export.toml', t('command.exportToml'), () => save(() => settings.exportText()), { words }),
    command('filter', t('command.filter'), focusFilter, { keys: '/' }),
    command('keys', t('keys.title'), () => (shell.shortcutMap = true), { keys: '?' }),
    command('about', t('about.title'), () => (shell.about = true), { words: 'version licence fuses' }),
  ];
}

/** Commands that only the desktop application has. */
function desktopCommands({ t, shell }: CommandContext): readonly Command[] {
  return [
    command('problem', t('problem.title'), () => (shell.problem = true), {
      words: 'diagnostic bundle bug report log zip',
    }),
  ];
}

function inspectorCommands({ t, router }: CommandContext): readonly Command[] {
  const broken = { name: 'inspector', query: { filter: 'err' } };
  return [
    {
      id: 'inspector.broken',
      group: 'do',
      title: t('command.broken'),
      words: 'malformed message decode fault',
      act: () => void router.push(broken),
    },
  ];
}

function doctorCommands({ t, router }: CommandContext): readonly Command[] {
  return [
    {
      ...{ id: 'doctor', group: 'do', title: t('command.doctor'), words: 'doctor ping enode enr' },
      act: () => void router.push({ name: 'doctor' }).then(focusFilter),
    },
    {
      ...{
        id: 'doctor.own',
        group: 'do',
        title: t('command.ownNode'),
        words: 'doctor port reachable nat firewall',
      },
      act: () => void router.push({ name: 'doctor', params: { tab: 'own' } }),
    },
  ];
}

function themeCommands({ t, preferences }: CommandContext): readonly Command[] {
  return THEMES.map((theme) => ({
    id: `theme.${theme}`,
    group: 'do',
    title: t(`command.${theme}`),
    words: 'theme',
    act: () => (preferences.theme = theme),
  }));
}

/** Called once, in the setup function of App.vue. */
export function useCommands(t: Translate): Commands {
  const { run } = useAction();
  const peers = usePeersStore();
  const context: CommandContext = {
    t,
    router: useRouter(),
    node: useNodeStore(),
    nodes: useNodesStore(),
    settings: useSettingsStore(),
    discovery: useDiscoveryStore(),
    preferences: usePreferencesStore(),
    shell: useShellStore(),
    attempt: (task) => void run(task),
  };
  const fixed = [
    ...viewCommands(context),
    ...nodeCommands(context),
    ...inspectorCommands(context),
    ...doctorCommands(context),
    ...windowCommands(context),
    ...(useConnectionStore().kind === 'desktop' ? desktopCommands(context) : []),
    ...themeCommands(context),
  ];

  const items = computed<readonly PaletteItem[]>(() => {
    if (!context.shell.palette) return [];
    const running = context.node.status?.phase === 'running';
    const usable = fixed.filter(({ id }) =>
      id === 'node.start' ? !running : id === 'node.stop' || id === 'node.restart' ? running : true,
    );
    const found = peers.list.map((row): PaletteItem => ({
      id: `peer.${row.id}`,
      group: 'peers',
      title: row.label ?? visibleText(row.name),
      hint: `${formatEndpoint(row.ip, row.port)}  ${shortId(row.id, 8, 8)}`,
      words: row.id,
    }));
    return [...usable, ...found];
  });

  return {
    items,
    run(id) {
      if (id.startsWith('peer.')) {
        void context.router.push({ name: 'peers', params: { id: id.slice('peer.'.length) } });
      } else if (id === 'palette') context.shell.palette = true;
      else fixed.find((command) => command.id === id)?.act();
    },
  };
}
