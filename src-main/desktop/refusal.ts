import type { App, Dialog } from 'electron';
import { describeError, EnodeckError } from '../base/errors.ts';

/** Where a refusal is reported. */
export interface RefusalPlaces {
  readonly app: Pick<App, 'exit'>;
  readonly dialog: Pick<Dialog, 'showErrorBox'>;
  readonly stderr: Pick<NodeJS.WriteStream, 'write'>;
  readonly environment: NodeJS.ProcessEnv;
}

/** Where the refusal of a start is reported before Electron is ready. */
export interface EarlyRefusalPlaces extends RefusalPlaces {
  readonly app: Pick<App, 'exit' | 'whenReady'>;
  readonly dialog: Pick<Dialog, 'showErrorBox' | 'showMessageBox'>;
  readonly platform: NodeJS.Platform;
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
  if (environment.ENODECK_LAUNCHER === undefined) dialog.showErrorBox(TITLE, sentenceOf(error));
  app.exit(1);
}

/**
 * `refuseStart` before Electron is ready: until then its error box on Linux is only a text on standard error. The dialog that
 * is shown later does not block the signals that end the process.
 */
export function refuseEarlyStart(error: unknown, places: EarlyRefusalPlaces): void {
  const { app, dialog, stderr, environment, platform } = places;
  const hasDisplay = Boolean(environment.DISPLAY) || Boolean(environment.WAYLAND_DISPLAY);
  if (platform !== 'linux' || !hasDisplay || environment.ENODECK_LAUNCHER !== undefined) {
    refuseStart(error, places);
    return;
  }
  complainOf(error, stderr);
  const end = (): void => {
    app.exit(1);
  };
  void app
    .whenReady()
    .then(() => dialog.showMessageBox({ type: 'error', message: TITLE, detail: sentenceOf(error) }))
    .then(end, end);
}

const TITLE = 'Enodeck cannot start';

/** The sentence of the node's own errors; a defect also has its name. */
export const sentenceOf = (error: unknown): string =>
  error instanceof EnodeckError ? error.message : describeError(error);
