import type { Menu } from 'electron';
import { isInPage, nodeItemId } from './menu-template.ts';
import { NO_ACTIONS, NODE_ACTIONS, type PossibleActions } from './node-actions.ts';

/** The items of a menu, as far as they are enabled and disabled. */
export interface MenuItems {
  readonly items: readonly {
    readonly id?: string | null;
    enabled: boolean;
    /** Electron has null here, against its types. */
    readonly submenu?: MenuItems | null;
  }[];
}

/** Enables the items of the menu that can be carried out now. */
export class EnabledItems {
  readonly #menu: MenuItems;
  #possible = NO_ACTIONS;
  #hasPage = true;

  constructor(menu: MenuItems | Menu) {
    this.#menu = menu;
  }

  /** What can be done with the node. */
  offerActions(possible: PossibleActions): void {
    this.#possible = possible;
    this.#apply(this.#menu);
  }

  /** Whether the window has the page, or will have it: otherwise its commands would wait for ever. */
  offerPage(hasPage: boolean): void {
    this.#hasPage = hasPage;
    this.#apply(this.#menu);
  }

  #apply({ items }: MenuItems): void {
    for (const item of items) {
      const id = item.id ?? '';
      const action = NODE_ACTIONS.find((each) => nodeItemId(each) === id);
      if (action !== undefined) item.enabled = this.#hasPage && this.#possible[action];
      if (isInPage(id)) item.enabled = this.#hasPage;
      if (item.submenu) this.#apply(item.submenu);
    }
  }
}
