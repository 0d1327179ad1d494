import type { NodeStatus } from '../../shared/model/node.ts';

/** What the user can do with the node. */
export const NODE_ACTIONS = ['start', 'stop', 'restart'] as const;
/** One of NODE_ACTIONS. */
export type NodeAction = (typeof NODE_ACTIONS)[number];

/** Which actions can be done now. */
export type PossibleActions = Readonly<Record<NodeAction, boolean>>;

/** While the data is being opened, and while the program ends. */
export const NO_ACTIONS: PossibleActions = { start: false, stop: false, restart: false };

/** The actions that can be done in a phase of the node. @param isEnding whether the program ends */
export function possibleActions(phase: NodeStatus['phase'], isEnding: boolean): PossibleActions {
  if (isEnding) return NO_ACTIONS;
  const isRunning = phase === 'running';
  return { start: phase === 'stopped' || phase === 'failed', stop: isRunning, restart: isRunning };
}
