import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import type { Application } from '../../../src-main/compose/application.ts';
import { startedApplications } from '../../support/started-applications.ts';

const applications = startedApplications();

const at = applications.path;
const BASE = ['--nat', 'none', '--discovery.dns', '', '--netrestrict', '127.0.0.0/8,::1/128'];
/** Confine the node to loopback, unless the test gives another value. */
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
  const isGiven = (flag: string): boolean =>
    flags.includes(flag) || Object.keys(env).length > 0 || Object.keys(saved).length > 0;
  const defaults = LOOPBACK.flatMap(([flag, value]) =>
    isGiven(flag) && flag !== '--bootnodes' ? [] : [flag, value],
  );
  return await applications.compose('ours', [...BASE, ...defaults, ...flags], { mode, env });
}

async function save(settings: object): Promise<void> {
  await mkdir(at('ours'), { recursive: true });
  const confined = { addresses: ['127.0.0.1'], port: 0 };
  await writeFile(at('ours', 'settings.json'), JSON.stringify({ version: 2, ...confined, ...settings }));
}

async function takenPorts(): Promise<{ tcp: number; udp: number }> {
  const tcp = createServer().listen(0, '127.0.0.1');
  await once(tcp, 'listening');
  applications.atEnd(() => tcp.close());
  const udp = createSocket('udp4').bind(0, '127.0.0.1');
  await once(udp, 'listening');
  applications.atEnd(() => udp.close());
  return { tcp: (tcp.address() as { port: number }).port, udp: udp.address().port };
}

describe('a setting that keeps the node from starting', () => {
  test.each([
    ['nodeKey', '--nodekey', 'Node key file', 'bad.key'],
    ['nodeKey', '--nodekey', 'Node key file', 'missing.key'],
    ['genesis', '--genesis', 'Genesis file', 'bad.json'],
    ['nodeDatabase', '--nodedb', 'Node database folder', 'bad.json'],
  ] as const)(
    'is reported with value and origin in headless mode, and can be reset in the desktop: %s',
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
  ] as const)('of a socket is reported: %s in %o', async (key, change, code) => {
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
  ] as const)(
    'with an invalid value in settings.json is set aside in the desktop: %s',
    async (key, value) => {
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
    },
  );

  test('is set aside together with another one, and the node starts when both are reset', async () => {
    await save({ maxPeers: -1, nodeKey: at('missing.key') });
    const { backend, start } = await composed('desktop', [], {}, { both: true });
    await expect(start()).rejects.toThrow('maxPeers');
    await backend.settings.reset('maxPeers');
    await expect(backend.start()).rejects.toThrow('Node key file');
    await backend.settings.reset('nodeKey');
    await backend.start();
  });

  test('is not the HTTP port of the desktop: the node runs without the page over HTTP', async () => {
    const { tcp } = await takenPorts();
    const { backend, start } = await composed('desktop', [
      ...['--network', 'mainnet', '--http', '--http.port', String(tcp)],
    ]);
    await start();
    expect(backend.status().phase).toBe('running');
    expect(backend.logs.all().some(({ message }) => message.includes('not served over HTTP'))).toBe(true);
  });
});
