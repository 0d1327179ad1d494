import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses';

/*
 * Electron's fuses: switches in the binary that a package sets once. Reference:
 * https://www.electronjs.org/docs/latest/tutorial/fuses
 */

/**
 * The fuses of every package, as electron-builder names them; the program shows how its own differ. Electron validates the
 * integrity of the asar archive on macOS and Windows only; on Linux the fuse is set and has no effect.
 */
export const FUSES = JSON.parse(
  readFileSync(resolve(import.meta.dirname, '../../shared/model/package-fuses.json'), 'utf8'),
);

/** The byte of a fuse that is on: an ASCII 1. */
const ON = '1'.charCodeAt(0);

/** @electron/fuses writes the same names with a capital letter. */
const indexOf = (name) => FuseV1Options[name[0].toUpperCase() + name.slice(1)];

/**
 * Compares the fuses in a binary with FUSES.
 * @returns {Promise<{ name: string, on: boolean, wanted: boolean }[]>} one entry per fuse of FUSES
 * @throws Error when the file has no fuse wire
 */
export async function readFuses(executable) {
  const wire = await getCurrentFuseWire(executable);
  return Object.entries(FUSES).map(([name, wanted]) => ({
    name,
    on: wire[indexOf(name)] === ON,
    wanted,
  }));
}
