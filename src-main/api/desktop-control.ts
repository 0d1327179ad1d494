import type { PendingCommand } from '../../shared/model/desktop.ts';
import { ApiError } from './api-error.ts';

/** What only the desktop window offers. In a browser and in headless mode each request is refused as `not-available`. */
export interface DesktopControl {
  /** Commands that the page has not taken, oldest first. */
  pending(): readonly PendingCommand[];
  /** The page has taken all commands up to this number. */
  taken(seq: number): void;
  /** The text of a file that the user opened; each is handed out once. @throws ApiError `not-found` */
  openFile(id: number): { readonly name: string; readonly text: string };
}

function refuse(): never {
  throw new ApiError('not-available', 'Only the window of the desktop application offers this.');
}

/** The control where there is no desktop window. */
export const NO_DESKTOP: DesktopControl = { pending: () => [], taken: refuse, openFile: refuse };
