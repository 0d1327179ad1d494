import type { App, BrowserWindow } from 'electron';
import { formatQuantity } from '../../shared/format.ts';

/** Shows the number of peers: as the application's badge, or in the title of the window where the system has no badge. */
export class PeerCount {
  readonly #app: Pick<App, 'setBadgeCount'>;
  #badge: number | undefined;
  #hasBadge = false;

  constructor(app: Pick<App, 'setBadgeCount'>) {
    this.#app = app;
  }

  /** @param peers undefined while the node does not run */
  update(window: Pick<BrowserWindow, 'getTitle' | 'setTitle'> | undefined, peers: number | undefined): void {
    const badge = peers ?? 0;
    if (badge !== this.#badge) {
      this.#badge = badge;
      this.#hasBadge = this.#app.setBadgeCount(badge);
    }
    const count = peers === undefined ? 'not running' : formatQuantity(peers, 'peer');
    const title = this.#hasBadge ? 'Enodeck' : `Enodeck – ${count}`;
    if (window !== undefined && window.getTitle() !== title) window.setTitle(title);
  }
}
