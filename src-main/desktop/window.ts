import { join } from 'node:path';
import { BrowserWindow, screen, type Rectangle } from 'electron';
import { PAGE_URL } from './page-protocol.ts';
import { isReachable, readWindowState, writeWindowState } from './window-state.ts';

/** Size of the first window; below the least, the page would hide more than it shows. */
const DEFAULT_SIZE = { width: 1_280, height: 840 } as const;
const LEAST_SIZE = { minWidth: 560, minHeight: 420 } as const;
/** The page's dark context, shown until its first paint. */
const BACKGROUND = { dark: '#0e1116', light: '#f6f7f9' } as const;

/** Where the window finds what it shows and keeps. */
export interface WindowPlaces {
  readonly preload: string;
  readonly icon: string | undefined;
  readonly stateFolder: string;
}

/** Opens the application's window, hardened: an isolated, sandboxed page without Node. */
export function openWindow(places: WindowPlaces, dark: boolean): BrowserWindow {
  const state = readWindowState(stateFileOf(places));
  const window = new BrowserWindow({
    ...DEFAULT_SIZE,
    ...LEAST_SIZE,
    ...positionOf(state),
    show: false,
    title: 'Enodeck',
    backgroundColor: dark ? BACKGROUND.dark : BACKGROUND.light,
    ...(places.icon === undefined ? {} : { icon: places.icon }),
    webPreferences: {
      preload: places.preload,
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
    rememberWindow(window, places);
  });
  window.loadURL(PAGE_URL).catch(() => {
    // The page says itself what is missing; a window closed while loading rejects too.
  });
  return window;
}

/** Keeps where the window stands for the next start. */
export function rememberWindow(window: BrowserWindow, places: Pick<WindowPlaces, 'stateFolder'>): void {
  writeWindowState(stateFileOf(places), { ...window.getNormalBounds(), maximized: window.isMaximized() });
}

const stateFileOf = ({ stateFolder }: Pick<WindowPlaces, 'stateFolder'>): string =>
  join(stateFolder, 'window.json');

function positionOf(state: Rectangle | undefined): Partial<Rectangle> {
  if (state === undefined) return {};
  const { x, y, width, height } = state;
  const displays = screen.getAllDisplays().map((display) => display.workArea);
  return isReachable(state, displays) ? { x, y, width, height } : { width, height };
}

/** Brings the window to the front, from wherever it is. */
export function focusWindow(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}
