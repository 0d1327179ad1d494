import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Finds the first of the programs `names` that is in PATH. */
export function onPath(...names) {
  const suffixes = process.platform === 'win32' ? ['.exe', '.cmd'] : [''];
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    for (const name of names) {
      for (const suffix of suffixes) {
        const path = join(folder, name + suffix);
        if (existsSync(path)) return path;
      }
    }
  }
  return undefined;
}

/** Finds an installed Chromium or Chrome; the variable CHROME_PATH names another one. */
export function findChromium() {
  const named = process.env.CHROME_PATH;
  if (named && existsSync(named)) return named;
  const installed =
    process.platform === 'darwin'
      ? [
          '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
          '/Applications/Chromium.app/Contents/MacOS/Chromium',
        ]
      : process.platform === 'win32'
        ? [process.env.PROGRAMFILES, process.env['PROGRAMFILES(X86)']]
            .filter(Boolean)
            .map((folder) => join(folder, 'Google', 'Chrome', 'Application', 'chrome.exe'))
        : [];
  return (
    installed.find((path) => existsSync(path)) ?? onPath('chromium', 'chromium-browser', 'google-chrome')
  );
}
