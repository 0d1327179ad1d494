import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lastRunOf, readLastRun, writeLastRun } from '../../../src-main/desktop/last-run.ts';
import { FakeBackend } from '../../support/fake-backend.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const RUN = { network: 'sepolia', nodeId: 'ab'.repeat(32), listedNodes: 3 };

test('the facts of a run are read by the next one', async () => {
  const folder = await temporaryFolder();
  const file = join(folder.path, 'last-run.json');
  expect(readLastRun(file)).toBeUndefined();
  writeLastRun(file, RUN);
  expect(readLastRun(file)).toEqual(RUN);
  await folder.remove();
});

test.each([
  'no JSON',
  '{}',
  JSON.stringify({ ...RUN, nodeId: 'not an ID' }),
  JSON.stringify({ ...RUN, listedNodes: -1 }),
  JSON.stringify({ ...RUN, network: 'x'.repeat(65) }),
])('an invalid file counts as none: %s', async (text) => {
  const folder = await temporaryFolder();
  const file = join(folder.path, 'last-run.json');
  await writeFile(file, text);
  expect(readLastRun(file)).toBeUndefined();
  await folder.remove();
});

test('a file that cannot be written is no error', async () => {
  const folder = await temporaryFolder();
  writeLastRun(folder.path, RUN);
  writeLastRun(join(folder.path, 'no', 'folder'), RUN);
  await folder.remove();
});

test('the facts are those of the node and its lists', () => {
  const backend = new FakeBackend();
  const { network, identity } = backend.status();
  expect(lastRunOf(backend)).toMatchObject({
    network: network.demo ? 'demo' : network.name,
    nodeId: identity.id,
  });
});
