import type { MenuItemConstructorOptions } from 'electron';
import type { DesktopPlace, MenuCommand } from '../../shared/model/desktop.ts';
import type { RestartTarget } from '../api/desktop-control.ts';
import { NO_ACTIONS, type NodeAction } from './node-actions.ts';

/** Pages of the web that the menu opens in the browser; their hosts are among those of security.ts. */
export const HELP_PAGES = {
  specifications: 'https://github.com/ethereum/devp2p',
  layer: 'https://ethereum.org/en/developers/docs/networking-layer/',
  records: 'https://eips.ethereum.org/EIPS/eip-778',
} as const;
/** One of HELP_PAGES. */
export type HelpPage = keyof typeof HELP_PAGES;

/** What the menu shows. */
export interface MenuState {
  readonly platform: NodeJS.Platform;
  /** Whether this run is on the demo network. */
  readonly demo: boolean;
  /** Whether the program runs from a working copy. */
  readonly development: boolean;
}

/** What the menu does. */
export interface MenuActions {
  /** Lets the user choose a file, and opens it. */
  readonly openFile: () => void;
  /** Runs a command of the window's palette. */
  readonly run: (command: MenuCommand) => void;
  readonly goTo: (place: DesktopPlace) => void;
  /** Shows the diagnostic bundle in the page, or saves it where there is no page. */
  readonly reportProblem: () => void;
  readonly zoom: (step: 'in' | 'out' | 'reset') => void;
  readonly restart: (target: RestartTarget) => void;
  readonly openFolder: (folder: 'data' | 'logs') => void;
  readonly openPage: (page: HelpPage) => void;
  /** Opens the documentation of Enodeck. */
  readonly openDocs: () => void;
}

/** The views in the order of the sidebar: Ctrl or Command with its number opens one. */
const VIEWS: readonly (readonly [string, DesktopPlace])[] = [
  ['Overview', { view: 'overview' }],
  ['Peers', { view: 'peers', id: null }],
  ['Why No Peer?', { view: 'why', id: null }],
  ['Doctor', { view: 'doctor', tab: 'node' }],
  ['Discovery', { view: 'discovery', tab: null }],
  ['Inspector', { view: 'inspector' }],
  ['Nodes', { view: 'nodes', list: null }],
  ['Logs', { view: 'logs' }],
];

const SEPARATOR: MenuItemConstructorOptions = { type: 'separator' };

/** How the IDs of the items begin that the page carries out. */
const IN_PAGE = 'page.';

/** Whether the page carries out an item of the menu, by its ID. */
export const isInPage = (id: string): boolean => id.startsWith(IN_PAGE);

const inPage = (
  label: string,
  click: () => void,
  more: Pick<MenuItemConstructorOptions, 'accelerator' | 'registerAccelerator'> = {},
): MenuItemConstructorOptions => ({ id: `${IN_PAGE}${label}`, label, click, ...more });

/** The application's menu. Electron's roles have their texts and accelerators from the system. */
export function menuTemplate(state: MenuState, actions: MenuActions): MenuItemConstructorOptions[] {
  const isMac = state.platform === 'darwin';
  return [
    ...(isMac ? [appMenu(actions)] : []),
    fileMenu(isMac, actions),
    editMenu(actions),
    viewMenu(state, actions),
    nodeMenu(state, actions),
    ...(isMac ? [{ role: 'windowMenu' } as const] : []),
    helpMenu(isMac, actions),
  ];
}

/** The first menu of macOS; there About, Settings and Quit have their places. */
function appMenu({ run, goTo }: MenuActions): MenuItemConstructorOptions {
  return {
    label: 'Enodeck',
    submenu: [
      inPage('About Enodeck', () => run('about')),
      SEPARATOR,
      inPage('Settings…', () => goTo({ view: 'settings', key: null }), { accelerator: 'Command+,' }),
      SEPARATOR,
      { role: 'services' },
      SEPARATOR,
      { role: 'hide' },
      { role: 'hideOthers' },
      { role: 'unhide' },
      SEPARATOR,
      { role: 'quit' },
    ],
  };
}

function fileMenu(isMac: boolean, actions: MenuActions): MenuItemConstructorOptions {
  const { run, openFile, openFolder } = actions;
  return {
    label: 'File',
    submenu: [
      inPage('Open File…', () => openFile(), { accelerator: 'CommandOrControl+O' }),
      SEPARATOR,
      inPage('Import geth’s TOML…', () => run('toml')),
      inPage('Export Static Nodes', () => run('export.static')),
      inPage('Export Settings and Lists as geth’s TOML', () => run('export.toml')),
      SEPARATOR,
      { label: 'Open Data Folder', click: () => openFolder('data') },
      ...(isMac ? [{ role: 'close' } as const] : [SEPARATOR, { role: 'quit' } as const]),
    ],
  };
}

function editMenu({ run }: MenuActions): MenuItemConstructorOptions {
  return {
    label: 'Edit',
    submenu: [
      { role: 'undo' },
      { role: 'redo' },
      SEPARATOR,
      { role: 'cut' },
      { role: 'copy' },
      { role: 'paste' },
      { role: 'selectAll' },
      SEPARATOR,
      inPage('Filter', () => run('filter'), { accelerator: 'CommandOrControl+F' }),
      inPage('Search or Run a Command…', () => run('palette'), {
        accelerator: 'CommandOrControl+K',
        // The page has this key itself: there it also closes the palette.
        registerAccelerator: false,
      }),
    ],
  };
}

function viewMenu({ platform, development }: MenuState, actions: MenuActions): MenuItemConstructorOptions {
  const { goTo, run, zoom } = actions;
  const settings = inPage('Settings', () => goTo({ view: 'settings', key: null }), {
    accelerator: 'Control+,',
  });
  const themes = (['system', 'light', 'dark'] as const).map((theme) =>
    inPage({ system: 'As the System', light: 'Light', dark: 'Dark' }[theme], () => run(`theme.${theme}`)),
  );
  return {
    label: 'View',
    submenu: [
      ...VIEWS.map(([label, place], at) =>
        inPage(label, () => goTo(place), { accelerator: `CommandOrControl+${String(at + 1)}` }),
      ),
      ...(platform === 'darwin' ? [] : [settings]),
      SEPARATOR,
      { label: 'Theme', submenu: themes },
      SEPARATOR,
      { label: 'Actual Size', accelerator: 'CommandOrControl+0', click: () => zoom('reset') },
      { label: 'Zoom In', accelerator: 'CommandOrControl+Plus', click: () => zoom('in') },
      // Plus without Shift, on keyboards where it is the key of the equals sign.
      { ...HIDDEN, label: 'Zoom In', accelerator: 'CommandOrControl+=', click: () => zoom('in') },
      { label: 'Zoom Out', accelerator: 'CommandOrControl+-', click: () => zoom('out') },
      SEPARATOR,
      { role: 'togglefullscreen' },
      ...(development ? [SEPARATOR, { role: 'reload' } as const, { role: 'toggleDevTools' } as const] : []),
    ],
  };
}

const HIDDEN = { visible: false, acceleratorWorksWhenHidden: true } as const;

/** The ID of the menu item of an action. */
export const nodeItemId = (action: NodeAction): `node.${NodeAction}` => `node.${action}`;

function nodeMenu({ demo }: MenuState, { run, goTo, restart }: MenuActions): MenuItemConstructorOptions {
  const nodeItem = (action: NodeAction, label: string): MenuItemConstructorOptions => ({
    ...{ id: nodeItemId(action), label, enabled: NO_ACTIONS[action] },
    click: () => run(nodeItemId(action)),
  });
  return {
    label: 'Node',
    submenu: [
      nodeItem('start', 'Start'),
      nodeItem('stop', 'Stop'),
      nodeItem('restart', 'Restart'),
      SEPARATOR,
      inPage('Add Node…', () => run('node.add'), { accelerator: 'CommandOrControl+N' }),
      inPage('Dial a Known Node…', () => goTo({ view: 'known', id: null })),
      inPage('Test a Node…', () => goTo({ view: 'doctor', tab: 'node' })),
      inPage('Test Our Own Port', () => goTo({ view: 'doctor', tab: 'own' })),
      SEPARATOR,
      inPage('Identity…', () => goTo({ view: 'identity' })),
      inPage('Copy Our Enode URL', () => run('copy.enode')),
      inPage('Copy Our ENR', () => run('copy.enr')),
      SEPARATOR,
      demo
        ? { label: 'Leave the Demo Network', click: () => restart('own') }
        : { label: 'Start the Demo Network', click: () => restart('demo') },
    ],
  };
}

function helpMenu(isMac: boolean, actions: MenuActions): MenuItemConstructorOptions {
  const { run, reportProblem, openFolder, openPage, openDocs } = actions;
  return {
    role: 'help',
    label: 'Help',
    submenu: [
      { label: 'Documentation', accelerator: 'F1', click: () => openDocs() },
      inPage('Keyboard Shortcuts', () => run('keys')),
      SEPARATOR,
      { label: 'devp2p Specifications', click: () => openPage('specifications') },
      { label: 'Ethereum’s Networking Layer', click: () => openPage('layer') },
      { label: 'Node Records (EIP-778)', click: () => openPage('records') },
      SEPARATOR,
      { label: 'Open Data Folder', click: () => openFolder('data') },
      { label: 'Open Log Folder', click: () => openFolder('logs') },
      { label: 'Report a Problem…', click: () => reportProblem() },
      ...(isMac ? [] : [SEPARATOR, inPage('About Enodeck', () => run('about'))]),
    ],
  };
}
