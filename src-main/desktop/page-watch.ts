import type { BrowserWindow } from 'electron';

/** Follows whether the window has the application's page, or will have it. Another page takes no commands. */
export class PageWatch {
  readonly #isPage: (url: string) => boolean;
  readonly #onChange: (hasPage: boolean) => void;
  #hasPage = true;

  /** @param isPage whether a URL shows the page */
  constructor(isPage: (url: string) => boolean, onChange: (hasPage: boolean) => void) {
    this.#isPage = isPage;
    this.#onChange = onChange;
  }

  get hasPage(): boolean {
    return this.#hasPage;
  }

  /** Follows a window until it is closed; the next one loads the page. */
  follow(window: Pick<BrowserWindow, 'on' | 'webContents'>): void {
    window.webContents.on('did-navigate', (_event, url) => {
      this.#set(this.#isPage(url));
    });
    window.on('closed', () => {
      this.#set(true);
    });
  }

  #set(hasPage: boolean): void {
    if (hasPage === this.#hasPage) return;
    this.#hasPage = hasPage;
    this.#onChange(hasPage);
  }
}
