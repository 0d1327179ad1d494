import type { BrowserWindow } from 'electron';

/** What happens when the user closes the window. */
export interface ClosingParts {
  readonly platform: NodeJS.Platform;
  /** Whether the window is hidden instead, because the tray can bring it back. */
  keepsInTray(): boolean;
  /** Quits the application. */
  quit(): void;
}

/**
 * Hides the window instead of closing it, or quits: the window then stays until the node has stopped, and shows how that
 * goes on. On macOS a window closes without the application.
 */
export function handleClose(window: Pick<BrowserWindow, 'on' | 'hide'>, parts: ClosingParts): void {
  window.on('close', (event) => {
    if (parts.keepsInTray()) {
      event.preventDefault();
      window.hide();
    } else if (parts.platform !== 'darwin') {
      event.preventDefault();
      parts.quit();
    }
  });
}
