import { join } from 'node:path';
import type { MenuItemConstructorOptions, NativeImage, Tray } from 'electron';
import type { Clock } from '../base/runtime.ts';
import type { TrayAction, TrayIconName, TrayView } from './tray-view.ts';

/**
 * Shortest time between two menus that differ in their figures only, milliseconds: a new menu closes an open one on some
 * desktops.
 */
export const MENU_INTERVAL_MS = 15_000;

/** What the tray needs of Electron. */
export interface TrayParts {
  readonly clock: Pick<Clock, 'monotonic'>;
  createTray(icon: NativeImage): Tray;
  readIcon(path: string): NativeImage;
  setMenu(tray: Tray, template: MenuItemConstructorOptions[]): void;
  /** The folder of the icons. */
  readonly folder: string;
  readonly platform: NodeJS.Platform;
  act(action: TrayAction): void;
}

/** The application's icon in the tray. Changes what differs from the last view only. */
export class TrayIcon {
  readonly #parts: TrayParts;
  readonly #tray: Tray;
  #icon: TrayIconName;
  #tooltip = '';
  #menu = '';
  #actions = '';
  #menuAt = -Infinity;

  constructor(view: TrayView, parts: TrayParts) {
    this.#parts = parts;
    this.#icon = view.icon;
    this.#tray = parts.createTray(this.#read(view.icon));
    // macOS opens the menu itself.
    if (parts.platform !== 'darwin') {
      this.#tray.on('click', () => {
        parts.act('show');
      });
    }
    this.update(view);
  }

  /** Shows a view. */
  update(view: TrayView): void {
    if (view.icon !== this.#icon) {
      this.#icon = view.icon;
      this.#tray.setImage(this.#read(view.icon));
    }
    if (view.tooltip !== this.#tooltip) {
      this.#tooltip = view.tooltip;
      this.#tray.setToolTip(view.tooltip);
    }
    this.#updateMenu(view);
  }

  /** Removes the icon. */
  destroy(): void {
    this.#tray.destroy();
  }

  #updateMenu(view: TrayView): void {
    const actions = JSON.stringify([view.actions, view.facts[0]]);
    const menu = JSON.stringify([actions, view.facts]);
    const now = this.#parts.clock.monotonic();
    if (menu === this.#menu) return;
    if (actions === this.#actions && now - this.#menuAt < MENU_INTERVAL_MS) return;
    this.#menu = menu;
    this.#actions = actions;
    this.#menuAt = now;
    this.#parts.setMenu(this.#tray, this.#template(view));
  }

  #template({ facts, actions }: TrayView): MenuItemConstructorOptions[] {
    return [
      ...facts.map((label) => ({ label, enabled: false })),
      { type: 'separator' },
      ...actions.map(({ action, label, enabled }) => ({
        id: action,
        label,
        enabled,
        click: () => {
          this.#parts.act(action);
        },
      })),
    ];
  }

  /** macOS colours a template by itself; Windows chooses a size of the .ico file, the others take `@2x` by the name. */
  #read(icon: TrayIconName): NativeImage {
    const { platform, folder } = this.#parts;
    const suffix = platform === 'darwin' ? 'Template.png' : platform === 'win32' ? '.ico' : '.png';
    return this.#parts.readIcon(join(folder, `${icon}${suffix}`));
  }
}
