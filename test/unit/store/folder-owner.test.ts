import { join } from 'node:path';
import { stat, symlink, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ownerOf, refuseLinks } from '../../../src-main/store/folder-owner.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(() => folder.remove());

test('files of a user’s own folder, and of one that is missing, are those of the user', async () => {
  const { uid } = await stat(folder.path);
  expect(await ownerOf(folder.path, uid)).toBeUndefined();
  expect(await ownerOf(join(folder.path, 'missing'), uid + 1)).toBeUndefined();
});

test('a folder of another user is refused, and the sentence has the way out', async () => {
  const { uid } = await stat(folder.path);
  await expect(ownerOf(folder.path, uid + 1)).rejects.toThrow(
    `belongs to another user (${String(uid)}): run this command as that user, or as root.`,
  );
});

test('a link is refused, also one that leads nowhere', async () => {
  const [file, link] = [join(folder.path, 'file'), join(folder.path, 'link')];
  await writeFile(file, '');
  await expect(refuseLinks([file, join(folder.path, 'missing')])).resolves.toBeUndefined();
  await symlink(join(folder.path, 'nowhere'), link);
  await expect(refuseLinks([file, link])).rejects.toThrow(`${link} is a link`);
});
