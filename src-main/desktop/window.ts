import { join } from 'node:path';
import { BrowserWindow, screen, type Rectangle } from 'electron';
import { PAGE_URL } from './page-protocol.ts';
import { isReachable, readWindowState, writeWindowState } from './window-state.ts';

/** Default and minimum size of the window, pixels. */
const DEFAULT_SIZE = { width: 1_280, height: 840 } as const;
const MINIMUM_SIZE = { minWidth: 560, minHeight: 420 } as const;
/** Background colours until the first paint of the page. */
const BACKGROUND = { dark: '#0e1116', light: '#f6f7f9' } as const;

/** Paths of the window's files. */
export interface WindowPaths {
  readonly preload: string;
  /** The icon on Linux and Windows; macOS takes that of the application. */
  readonly icon: string;
  readonly stateFolder: string;
}

/** Opens the application's window with an isolated, sandboxed page without Node. */
export function openWindow(paths: WindowPaths, dark: boolean): BrowserWindow {
  const state = readWindowState(stateFileOf(paths));
  const window = new BrowserWindow({
    ...DEFAULT_SIZE,
    ...MINIMUM_SIZE,
    ...positionOf(state),
    show: false,
    title: 'Enodeck',
    backgroundColor: dark ? BACKGROUND.dark : BACKGROUND.light,
    icon: paths.icon,
    webPreferences: {
      preload: paths.preload,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
    },
  });
  if (state?.maximized === true) window.maximize();
  window.once('ready-to-show', () => {
    window.show();
  });
  window.on('close', () => {
    rememberWindow(window, paths);
  });
  window.loadURL(PAGE_URL).catch(() => {
    // The page reports its own errors; a window that is closed while loading also rejects.
  });
  return window;
}

/** Saves the position of the window for the next start. */
export function rememberWindow(window: BrowserWindow, paths: Pick<WindowPaths, 'stateFolder'>): void {
  writeWindowState(stateFileOf(paths), { ...window.getNormalBounds(), maximized: window.isMaximized() });
}

const stateFileOf = ({ stateFolder }: Pick<WindowPaths, 'stateFolder'>): string =>
  join(stateFolder, 'window.json');

function positionOf(state: Rectangle | undefined): Partial<Rectangle> {
  if (state === undefined) return {};
  const { x, y, width, height } = state;
  const displays = screen.getAllDisplays().map((display) => display.workArea);
  return isReachable(state, displays) ? { x, y, width, height } : { width, height };
}

/** Shows the window and brings it to the front. */
export function focusWindow(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}
