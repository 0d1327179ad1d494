import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FirstStart, isUnused } from '../../../src-main/store/first-start.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(() => folder.remove());

const open = (wasUnused: boolean, canAsk = true) => FirstStart.open(folder.path, { wasUnused, canAsk });

describe('a data folder', () => {
  it('is unused when it is missing, empty, or has other files only', async () => {
    expect(await isUnused(join(folder.path, 'missing'))).toBe(true);
    expect(await isUnused(folder.path)).toBe(true);
    await mkdir(join(folder.path, 'desktop'));
    expect(await isUnused(folder.path)).toBe(true);
  });

  it.each(['settings.json', 'nodes.json', 'database', 'nodekey', 'nodekey.protected'])(
    'is used when it has %s',
    async (name) => {
      await writeFile(join(folder.path, name), '');
      expect(await isUnused(folder.path)).toBe(false);
    },
  );
});

describe('the choice at the first start', () => {
  it('is open in an unused data folder until it is made, and never again', async () => {
    expect((await open(true)).isOpen).toBe(true);
    // The program was closed without an answer.
    const second = await open(false);
    expect(second.isOpen).toBe(true);
    await second.end();
    await second.end();
    expect(second.isOpen).toBe(false);
    expect((await open(false)).isOpen).toBe(false);
    expect(await readdir(folder.path)).toEqual([]);
  });

  it('is not offered in a folder that was used before', async () => {
    expect((await open(false)).isOpen).toBe(false);
  });

  it('is not offered when settings were written in the meantime', async () => {
    await open(true);
    await writeFile(join(folder.path, 'settings.json'), '{}');
    expect((await open(false)).isOpen).toBe(false);
  });

  it('is not offered by a start that cannot ask, which leaves it open', async () => {
    expect((await open(true, false)).isOpen).toBe(false);
    expect(await readdir(folder.path)).toEqual([]);
    await open(true);
    const cannotAsk = await open(false, false);
    expect(cannotAsk.isOpen).toBe(false);
    await cannotAsk.end();
    expect((await open(false)).isOpen).toBe(true);
  });

  it('is offered in one start when the mark cannot be written', async () => {
    const replace = () => Promise.reject(new Error('disk full'));
    const choice = await FirstStart.open(folder.path, { wasUnused: true, canAsk: true, replace });
    expect(choice.isOpen).toBe(true);
    await choice.end();
    expect(choice.isOpen).toBe(false);
    expect((await open(false)).isOpen).toBe(false);
  });
});
