import { readFile, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import type { Application } from '../../../src-main/compose/application.ts';
import { IpcClient } from '../../support/ipc-client.ts';
import { LOOPBACK_FLAGS, startedApplications } from '../../support/started-applications.ts';

const applications = startedApplications();

async function nodeIdAt(path: string): Promise<unknown> {
  const client = await IpcClient.open(path);
  applications.atEnd(() => {
    client.close();
  });
  return await client.call('admin_nodeInfo');
}

const idOf = ({ backend }: Application): object => ({ result: { id: backend.status().identity.id } });
const failureLine = ({ backend }: Application): unknown =>
  backend.logs.all().find(({ message }) => message === 'JSON-RPC is not served over IPC')?.fields['reason'];

test('two nodes serve JSON-RPC in their data folders, and a third one at its own path', async () => {
  const ours = await applications.start('ours');
  const theirs = await applications.start('theirs');
  const third = await applications.start('third', '--ipcpath', applications.path('third.ipc'));
  expect(await nodeIdAt(applications.path('ours', 'enodeck.ipc'))).toMatchObject(idOf(ours));
  expect(await nodeIdAt(applications.path('theirs', 'enodeck.ipc'))).toMatchObject(idOf(theirs));
  expect(await nodeIdAt(applications.path('third.ipc'))).toMatchObject(idOf(third));
  await ours.stop();
  await expect(nodeIdAt(applications.path('ours', 'enodeck.ipc'))).rejects.toThrow('ENOENT');
});

test('a change through it is in the audit log', async () => {
  const ours = await applications.start('ours');
  const client = await IpcClient.open(applications.path('ours', 'enodeck.ipc'));
  await client.call('enodeck_setSetting', 'maxPeers', 20);
  client.close();
  await ours.stop();
  const line = await readFile(applications.path('ours', 'logs', 'audit.log'), 'utf8');
  expect(JSON.parse(line)).toMatchObject({ who: 'ipc', what: 'maxPeers', from: '50', to: '20' });
});

test('--ipcdisable serves none', async () => {
  await applications.start('ours', '--ipcdisable');
  await expect(nodeIdAt(applications.path('ours', 'enodeck.ipc'))).rejects.toThrow('ENOENT');
});

test('a path of the user that another node has ends the start, which names the setting', async () => {
  const path = applications.path('shared.ipc');
  await applications.start('ours', '--ipcpath', path);
  const flags = [...LOOPBACK_FLAGS, '--ipcpath', path];
  const second = await applications.compose('theirs', flags);
  await expect(second.start()).rejects.toMatchObject({
    setting: 'ipcPath',
    message: expect.stringMatching(/another program listens on it\. The setting “IPC socket” is/) as string,
  });
  const desktop = await applications.compose('desktop', flags, { mode: 'desktop' });
  await desktop.start();
  expect(failureLine(desktop)).toMatch(/another program listens on it/);
});

test('a data folder whose socket cannot be made does not keep the node from running', async () => {
  const long = 'x'.repeat(100);
  const ours = await applications.start(long);
  expect(ours.backend.status().phase).toBe('running');
  expect(failureLine(ours)).toMatch(/its path has more than 10[37] bytes/);
});

test('a page or script can choose a name in the data folder only, and no other file', async () => {
  const { backend } = await applications.start('ours');
  const update = (ipcPath: string): Promise<unknown> => backend.settings.update({ ipcPath });
  await expect(update('/tmp/enodeck.ipc')).rejects.toMatchObject({
    field: 'ipcPath',
    message: expect.stringContaining('must be a name in the data folder') as string,
  });
  await writeFile(applications.path('ours', 'letter.txt'), 'a letter');
  await expect(update('letter.txt')).rejects.toMatchObject({ field: 'ipcPath' });
  await expect(update('x'.repeat(108))).rejects.toMatchObject({ field: 'ipcPath' });
  await update('enodeck.ipc');
  await update('other.ipc');
});
