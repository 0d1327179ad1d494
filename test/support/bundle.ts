import { join } from 'node:path';
import { build } from 'vite';

/** Bundles a TypeScript program into one JavaScript file, because Node 20 runs no TypeScript; packages are not included. */
export async function bundleProgram(entry: string, outFolder: string): Promise<string> {
  await build({
    configFile: false,
    logLevel: 'silent',
    build: {
      ssr: entry,
      outDir: outFolder,
      emptyOutDir: false,
      target: 'node20',
      rolldownOptions: { output: { entryFileNames: 'program.mjs' } },
    },
  });
  return join(outFolder, 'program.mjs');
}
