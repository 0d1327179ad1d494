import type { Notification as SystemNotification } from 'electron';
import type { Notification } from './notice.ts';

/** BOUNDED: shown notifications that are kept for a click; the system's list of them is as long as the user leaves it. */
export const MAX_KEPT = 16;

/** What the notifier needs of Electron. */
export interface NotifierParts {
  isSupported(): boolean;
  create(options: { readonly title: string; readonly body: string }): SystemNotification;
  /** The user clicked a notification. */
  open(notification: Notification): void;
}

/** Hands notifications to the system. */
export class Notifier {
  readonly #parts: NotifierParts;
  /** Electron forgets a notification, and with it the click, when nothing refers to it. BOUNDED: MAX_KEPT. */
  readonly #kept = new Set<SystemNotification>();

  constructor(parts: NotifierParts) {
    this.#parts = parts;
  }

  /** Shows a notification; does nothing where the system has no service for them. */
  show(notification: Notification): void {
    if (!this.#parts.isSupported()) return;
    const { title, body } = notification;
    const shown = this.#parts.create({ title, body });
    const forget = (): void => {
      this.#kept.delete(shown);
    };
    shown.on('click', () => {
      forget();
      this.#parts.open(notification);
    });
    shown.on('close', forget);
    shown.on('failed', forget);
    this.#kept.add(shown);
    const [oldest] = this.#kept;
    if (oldest !== undefined && this.#kept.size > MAX_KEPT) this.#kept.delete(oldest);
    shown.show();
  }
}
