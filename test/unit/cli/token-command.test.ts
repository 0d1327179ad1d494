import { existsSync } from 'node:fs';
import { chown, mkdir, readFile, readdir, rm, stat, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { digestOf } from '../../../src-main/app/access-tokens.ts';
import { bytesToHex } from '../../../src-main/base/bytes.ts';
import { MAX_TOKENS, readTokens, writeTokens } from '../../../src-main/store/token-file.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { runToolCommand } from '../../support/tool-commands.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let data: string;

const run = (...args: readonly string[]): Promise<string> =>
  runToolCommand(['token', ...args, '--datadir', data], { now: () => Date.UTC(2026, 0, 31, 12) });

beforeEach(async () => {
  folder = await temporaryFolder();
  data = join(folder.path, 'data');
  await mkdir(data, { mode: 0o700 });
});

afterEach(() => folder.remove());

describe('enodeck token', () => {
  test('add prints a random token once and stores its hash', async () => {
    const token = (await run('add', 'grafana', '--right', 'read')).trim();
    expect(token).toMatch(/^[0-9a-f]{48}$/);
    const file = join(data, 'tokens.json');
    expect(await readFile(file, 'utf8')).not.toContain(token);
    expect(await readTokens(file)).toEqual([
      {
        ...{ name: 'grafana', right: 'read', created: '2026-01-31T12:00:00.000Z' },
        sha256: bytesToHex(digestOf(token)),
      },
    ]);
    expect(await run('add', 'scripts', '--right', 'operate')).not.toContain(token);
  });

  test('list prints names and rights, and no token or hash', async () => {
    expect(await run('list')).toBe('There are no tokens besides the one in the address of the page.\n');
    await run('add', 'grafana', '--right', 'read');
    await run('add', 'ci', '--right', 'operate');
    expect(await run('list')).toBe(
      'grafana  read     2026-01-31T12:00:00.000Z\nci       operate  2026-01-31T12:00:00.000Z\n',
    );
  });

  test('revoke removes one token and keeps the others', async () => {
    await run('add', 'grafana', '--right', 'read');
    await run('add', 'ci', '--right', 'operate');
    expect(await run('revoke', 'grafana')).toBe('The token "grafana" is revoked.\n');
    expect((await readTokens(join(data, 'tokens.json'))).map(({ name }) => name)).toEqual(['ci']);
  });

  test('refuses what it cannot do, and changes nothing', async () => {
    await run('add', 'grafana', '--right', 'read');
    await expect(run('add', 'grafana', '--right', 'admin')).rejects.toThrow(
      'There is a token "grafana" already',
    );
    await expect(run('add', 'a b', '--right', 'admin')).rejects.toThrow('1 to 64 characters');
    await expect(run('add', 'page', '--right', 'admin')).rejects.toThrow(
      'is that of the token in the address',
    );
    await expect(run('add', 'ci', '--right', 'root')).rejects.toThrow('--right');
    await expect(run('add', 'ci')).rejects.toThrow('--right');
    await expect(run('revoke', 'ci')).rejects.toThrow('There is no token "ci".');
    expect((await readTokens(join(data, 'tokens.json'))).map(({ right }) => right)).toEqual(['read']);
  });

  test('refuses a data folder that does not exist, and does not create it', async () => {
    await rm(data, { recursive: true });
    await expect(run('add', 'grafana', '--right', 'read')).rejects.toThrow(
      `There is no data folder ${data}: the node makes it at its first start.`,
    );
    expect(existsSync(data)).toBe(false);
  });

  test('writes to the audit log who changed what', async () => {
    const token = (await run('add', 'grafana', '--right', 'read')).trim();
    await run('revoke', 'grafana');
    await run('list');
    const text = await readFile(join(data, 'logs', 'audit.log'), 'utf8');
    expect(text).not.toContain(token);
    expect(
      text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as object),
    ).toMatchObject([
      { module: 'audit', msg: 'token.add', who: 'command line', what: 'grafana', to: 'read' },
      { module: 'audit', msg: 'token.revoke', who: 'command line', what: 'grafana', from: 'read' },
    ]);
  });

  test('keeps a bounded number', async () => {
    await run('add', 'first', '--right', 'read');
    const [first] = await readTokens(join(data, 'tokens.json'));
    const many = Array.from({ length: MAX_TOKENS }, (_, at) => ({ ...first!, name: `token-${String(at)}` }));
    await writeTokens(join(data, 'tokens.json'), many);
    await expect(run('add', 'one-more', '--right', 'read')).rejects.toThrow('64 tokens');
  });

  test('keeps every change of those that are made at the same time', async () => {
    await run('add', 'old', '--right', 'admin');
    const names = Array.from({ length: 5 }, (_, at) => `token-${String(at)}`);
    await Promise.all([run('revoke', 'old'), ...names.map((name) => run('add', name, '--right', 'read'))]);
    const left = (await readTokens(join(data, 'tokens.json'))).map(({ name }) => name);
    expect(left.sort()).toEqual(names);
    expect(await readdir(data)).not.toContain('tokens.json.lock');
  });

  test('run by root leaves the files to the owner of the data folder', async () => {
    const uid = process.getuid?.() === 0 ? 12_345 : process.getuid?.();
    if (uid === 12_345) await chown(data, uid, uid);
    await run('add', 'grafana', '--right', 'read');
    await run('add', 'ci', '--right', 'read');
    await run('revoke', 'ci');
    for (const file of ['tokens.json', 'logs', 'logs/audit.log']) {
      expect([file, (await stat(join(data, file))).uid]).toEqual([file, uid ?? 0]);
    }
    expect((await readdir(data)).sort()).toEqual(['logs', 'tokens.json']);
  });

  test('run by root in the folder of another user does not write through a link', async () => {
    if (process.getuid?.() !== 0) return;
    await chown(data, 12_345, 12_345);
    await symlink(join(folder.path, 'elsewhere'), join(data, 'logs'));
    await expect(run('add', 'grafana', '--right', 'read')).rejects.toThrow('logs is a link');
    expect(await readdir(data)).toEqual(['logs']);
  });
});
