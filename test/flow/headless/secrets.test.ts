import { readdir, readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { createRpcTable } from '../../../src-main/api/rpc-methods.ts';
import { bytesToHex, hexToBytes, utf8ToBytes } from '../../../src-main/base/bytes.ts';
import { nodeIdOf } from '../../../src-main/node-record/node-id.ts';
import { publicKeyOf } from '../../../src-main/base/secp256k1.ts';
import { eventually } from '../../support/eventually.ts';
import { occursIn } from '../../support/secrets.ts';
import { startedApplications } from '../../support/started-applications.ts';

const applications = startedApplications();
const TOKEN = 'a-token-that-no-answer-may-have';

/** The key of a node, from the file of its data folder that has 64 hex digits and gives the node's ID. */
async function keyOf(folder: string, id: string): Promise<Uint8Array> {
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const file of files.filter((each) => each.isFile())) {
    const text = (await readFile(`${file.parentPath}/${file.name}`, 'latin1')).trim();
    if (!/^[0-9a-f]{64}$/.test(text)) continue;
    const key = hexToBytes(text);
    if (bytesToHex(nodeIdOf(publicKeyOf(key))) === id) return key;
  }
  throw new Error('no key file');
}

test('no answer of JSON-RPC, no report and no log has the key of a node or the token of the API', async () => {
  const ours = await applications.start('ours', '--hoodi', '--snap', '--http.token', TOKEN);
  const rpc = createRpcTable(ours.backend, true);
  const answers: string[] = [];
  /** Methods whose result its own schema does not describe. */
  const undescribed = new Set<string>();
  const call = async (name: string, ...params: unknown[]): Promise<unknown> => {
    const method = rpc.methods.get(name);
    try {
      const result = await method?.(params);
      const text = JSON.stringify(result ?? null);
      answers.push(text);
      if (method?.document.result.safeParse(JSON.parse(text)).success === false) undescribed.add(name);
      return result;
    } catch (error) {
      answers.push(String(error));
      return undefined;
    }
  };
  await call('enodeck_recorder', { action: 'start', discovery: true });
  const theirs = await applications.start(
    'theirs',
    '--hoodi',
    '--staticnodes',
    ours.backend.status().identity.enode,
  );
  const [self, peer] = [ours, theirs].map(({ backend }) => backend.status().identity);
  if (self === undefined || peer === undefined) throw new Error('no identity');
  await eventually('a session', async () =>
    (await ours.backend.recorder.search('msg:Status')).length >= 2 ? true : undefined,
  );
  expect(await call('enodeck_session', peer.id)).toMatchObject({ id: peer.id, stage: 'running' });
  expect(await call('enodeck_doctor', peer.enode, { special: true })).toMatchObject({ verdict: {} });
  expect(await call('enodeck_sessionMessages', { filter: 'msg:auth' })).toMatchObject([
    { row: { name: 'auth' } },
  ]);
  for (const name of rpc.methods.keys()) {
    // These change what the others read.
    if (/_(admin|remove|ban|unban|set|reset|recorder|doctor|start|stop|open|close)/i.test(name)) continue;
    await call(name);
    await call(name, peer.id);
    await call(name, {});
  }
  expect([...undescribed]).toEqual([]);
  const logs = await ours.api.call('logs.export', { level: 'debug', text: '' });
  answers.push(JSON.stringify(logs), JSON.stringify(ours.backend.status()));
  expect(answers.length).toBeGreaterThan(60);

  const outputs = answers.map(utf8ToBytes);
  const keys = await Promise.all([
    keyOf(applications.path('ours'), self.id),
    keyOf(applications.path('theirs'), peer.id),
  ]);
  expect([...keys, utf8ToBytes(TOKEN)].map((secret) => occursIn(outputs, secret))).toEqual([
    false,
    false,
    false,
  ]);
  // The search finds what is there.
  expect(occursIn(outputs, hexToBytes(peer.id))).toBe(true);
});
