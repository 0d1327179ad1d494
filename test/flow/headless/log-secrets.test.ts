import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { hexToBytes, utf8ToBytes } from '../../../src-main/base/bytes.ts';
import { BLOCK_FILES } from '../../support/block-files.ts';
import { eventually } from '../../support/eventually.ts';
import { occursIn } from '../../support/secrets.ts';
import { LOOPBACK_FLAGS, startedApplications } from '../../support/started-applications.ts';
import { runToolCommand } from '../../support/tool-commands.ts';

const applications = startedApplications();

const NODE_KEY = '5e'.repeat(32);
const JWT = 'c7'.repeat(32);
const API_TOKEN = 'token-of-the-page';
const HEADER = 'value-of-the-header';
const USER = 'user-in-the-address';
const PASSWORD = 'password-in-the-address';
const PATH = 'key-in-the-path';
const QUERY = 'key-in-the-query';

/** A client that answers each request with everything it was sent, as a proxy does that is set up for debugging. */
async function echoingClient(): Promise<string> {
  let asked = 0;
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    asked += 1;
    request.resume().on('end', () => {
      const message = `refused: ${request.url ?? ''} ${JSON.stringify(request.headers)}`;
      response.statusCode = asked % 3 === 0 ? 401 : 200;
      response.statusMessage = 'Refused';
      response.end(
        asked % 2 === 0 ? message : JSON.stringify({ jsonrpc: '2.0', id: 1, error: { code: -1, message } }),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  applications.atEnd(() => server.close());
  return `127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}

test('no format of the log has a secret, at its most detailed level', async () => {
  await writeFile(applications.path('key'), NODE_KEY, { mode: 0o600 });
  await writeFile(applications.path('jwt'), JWT, { mode: 0o600 });
  const data = applications.path('ours');
  await mkdir(data, { mode: 0o700 });
  const named = (
    await runToolCommand(['token', 'add', 'scripts', '--right', 'operate', '--datadir', data])
  ).trim();
  const printed: string[] = [];
  const ours = await applications.compose(
    'ours',
    [
      ...LOOPBACK_FLAGS,
      ...['--genesis', BLOCK_FILES.testchainGenesis, '--verbosity', '5', '--log.format', 'logfmt'],
      ...['--nodekey', applications.path('key'), '--http.token', API_TOKEN],
      ...['--sentry', `http://${await echoingClient()}/${PATH}?key=${QUERY}`],
      ...['--sentry.jwt', applications.path('jwt'), '--sentry.header', `X-Api-Key: ${HEADER}`],
    ],
    { terminal: { stream: { write: (text) => printed.push(text) }, from: 'debug' } },
  );
  await ours.start();
  const { enode } = ours.backend.status().identity;
  const theirs = await applications.start(
    'theirs',
    ...['--genesis', BLOCK_FILES.testchainGenesis, '--staticnodes', enode],
  );
  await eventually('a session', async () => ours.backend.peers().length || undefined);
  await askOverHttp(ours.pageUrl ?? '', named);
  await runToolCommand(['token', 'revoke', 'scripts', '--datadir', data]);
  // Of the values that are refused, too.
  for (const change of [
    { sentry: `http://${USER}:${PASSWORD}@127.0.0.1:1/${PATH} x` },
    { sentryHeaders: [`X-Api-Key: ${HEADER}\n`] },
    { sentryHeaders: [`X-Other: ${HEADER}`] },
    { logModules: '*=debug' },
  ]) {
    await ours.api.call('settings.update', change);
  }
  await eventually('a failure of the client', async () =>
    printed.some((line) => line.includes('module=sentry')) ? true : undefined,
  );
  await theirs.stop();
  const shown = JSON.stringify(await ours.api.call('logs.export', { level: 'debug', text: '' }));
  await ours.stop();
  const file = await readFile(applications.path('ours', 'logs', 'enodeck.log'), 'utf8');
  const audit = await readFile(applications.path('ours', 'logs', 'audit.log'), 'utf8');
  const outputs = { logfmt: printed.join(''), text: shown, json: file };

  const texts = [API_TOKEN, named, HEADER, USER, PASSWORD, PATH, QUERY, NODE_KEY, JWT].map(utf8ToBytes);
  const secrets = [...texts, hexToBytes(NODE_KEY), hexToBytes(JWT)];
  const found = Object.entries({ ...outputs, audit }).flatMap(([format, text]) =>
    secrets.flatMap((secret) => (occursIn([utf8ToBytes(text)], secret) ? [[format, secret]] : [])),
  );
  expect(found).toEqual([]);
  expect(audit).toContain('logModules');
  expect(audit).toContain('token scripts');
  for (const text of Object.values(outputs)) {
    expect(text).toMatch(/debug/i);
    // The client's answer was logged, without what it quotes.
    expect(text).toContain('refused: /********?');
    expect(text).toContain('peer added');
  }
});

/** Requests with the token of the page and a named one, without, and with what is wrong. */
async function askOverHttp(pageUrl: string, named: string): Promise<void> {
  const { origin } = new URL(pageUrl);
  const bearer = { Authorization: `Bearer ${API_TOKEN}`, 'Content-Type': 'application/json' };
  const post = (body: string, headers: Record<string, string>, query = ''): Promise<Response> =>
    fetch(`${origin}/rpc${query}`, { method: 'POST', body, headers });
  const call = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'enodeck_status', params: [] });
  expect((await post(call, bearer)).status).toBe(200);
  const change = JSON.stringify({
    ...{ jsonrpc: '2.0', id: 1, method: 'enodeck_ban', params: ['192.0.2.1', 'forever', 'noise'] },
  });
  await post(change, {}, `?token=${named}`);
  expect((await post(change, { ...bearer, Authorization: `Bearer ${named}` })).status).toBe(200);
  await post(call, { Authorization: `Bearer ${named}x` });
  await post(call, {});
  await post('{', bearer);
  await post(call, { ...bearer, Origin: 'http://other.example' });
  await post(call, {}, `?token=${API_TOKEN}`);
  await post(call, { Authorization: `Bearer ${API_TOKEN}x` });
  await fetch(`${origin}/nothing?token=${API_TOKEN}`);
}
