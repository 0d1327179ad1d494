import { readdir, readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { API_TOPICS, type TopicName } from '../../../shared/api-contract.ts';
import type { ApiPush } from '../../../shared/api-channels.ts';
import type { IdentityDetails, KeyCandidate } from '../../../shared/model/identity.ts';
import { bytesToHex, hexToBytes, utf8ToBytes } from '../../../src-main/base/bytes.ts';
import { decryptKeystore } from '../../../src-main/store/keystore.ts';
import { keystoreOf } from '../../support/keystore.ts';
import { occursIn } from '../../support/secrets.ts';
import { startedApplications } from '../../support/started-applications.ts';

const applications = startedApplications();

const PASSWORD = 'correct horse';
const WRONG = 'a wrong guess';
const IMPORTED = new Uint8Array(32).fill(0x2a);

it('no reply, push, log line or other file has a private key or a password of a request about the node key', async () => {
  const application = await applications.start('data', '--verbosity', '5');
  const outputs: string[] = [];
  const pushed = (_id: number, push: ApiPush): void => void outputs.push(JSON.stringify(push));
  const client = { push: pushed, ready: () => true };
  const topics = Object.keys(API_TOPICS) as TopicName[];
  for (const [id, topic] of topics.entries()) {
    if (!['peer', 'trace', 'doctor', 'why', 'table', 'discovery', 'lookup'].includes(topic)) {
      application.publisher.subscribe(client, id, topic, {});
    }
  }
  const call = async <Result>(name: string, params: unknown): Promise<Result> => {
    const reply = await application.api.call(name, params);
    outputs.push(JSON.stringify(reply));
    return (reply.ok ? reply.result : undefined) as Result;
  };
  const keyFile = (name: string): Promise<string> => readFile(applications.path('data', name), 'utf8');
  const first = await keyFile('nodekey');

  const exported = await call<{ text: string }>('identity.export', { password: PASSWORD });
  expect(bytesToHex(await decryptKeystore('key', exported.text, PASSWORD))).toBe(first);
  await call('identity.export', { password: WRONG, more: PASSWORD });
  const fresh = await call<KeyCandidate>('identity.prepare', { kind: 'new' });
  await call('identity.apply', { id: fresh.id });
  const second = await keyFile('nodekey');
  expect(second).not.toBe(first);
  const text = keystoreOf(IMPORTED, PASSWORD);
  const locked = await call<KeyCandidate>('identity.prepare', { kind: 'keystore', fileName: 'a.json', text });
  await call('identity.unlock', { id: locked.id, password: WRONG });
  const open = await call<KeyCandidate>('identity.unlock', { id: locked.id, password: PASSWORD });
  const details = await call<IdentityDetails>('identity.apply', { id: open.id });
  expect(await keyFile('nodekey')).toBe(bytesToHex(IMPORTED));
  expect(details.copies).toHaveLength(2);
  await call('identity.prepare', { kind: 'keystore', fileName: 'a.txt', text: first });
  await call('logs.export', { level: 'debug', text: '' });
  await application.stop();

  const folder = applications.path('data');
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  const others = files.filter((file) => file.isFile() && !file.name.startsWith('nodekey'));
  expect(others.map(({ name }) => name)).toContain('enodeck.log');
  for (const { parentPath, name } of others) {
    outputs.push(await readFile(`${parentPath}/${name}`, 'latin1'));
  }
  const given = outputs.map(utf8ToBytes);
  const secrets = {
    ...{
      'the first key': hexToBytes(first),
      'the new key': hexToBytes(second),
      'the imported key': IMPORTED,
    },
    ...{ 'the password': utf8ToBytes(PASSWORD), 'the wrong password': utf8ToBytes(WRONG) },
  };
  for (const [name, secret] of Object.entries(secrets)) expect(occursIn(given, secret), name).toBe(false);
  // The search finds what is there.
  expect(occursIn(given, hexToBytes(details.nodeId))).toBe(true);
});
