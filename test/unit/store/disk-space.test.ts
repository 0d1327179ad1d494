import { statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { freeBytesOf } from '../../../src-main/store/disk-space.ts';

test('the free space of a folder is that of its file system, for a user who is not root', async () => {
  const { bavail, bsize } = await statfs(tmpdir());
  const free = (await freeBytesOf(tmpdir())) ?? 0;
  // Other programs write meanwhile.
  expect(Math.abs(free - bavail * bsize)).toBeLessThan(2_000_000_000);
  expect(free).toBeGreaterThan(0);
});

test('a folder that is missing has no known space', async () => {
  expect(await freeBytesOf(join(tmpdir(), 'no', 'such', 'folder'))).toBeUndefined();
});
