import { inject, type InjectionKey } from 'vue';
import type { NodeListName } from '../../shared/model/node-list.ts';

/** What every view can ask of the window around it. */
export interface ShellActions {
  openPalette(): void;
  /** Opens the form for a new node, for `list` where it is known. */
  addNode(list?: NodeListName): void;
}

export const SHELL_ACTIONS: InjectionKey<ShellActions> = Symbol('shell actions');

/** The window around the calling component. */
export function useShellActions(): ShellActions {
  const actions = inject(SHELL_ACTIONS);
  if (actions === undefined) throw new Error('SHELL_ACTIONS is provided by App.vue');
  return actions;
}
