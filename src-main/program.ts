import type { ApplicationSurroundings, Application } from './compose/application.ts';
import type { LaunchOptions } from './app/launch-options.ts';
import { compose } from './compose/application.ts';

/*
 * The node and its API behind the window. A file of its own, because main.ts loads it only after the first paint.
 */

/** Constructs the program of the desktop application. @throws EnodeckError when data folder, key or settings cannot be opened */
export function composeProgram(
  options: LaunchOptions,
  surroundings: Omit<ApplicationSurroundings, 'mode' | 'terminal'>,
): Promise<Application> {
  const terminal = { stream: process.stderr, from: 'warn' } as const;
  return compose(options, { ...surroundings, mode: 'desktop', terminal });
}
