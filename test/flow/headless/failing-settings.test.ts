import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseCommandLine } from '../../../src-main/cli/cli.ts';
import { compose, type Application } from '../../../src-main/compose/application.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
const running: Application[] = [];
const ends: (() => void)[] = [];

const at = (...names: string[]): string => join(folder.path, ...names);
const BASE = ['--nat', 'none', '--discovery.dns', '', '--netrestrict', '127.0.0.0/8,::1/128'];
/** What keeps the node on loopback, but for what the test gives in its place. */
const LOOPBACK = [
  ['--addr', '127.0.0.1'],
  ['--port', '0'],
  ['--bootnodes', ''],
] as const;

async function composed(
  mode: 'desktop' | 'headless',
  flags: readonly string[],
  env: NodeJS.ProcessEnv = {},
  saved: object = {},
): Promise<Application> {
  const isSaid = (flag: string): boolean =>
    flags.includes(flag) || Object.keys(env).length > 0 || Object.keys(saved).length > 0;
  const usual = LOOPBACK.flatMap(([flag, value]) =>
    isSaid(flag) && flag !== '--bootnodes' ? [] : [flag, value],
  );
  const args = ['--datadir', at('ours'), '--http.port', '0', ...BASE, ...usual, ...flags];
  const launch = parseCommandLine(args, env, { mode, version: '0' });
  if (launch.kind !== 'run') throw new Error('not a command line to run');
  const application = await compose(launch.options, {
    mode,
    environment: {},
    logSinks: [],
    pageFolder: at('no-page'),
  });
  running.push(application);
  return application;
}

async function save(settings: object): Promise<void> {
  await mkdir(at('ours'), { recursive: true });
  const confined = { addresses: ['127.0.0.1'], port: 0 };
  await writeFile(at('ours', 'settings.json'), JSON.stringify({ version: 2, ...confined, ...settings }));
}

beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(async () => {
  for (const application of running.splice(0).reverse()) await application.stop();
  for (const end of ends.splice(0)) end();
  await folder.remove();
});

async function takenPorts(): Promise<{ tcp: number; udp: number }> {
  const tcp = createServer().listen(0, '127.0.0.1');
  await once(tcp, 'listening');
  ends.push(() => tcp.close());
  const udp = createSocket('udp4').bind(0, '127.0.0.1');
  await once(udp, 'listening');
  ends.push(() => udp.close());
  return { tcp: (tcp.address() as { port: number }).port, udp: udp.address().port };
}

describe('a setting that keeps the node from starting', () => {
  test.each([
    ['nodeKey', '--nodekey', 'Node key file', 'bad.key'],
    ['nodeKey', '--nodekey', 'Node key file', 'missing.key'],
    ['genesis', '--genesis', 'Genesis file', 'bad.json'],
    ['nodeDatabase', '--nodedb', 'Node database folder', 'bad.json'],
  ] as const)(
    'is named with its value and origin, headless, and reset in the window: %s',
    async (key, flag, title, name) => {
      await writeFile(at('bad.key'), 'no key');
      await writeFile(at('bad.json'), '{}');
      const file = at(name);
      const variable = `ENODECK_${flag.slice(2).toUpperCase()}`;
      await expect(composed('headless', [flag, file])).rejects.toThrow(
        `“${title}” is "${file}", from the flag ${flag}`,
      );
      await expect(composed('headless', [], { [variable]: file })).rejects.toThrow(
        `from the variable ${variable}`,
      );
      await save({ [key]: file });
      const refused = composed('headless', [], {}, { [key]: file });
      await expect(refused).rejects.toThrow(`from ${at('ours', 'settings.json')}`);
      await expect(refused).rejects.toThrow(/^(?!.*(?:delete|move it away|move that)).*$/s);

      const { backend, start } = await composed('desktop', [], {}, { [key]: file });
      await expect(start()).rejects.toThrow(title);
      expect(backend.status()).toMatchObject({ phase: 'failed', failure: { setting: { key, title } } });
      const [line] = backend.status().health;
      expect(line?.actions).toContainEqual({ kind: 'reset-setting', params: { key } });
      await backend.settings.reset(key);
      if (key === 'genesis') {
        await expect(backend.start()).rejects.toThrow(/quit Enodeck and start it again/);
        expect(backend.status().failure).toMatchObject({ code: 'restart-needed', setting: null });
      } else {
        await backend.start();
        expect(backend.status().phase).toBe('running');
      }
      expect(JSON.parse(await readFile(at('ours', 'settings.json'), 'utf8'))).not.toHaveProperty(key);
    },
  );

  test.each([
    ['port', { port: 'tcp' }, 'port-in-use'],
    ['port', { port: 'udp' }, 'port-in-use'],
    ['discoveryPort', { discoveryPort: 'udp' }, 'port-in-use'],
    ['addresses', { addresses: ['192.0.2.1'], discovery: false }, 'address-not-available'],
    ['addresses', { addresses: ['192.0.2.1'] }, 'address-not-available'],
    ['discoveryAddresses', { discoveryAddresses: ['192.0.2.1'] }, 'address-not-available'],
  ] as const)('of the sockets is named: %s in %o', async (key, change, code) => {
    const ports = await takenPorts();
    const values = Object.entries(change).map(([name, value]) => [
      name,
      value === 'tcp' ? ports.tcp : value === 'udp' ? ports.udp : (value as unknown),
    ]);
    await save(Object.fromEntries(values) as object);
    const { backend, start } = await composed('desktop', [], {}, change);
    await expect(start()).rejects.toThrow(`from ${at('ours', 'settings.json')}`);
    expect(backend.status().failure).toMatchObject({ code, setting: { key } });
    await backend.settings.update({
      [key]: key === 'addresses' || key === 'discoveryAddresses' ? ['127.0.0.1'] : 0,
    });
    await backend.start();
    expect(backend.status().phase).toBe('running');
  });

  test.each([
    ['maxPeers', -1],
    ['nat', 'nonsense'],
    ['netRestrict', ['10.0.0.0']],
    ['networkId', 'x'],
    ['network', 'mainet'],
    ['dnsServer', 'nowhere'],
    ['discoveryDns', ['enrtree://x']],
    ['genesis', 7],
    ['logLevel', 'loud'],
  ] as const)('with a wrong value in the file is set aside in the desktop: %s', async (key, value) => {
    await save({ [key]: value, name: 'kept' });
    const text = await readFile(at('ours', 'settings.json'), 'utf8');
    await expect(composed('headless', [], {}, { key })).rejects.toMatchObject({ member: key, line: 1 });
    const { backend, start } = await composed('desktop', [], {}, { key });
    await expect(start()).rejects.toThrow(`"${key}`);
    expect(backend.status().failure).toMatchObject({ setting: { key } });
    await expect(backend.settings.update({ maxUpload: 7 })).rejects.toThrow(`"${key}`);
    expect(await readFile(at('ours', 'settings.json'), 'utf8')).toBe(text);
    await backend.settings.reset(key);
    expect(JSON.parse(await readFile(at('ours', 'settings.json'), 'utf8'))).toMatchObject({ name: 'kept' });
    expect(backend.settings.views().find((view) => view.key === 'name')).toMatchObject({ value: 'kept' });
  });

  test('is set aside beside another one, and the node waits for both', async () => {
    await save({ maxPeers: -1, nodeKey: at('missing.key') });
    const { backend, start } = await composed('desktop', [], {}, { both: true });
    await expect(start()).rejects.toThrow('maxPeers');
    await backend.settings.reset('maxPeers');
    await expect(backend.start()).rejects.toThrow('Node key file');
    await backend.settings.reset('nodeKey');
    await backend.start();
  });

  test('does not include the page’s port in the desktop: the node runs without that page', async () => {
    const { tcp } = await takenPorts();
    const { backend, start } = await composed('desktop', ['--http', '--http.port', String(tcp)]);
    await start();
    expect(backend.status().phase).toBe('running');
    expect(backend.logs.all().some(({ message }) => message.includes('not served over HTTP'))).toBe(true);
  });
});
