/** What this copy of the program is. */

import packageFuses from './package-fuses.json' with { type: 'json' };

/** A fuse of Electron, as electron-builder names it. */
export type FuseName = keyof typeof packageFuses;

/** The fuses of a package; its build reads the same file (build/package/fuses.mjs). */
export const PACKAGE_FUSES: Readonly<Record<FuseName, boolean>> = packageFuses;

/**
 * The fuses by their position in the binary.
 * @see https://github.com/electron/fuses/blob/main/src/config.ts
 */
export const FUSE_NAMES = Object.keys(packageFuses) as readonly FuseName[];

/** The state of a fuse; `removed` when this Electron no longer has it. */
export type FuseState = 'on' | 'off' | 'removed';

/** One fuse of the running binary. */
export interface Fuse {
  readonly name: FuseName;
  readonly state: FuseState;
}

/** Versions and build of the running program. */
export interface AboutFacts {
  readonly version: string;
  /** The commit that it was built from, `-dirty` if files had changed since; null when the build did not know it. */
  readonly commit: string | null;
  readonly electron: string;
  readonly chromium: string;
  readonly node: string;
  /** System, its version, and the architecture of the program: `linux 6.1.0, x64`. */
  readonly system: string;
  /** Whether it runs from a package. */
  readonly packaged: boolean;
  /** Whether this Electron is too old for security fixes, such as the launcher's fallback. */
  readonly outdatedElectron: boolean;
  /** Null when the binary cannot be read. */
  readonly fuses: readonly Fuse[] | null;
}
