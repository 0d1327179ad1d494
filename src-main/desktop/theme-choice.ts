import { join } from 'node:path';
import type { NativeTheme } from 'electron';
import { z } from 'zod';
import { THEMES, type Theme } from '../../shared/model/theme.ts';
import { readState, writeState } from './state-file.ts';

/** BOUNDED: the file has about 20 bytes. */
const MAX_BYTES = 1_024;

const choiceSchema = z.object({ theme: z.enum(THEMES) });

/**
 * The theme that the user chose in the page, which has the only control for it. The application keeps it, so that the next
 * window opens in its colours before a script of the page has run; menus and dialogs of the system have them too.
 */
export class ThemeChoice {
  readonly #native: Pick<NativeTheme, 'themeSource'>;
  readonly #folder: () => string;

  /** @param folder where the file is; asked for when it is needed, because the command line can name another one */
  constructor(native: Pick<NativeTheme, 'themeSource'>, folder: () => string) {
    this.#native = native;
    this.#folder = folder;
  }

  /** Uses the choice of the last run; the system's theme when its file is missing or invalid, which is not an error. */
  restore(): void {
    this.#native.themeSource = readState(this.#file, choiceSchema, MAX_BYTES)?.theme ?? 'system';
  }

  /** Uses a choice, and saves it for the next start. */
  choose(theme: Theme): void {
    if (this.#native.themeSource === theme) return;
    this.#native.themeSource = theme;
    writeState(this.#file, { theme });
  }

  get #file(): string {
    return join(this.#folder(), 'theme.json');
  }
}
