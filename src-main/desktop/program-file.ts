import { sep } from 'node:path';

/** What the file of the program depends on. */
export interface ProgramFacts {
  readonly isPackaged: boolean;
  /** The running program: Electron, or the packaged application. */
  readonly executable: string;
  readonly environment: Readonly<Partial<Record<string, string>>>;
}

/**
 * The file that starts this program again. An AppImage and a portable program run from a temporary copy, which is gone
 * after their end: it is the file that the user has started.
 */
export function programFile({ isPackaged, executable, environment }: ProgramFacts): string {
  if (!isPackaged) return executable;
  const { APPIMAGE: image, APPDIR: mounted, PORTABLE_EXECUTABLE_FILE: portable } = environment;
  // A terminal that is an AppImage passes its own variables on.
  if (image && mounted && executable.startsWith(mounted + sep)) return image;
  return portable || executable;
}
