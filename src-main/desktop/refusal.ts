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
export function refuseStart(error: unknown, places: RefusalPlaces): void {
  complainOf(error, places.stderr);
  endWithDialog(error, places);
}

/** `refuseStart` before Electron is ready: until then its dialog on Linux is only a text on standard error. */
export function refuseEarlyStart(error: unknown, places: EarlyRefusalPlaces): void {
  const { app, stderr, environment, platform } = places;
  complainOf(error, stderr);
  const hasDisplay = Boolean(environment.DISPLAY) || Boolean(environment.WAYLAND_DISPLAY);
  if (platform !== 'linux' || !hasDisplay || isLaunched(places)) {
    endWithDialog(error, places);
    return;
  }
  void app.whenReady().then(() => {
    endWithDialog(error, places);
  });
}

function endWithDialog(error: unknown, places: RefusalPlaces): void {
  if (!isLaunched(places)) places.dialog.showErrorBox('Enodeck cannot start', sentenceOf(error));
  places.app.exit(1);
}

const isLaunched = ({ environment }: RefusalPlaces): boolean => environment.ENODECK_LAUNCHER !== undefined;

/** The sentence of the node's own errors; a defect also has its name. */
export const sentenceOf = (error: unknown): string =>
  error instanceof EnodeckError ? error.message : describeError(error);
