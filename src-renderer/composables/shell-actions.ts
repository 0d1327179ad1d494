import { inject, type InjectionKey } from 'vue';
import type { NodeListName } from '../../shared/model/node-list.ts';

/** The actions of the window that every view can call. */
export interface ShellActions {
  openPalette(): void;
  /** Opens the form for a new node of `list`; default: the list that the Nodes view shows. */
  addNode(list?: NodeListName): void;
}

/** The injection key of ShellActions; App.vue provides it. */
export const SHELL_ACTIONS: InjectionKey<ShellActions> = Symbol('shell actions');

/** The actions of the window. Called in a setup function. */
export function useShellActions(): ShellActions {
  const actions = inject(SHELL_ACTIONS);
  if (actions === undefined) throw new Error('SHELL_ACTIONS is provided by App.vue');
  return actions;
}
