import { execFile } from 'node:child_process';
import { chmod, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { crc32, deflateRawSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const build = resolve(import.meta.dirname, '../../../build');
const run = promisify(execFile);

interface Archives {
  readTarball(
    file: string,
    take: (name: string, content: AsyncIterable<Buffer>) => Promise<void>,
  ): Promise<void>;
  openZip(file: string): Promise<{
    readonly entries: readonly {
      readonly name: string;
      readonly mode: number;
      open(): Promise<AsyncIterable<Buffer>>;
    }[];
    close(): Promise<void>;
  }>;
}
const { readTarball, openZip } = (await import(
  pathToFileURL(join(build, 'read-archive.mjs')).href
)) as Archives;

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(() => folder.remove());

async function textOf(content: AsyncIterable<Buffer>): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of content) parts.push(part);
  return Buffer.concat(parts).toString();
}

function tarEntry(name: string, content: string, type = '0'): Buffer {
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write(content.length.toString(8).padStart(11, '0'), 124);
  header.write(type, 156);
  const body = Buffer.alloc(Math.ceil(content.length / 512) * 512);
  body.write(content);
  return Buffer.concat([header, body]);
}

function zipOf(files: readonly { name: string; content: string; deflate: boolean; mode: number }[]): Buffer {
  const locals: Buffer[] = [];
  const entries: Buffer[] = [];
  let offset = 0;
  for (const { name, content, deflate, mode } of files) {
    const data = deflate ? deflateRawSync(content) : Buffer.from(content);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(deflate ? 8 : 0, 4);
    common.writeUInt32LE(crc32(content), 10);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(content.length, 18);
    common.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, Buffer.from(name), data]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE((mode << 16) >>> 0, 6);
    tail.writeUInt32LE(offset, 10);
    entries.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x03'), common, tail, Buffer.from(name)]));
    locals.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(entries);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(files.length, 4);
  end.writeUInt16LE(files.length, 6);
  end.writeUInt32LE(directory.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...locals, directory, Buffer.from('PK\x05\x06'), end]);
}

describe('the archive readers of the launcher', () => {
  test('read the files of a tarball, and skip unread ones', async () => {
    const file = join(folder.path, 'a.tgz');
    const long = 'x'.repeat(100_000);
    const end = Buffer.alloc(1_024);
    await writeFile(
      file,
      gzipSync(
        Buffer.concat([tarEntry('package/', '', '5'), tarEntry('skip', 'no'), tarEntry('b/c', long), end]),
      ),
    );
    const files: [string, string][] = [];
    await readTarball(file, async (name, content) => {
      if (name !== 'skip') files.push([name, await textOf(content)]);
    });
    expect(files).toEqual([['b/c', long]]);
  });

  test('refuse a truncated tarball', async () => {
    const file = join(folder.path, 'a.tgz');
    await writeFile(file, gzipSync(tarEntry('a', 'text').subarray(0, 514)));
    await expect(readTarball(file, async () => undefined)).rejects.toThrow('ends too early');
  });

  test('read stored and deflated files of a zip, with their modes', async () => {
    const file = join(folder.path, 'a.zip');
    await writeFile(
      file,
      zipOf([
        { name: 'stored', content: 'hello', deflate: false, mode: 0o100644 },
        { name: 'deflated', content: 'y'.repeat(70_000), deflate: true, mode: 0o100755 },
        { name: 'empty', content: '', deflate: false, mode: 0o100644 },
      ]),
    );
    const zip = await openZip(file);
    const contents = await Promise.all(zip.entries.map(async (entry) => textOf(await entry.open())));
    expect(zip.entries.map(({ name, mode }) => [name, mode & 0o777])).toEqual([
      ['stored', 0o644],
      ['deflated', 0o755],
      ['empty', 0o644],
    ]);
    expect(contents).toEqual(['hello', 'y'.repeat(70_000), '']);
    await zip.close();
  });

  test('refuse a file that is not a zip', async () => {
    const file = join(folder.path, 'a.zip');
    await writeFile(file, 'not a zip at all');
    await expect(openZip(file)).rejects.toThrow('is not a zip file');
  });
});

describe('the search for Electron', () => {
  const search = (dist: string): Promise<{ stdout: string }> =>
    run(process.execPath, [join(build, 'electron-runtime.mjs')], {
      env: { ...process.env, ELECTRON_OVERRIDE_DIST_PATH: dist },
    });
  const executables = { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' } as Record<
    string,
    string
  >;

  test('uses the folder in ELECTRON_OVERRIDE_DIST_PATH', async () => {
    if (process.platform === 'darwin') return;
    const file = join(folder.path, executables[process.platform] ?? 'electron');
    await writeFile(file, '');
    await chmod(file, 0o755);
    expect((await search(folder.path)).stdout.trim()).toBe(folder.path);
  });

  test('reports why that folder is invalid, and downloads nothing', async () => {
    await expect(search(folder.path)).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('ELECTRON_OVERRIDE_DIST_PATH has no ') as string,
    });
  });
});
