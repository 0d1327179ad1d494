import { join } from 'node:path';
import { build } from 'vite';

/** Makes one JavaScript file of a TypeScript program, as Node 20 runs no TypeScript; packages stay outside. */
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
