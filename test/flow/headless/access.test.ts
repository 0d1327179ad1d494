import { copyFile, readFile } from 'node:fs/promises';
import { request } from 'node:https';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { eventually } from '../../support/eventually.ts';
import { startedApplications } from '../../support/started-applications.ts';
import { runToolCommand } from '../../support/tool-commands.ts';

const VECTORS = join(import.meta.dirname, '../../vectors/tls');
const applications = startedApplications();

/** The answer of JSON-RPC to a call with a token; the status of a refusal. */
async function call(
  url: string,
  ca: string,
  token: string,
  method: string,
  ...params: unknown[]
): Promise<unknown> {
  const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
  return await new Promise((resolve, reject) => {
    const sent = request(new URL('/rpc', url), { method: 'POST', headers, ca, agent: false }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () => {
        resolve(response.statusCode === 200 ? JSON.parse(text) : response.statusCode);
      });
    });
    sent.on('error', reject);
    sent.end(JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }));
  });
}

test('a node with a certificate and named tokens: each has its right until it is revoked', async () => {
  const files = { cert: applications.path('page.crt'), key: applications.path('page.key') };
  const use = async (name: string): Promise<string> => {
    await copyFile(join(VECTORS, `${name}.crt`), files.cert);
    await copyFile(join(VECTORS, `${name}.key`), files.key);
    return await readFile(files.cert, 'utf8');
  };
  const first = await use('one');
  const tls = ['--http.tls.cert', files.cert, '--http.tls.key', files.key];
  const ours = await applications.start('ours', '--nodiscover', ...tls);
  const url = ours.pageUrl ?? '';
  expect(url).toMatch(/^https:/);
  expect(ours.backend.status().health.find(({ id }) => id === 'page-certificate')?.state).toBe('good');

  const token = (command: string, name: string, ...options: string[]): Promise<string> =>
    runToolCommand(['token', command, name, ...options, '--datadir', applications.path('ours')]);
  const reader = (await token('add', 'reader', '--right', 'read')).trim();
  const scripts = (await token('add', 'scripts', '--right', 'operate')).trim();
  await eventually('the tokens', async () =>
    (await call(url, first, scripts, 'net_version')) === 401 ? undefined : true,
  );
  expect(await call(url, first, reader, 'enodeck_ban', '192.0.2.1')).toMatchObject({
    error: { message: 'enodeck_ban needs a token with the right operate; this one has read.' },
  });
  expect(await call(url, first, scripts, 'enodeck_ban', '192.0.2.1')).toMatchObject({
    result: { id: 'ip:192.0.2.1' },
  });

  const socket = new WebSocket(new URL('/ws', url.replace('https', 'wss')), ['enodeck', `token.${reader}`], {
    ca: first,
  });
  const answered = new Promise<string>((resolve) =>
    socket.once('message', (data) => {
      resolve((data as Buffer).toString());
    }),
  );
  const ended = new Promise((resolve) => socket.once('close', resolve));
  await new Promise((resolve) => socket.once('open', resolve));
  socket.send(JSON.stringify({ type: 'request', id: 1, name: 'node.stop', params: {} }));
  expect(await answered).toContain('right-missing');
  await token('revoke', 'reader');
  await ended;

  const second = await use('two');
  await ours.reloader.reload();
  expect(await call(url, second, reader, 'net_version')).toBe(401);
  const audit = await readFile(applications.path('ours', 'logs', 'audit.log'), 'utf8');
  expect(
    audit
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as object),
  ).toMatchObject([
    { msg: 'token.add', what: 'reader', to: 'read' },
    { msg: 'token.add', what: 'scripts', to: 'operate' },
    { msg: 'enodeck_ban', who: 'token scripts', what: 'ip:192.0.2.1' },
    { msg: 'token.revoke', what: 'reader', from: 'read' },
  ]);
});
