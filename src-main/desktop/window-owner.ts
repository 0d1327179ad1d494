import type { BrowserWindow, Dialog, WebContents, WebFrameMain } from 'electron';
import { isPageUrl } from './page-protocol.ts';

/** What the owner needs of Electron and of the other files of this room. */
export interface WindowParts {
  /** Opens a window; it loads the page itself. */
  open(): BrowserWindow;
  /** Shows a window and brings it to the front. */
  focus(window: BrowserWindow): void;
  /** Saves the position of a window. */
  remember(window: BrowserWindow): void;
  /** A window was hidden or minimized and is visible again. */
  shown(): void;
  readonly dialog: Pick<Dialog, 'showOpenDialog' | 'showSaveDialog' | 'showMessageBox'>;
}

/** Owns the window of the application’s page, from its opening until it is closed. */
export class WindowOwner {
  readonly #parts: WindowParts;
  #window: BrowserWindow | undefined;

  constructor(parts: WindowParts) {
    this.#parts = parts;
  }

  /** The window; undefined while there is none. */
  get current(): BrowserWindow | undefined {
    return this.#window;
  }

  /** Brings the window to the front, or opens it. */
  show(): void {
    if (this.#window !== undefined) {
      this.#parts.focus(this.#window);
      return;
    }
    const window = this.#parts.open();
    this.#window = window;
    const tellShown = (): void => {
      this.#parts.shown();
    };
    window.on('show', tellShown);
    window.on('restore', tellShown);
    window.on('closed', () => {
      this.#window = undefined;
    });
  }

  /** Saves the window's position for the next start. */
  remember(): void {
    if (this.#window !== undefined) this.#parts.remember(this.#window);
  }

  /** Whether the user sees these contents. The window counts as seen while its page loads, before it is shown. */
  isSeen(contents: WebContents): boolean {
    const window = this.#window;
    if (window?.webContents !== contents) return false;
    return !window.isMinimized() && (window.isVisible() || contents.isLoading());
  }

  /** Whether a frame currently shows the application's page in the window. */
  isOwnFrame(frame: WebFrameMain | null): boolean {
    return frame !== null && frame === this.#window?.webContents.mainFrame && isPageUrl(frame.url);
  }

  /** Opens the system's dialog over the window. @returns the chosen path; undefined when the user cancels */
  async choosePath(kind: 'file' | 'folder', title: string): Promise<string | undefined> {
    const { dialog } = this.#parts;
    const options: Electron.OpenDialogOptions = {
      title,
      properties: kind === 'folder' ? ['openDirectory', 'createDirectory'] : ['openFile'],
    };
    const { filePaths } = await (this.#window === undefined
      ? dialog.showOpenDialog(options)
      : dialog.showOpenDialog(this.#window, options));
    return filePaths[0];
  }

  /** Opens the system's dialog for a new file. @returns its path; undefined when the user cancels */
  async chooseTarget(title: string, suggestion: string): Promise<string | undefined> {
    const { dialog } = this.#parts;
    const options: Electron.SaveDialogOptions = { title, defaultPath: suggestion };
    const { canceled, filePath } = await (this.#window === undefined
      ? dialog.showSaveDialog(options)
      : dialog.showSaveDialog(this.#window, options));
    return canceled || filePath === '' ? undefined : filePath;
  }

  /** Tells something in a dialog of the system; resolves when it is closed. */
  async tell(type: 'info' | 'error', message: string, detail: string): Promise<void> {
    const { dialog } = this.#parts;
    const options: Electron.MessageBoxOptions = { type, message, detail, title: 'Enodeck' };
    await (this.#window === undefined
      ? dialog.showMessageBox(options)
      : dialog.showMessageBox(this.#window, options));
  }
}
