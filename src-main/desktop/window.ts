import { join } from 'node:path';
import { BrowserWindow, screen, type Rectangle } from 'electron';
import { PAGE_URL } from './page-protocol.ts';
import { PAGE_PREFERENCES } from './security.ts';
import {
  centred,
  isReachable,
  placeFor,
  readWindowMemory,
  withPlace,
  writeWindowMemory,
} from './window-state.ts';
import { zoomByWheel, zoomFactor } from './zoom.ts';

/** Default and minimum size of the window, pixels. */
const DEFAULT_SIZE = { width: 1_280, height: 840 } as const;
const MINIMUM_SIZE = { minWidth: 560, minHeight: 420 } as const;
/** Background colours of a window until the first paint of the page. */
export const BACKGROUND = { dark: '#0e1116', light: '#f6f7f9' } as const;

/** Paths of the window's files. */
export interface WindowPaths {
  readonly preload: string;
  /** The icon on Linux and Windows; macOS takes that of the application. */
  readonly icon: string;
  readonly stateFolder: string;
}

/** Opens the application's window with an isolated, sandboxed page without Node. */
export function openWindow(paths: WindowPaths, dark: boolean): BrowserWindow {
  const memory = readWindowMemory(memoryFileOf(paths));
  const displays = screen.getAllDisplays();
  const place = placeFor(memory, displays);
  const window = new BrowserWindow({
    ...MINIMUM_SIZE,
    ...(place === undefined ? sizeOf(memory.places[0]?.place) : boundsOf(place)),
    show: false,
    title: 'Enodeck',
    backgroundColor: dark ? BACKGROUND.dark : BACKGROUND.light,
    icon: paths.icon,
    webPreferences: { ...PAGE_PREFERENCES, preload: paths.preload, zoomFactor: memory.zoom },
  });
  if (place?.maximized === true) window.maximize();
  if (place?.fullscreen === true) window.setFullScreen(true);
  zoomByWheel(window.webContents);
  followDisplays(window);
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

/** Saves place and zoom of the window for the next start with the same displays. */
export function rememberWindow(window: BrowserWindow, paths: Pick<WindowPaths, 'stateFolder'>): void {
  const file = memoryFileOf(paths);
  const place = {
    ...window.getNormalBounds(),
    maximized: window.isMaximized(),
    fullscreen: window.isFullScreen(),
  };
  const memory = withPlace(readWindowMemory(file), screen.getAllDisplays(), place);
  writeWindowMemory(file, { ...memory, zoom: zoomFactor(window.webContents.getZoomFactor()) });
}

/** Moves the window to a display that is still there when its own is removed or has become smaller. */
function followDisplays(window: BrowserWindow): void {
  const reach = (): void => {
    const areas = screen.getAllDisplays().map(({ workArea }) => workArea);
    const bounds = window.getBounds();
    if (!isReachable(bounds, areas)) window.setBounds(centred(bounds, screen.getPrimaryDisplay().workArea));
  };
  screen.on('display-removed', reach);
  screen.on('display-metrics-changed', reach);
  window.once('closed', () => {
    screen.off('display-removed', reach);
    screen.off('display-metrics-changed', reach);
  });
}

const memoryFileOf = ({ stateFolder }: Pick<WindowPaths, 'stateFolder'>): string =>
  join(stateFolder, 'window.json');

const boundsOf = ({ x, y, width, height }: Rectangle): Rectangle => ({ x, y, width, height });

/** The size of the last place, or the default one, on the main display. */
function sizeOf(last: Rectangle | undefined): Rectangle {
  return centred(last ?? DEFAULT_SIZE, screen.getPrimaryDisplay().workArea);
}

/** Shows the window and brings it to the front. */
export function focusWindow(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}
