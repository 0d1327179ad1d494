import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Plugin } from 'vite';

/*
 * The npm packages whose files Vite puts into the window and the preload script. A packed application has no folder for
 * them, so the notices take them from these lists.
 */

/** Its style sheet is inlined, so no module or asset names it. */
const STYLE_PACKAGES = ['tailwindcss'];

/** The name of the npm package that a file belongs to; undefined for files outside of node_modules. */
export function packageOf(file: string): string | undefined {
  const parts = (file.split('?', 1)[0] ?? '').split(/[\\/]/);
  const at = parts.lastIndexOf('node_modules');
  if (at < 0) return undefined;
  const [first, second] = parts.slice(at + 1);
  return first?.startsWith('@') === true ? `${first}/${second ?? ''}` : first;
}

/** The names of the packages of these files, sorted, each once. */
export function packagesOf(files: readonly string[]): string[] {
  const names = files.map(packageOf).filter((name) => name !== undefined);
  return [...new Set(names.length === 0 ? [] : [...names, ...STYLE_PACKAGES])].sort();
}

/** A Vite plugin that writes the names of the bundled packages to `file`, as a sorted JSON array. */
export function listBundledPackages(file: string): Plugin {
  return {
    name: 'enodeck:bundled-packages',
    generateBundle(_options, bundle) {
      const assets = Object.values(bundle).flatMap((output) =>
        output.type === 'asset' ? output.originalFileNames : [],
      );
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, `${JSON.stringify(packagesOf([...this.getModuleIds(), ...assets]), null, 2)}\n`);
    },
  };
}
