import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { OpenedFiles } from '../../../src-main/desktop/opened-file.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const folder = await temporaryFolder();
afterAll(() => folder.remove());

async function fileOf(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder.path, name);
  await writeFile(path, content);
  return path;
}

describe('an opened file', () => {
  test('is handed out once, with its name but not its folder', async () => {
    const files = new OpenedFiles();
    const { id, name } = await files.hold(await fileOf('static-nodes.json', '["enode://x"]'));
    expect(name).toBe('static-nodes.json');
    expect(files.take(id)).toEqual({ name, text: '["enode://x"]' });
    expect(() => files.take(id)).toThrow('no longer open');
  });

  test('takes the place of an earlier one', async () => {
    const files = new OpenedFiles();
    const first = await files.hold(await fileOf('a.toml', 'a = 1'));
    const second = await files.hold(await fileOf('b.toml', 'b = 2'));
    expect(() => files.take(first.id)).toThrow('no longer open');
    expect(files.take(second.id).text).toBe('b = 2');
  });

  test('that is a folder, missing, a device or no text is refused with a phrase', async () => {
    const files = new OpenedFiles();
    await expect(files.hold(folder.path)).rejects.toThrow('is a folder, not a file');
    await expect(files.hold(join(folder.path, 'none'))).rejects.toThrow('does not exist');
    await expect(files.hold('/dev/zero')).rejects.toThrow('is a device, not a file');
    await expect(files.hold(await fileOf('x.bin', Uint8Array.of(0xff, 0xfe)))).rejects.toThrow('is not text');
  });

  test('is read up to the size of the largest recording', async () => {
    const asked: number[] = [];
    const files = new OpenedFiles((_path, maxBytes) => {
      asked.push(maxBytes);
      return Promise.resolve({ bytes: new Uint8Array(), mode: 0o600 });
    });
    await files.hold('/x');
    expect(asked).toEqual([268_435_456]);
  });
});
