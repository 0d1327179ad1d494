import { sep } from 'node:path';

type Variables = Readonly<Partial<Record<string, string>>>;

/** What the file of the program depends on. */
export interface ProgramFacts {
  readonly isPackaged: boolean;
  /** The running program: Electron, or the packaged application. */
  readonly executable: string;
  readonly environment: Variables;
}

/**
 * The file that starts this program again. An AppImage and a portable program run from a temporary copy, which is gone
 * after their end: it is the file that the user has started.
 */
export function programFile({ isPackaged, executable, environment }: ProgramFacts): string {
  if (!isPackaged) return executable;
  return ownAppImage(executable, environment) ?? (environment.PORTABLE_EXECUTABLE_FILE || executable);
}

/**
 * The AppImage that the program runs from; undefined for another installation. A terminal that is an AppImage passes its own
 * variables on, so that they count only for a program in the mounted image.
 */
export function ownAppImage(
  executable: string,
  { APPIMAGE: image, APPDIR: mounted }: Variables,
): string | undefined {
  return image && mounted && executable.startsWith(mounted + sep) ? image : undefined;
}
