import type { App, Dialog } from 'electron';
import { describeError, EnodeckError } from '../base/errors.ts';

/** Where a refusal is reported. */
export interface RefusalPlaces {
  readonly app: Pick<App, 'exit'>;
  readonly dialog: Pick<Dialog, 'showErrorBox'>;
  readonly stderr: Pick<NodeJS.WriteStream, 'write'>;
  readonly environment: NodeJS.ProcessEnv;
}

/** Writes the line of an error to standard error. */
export function complainOf(error: unknown, stderr: RefusalPlaces['stderr']): void {
  stderr.write(`enodeck: ${sentenceOf(error)}\n`);
}

/**
 * Ends the application, which cannot start, with exit code 1: a line on standard error, and a dialog unless the launcher,
 * whose terminal shows the line, has started it.
 */
export function refuseStart(error: unknown, { app, dialog, stderr, environment }: RefusalPlaces): void {
  complainOf(error, stderr);
  if (environment.ENODECK_LAUNCHER === undefined) {
    dialog.showErrorBox('Enodeck cannot start', sentenceOf(error));
  }
  app.exit(1);
}

/** The sentence of the node's own errors; a defect also has its name. */
export const sentenceOf = (error: unknown): string =>
  error instanceof EnodeckError ? error.message : describeError(error);
