/**
 * The version of a package. One of another Electron than the pinned one sorts before the release of the same version, which
 * therefore replaces it.
 * @param {string} version version of the program
 * @param {{ version: string, release: boolean }} electron see electronToPack
 */
export function packageVersion(version, electron) {
  return electron.release ? version : `${version}~electron${electron.version}`;
}
