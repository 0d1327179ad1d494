import { BrowserWindow, Menu, nativeTheme, session, type Session } from 'electron';
import { DOCS_URL, servePage } from './page-protocol.ts';
import { lockSession, PAGE_PREFERENCES } from './security.ts';
import { BACKGROUND, focusWindow } from './window.ts';
import { zoom, zoomByWheel } from './zoom.ts';

const SIZE = { width: 1_080, height: 800, minWidth: 420, minHeight: 320 } as const;

/** The session of the documentation, in memory: its zoom and its data are apart from those of the application's page. */
const PARTITION = 'docs';

/** Paths of the files of the documentation's window. */
export interface DocsPlaces {
  /** The folder of the built page. */
  readonly page: string;
  readonly icon: string;
}

/** Owns the window of the documentation, which has no access to the node. */
export class DocsWindow {
  readonly #places: DocsPlaces;
  #session: Promise<Session> | undefined;
  #window: BrowserWindow | undefined;

  constructor(places: DocsPlaces) {
    this.#places = places;
  }

  /**
   * Brings the window to the front, or opens it.
   * @param url of the document to show; without it an open window keeps its own
   * @throws Error when the documentation cannot be loaded
   */
  async show(url?: string): Promise<void> {
    const docs = await (this.#session ??= openSession(this.#places.page));
    if (this.#window !== undefined) {
      focusWindow(this.#window);
      if (url !== undefined) await this.#window.loadURL(url);
      return;
    }
    const window = openWindow(docs, this.#places.icon);
    this.#window = window;
    window.on('closed', () => {
      this.#window = undefined;
    });
    await window.loadURL(url ?? DOCS_URL);
  }
}

/** A session that has the built pages and nothing else. */
async function openSession(folder: string): Promise<Session> {
  const docs = session.fromPartition(PARTITION);
  await lockSession(docs);
  servePage(docs.protocol, { folder, ownPage: () => undefined, fill: (html) => html });
  return docs;
}

function openWindow(docs: Session, icon: string): BrowserWindow {
  const window = new BrowserWindow({
    ...SIZE,
    title: 'Documentation – Enodeck',
    backgroundColor: nativeTheme.shouldUseDarkColors ? BACKGROUND.dark : BACKGROUND.light,
    icon,
    webPreferences: { ...PAGE_PREFERENCES, session: docs },
  });
  // macOS has one menu, that of the application.
  if (process.platform !== 'darwin') setMenu(window);
  zoomByWheel(window.webContents);
  return window;
}

function setMenu(window: BrowserWindow): void {
  const { webContents } = window;
  const { navigationHistory } = webContents;
  const menu = Menu.buildFromTemplate([
    { label: 'File', submenu: [{ role: 'close' }] },
    { label: 'Edit', submenu: [{ role: 'copy' }, { role: 'selectAll' }] },
    {
      label: 'View',
      submenu: [
        { label: 'Back', accelerator: 'Alt+Left', click: () => navigationHistory.goBack() },
        { label: 'Forward', accelerator: 'Alt+Right', click: () => navigationHistory.goForward() },
        { type: 'separator' },
        { label: 'Actual Size', accelerator: 'CommandOrControl+0', click: () => zoom(webContents, 'reset') },
        { label: 'Zoom In', accelerator: 'CommandOrControl+Plus', click: () => zoom(webContents, 'in') },
        { label: 'Zoom Out', accelerator: 'CommandOrControl+-', click: () => zoom(webContents, 'out') },
      ],
    },
  ]);
  window.setMenu(menu);
}
