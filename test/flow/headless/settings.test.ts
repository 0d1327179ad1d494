import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { SettingView } from '../../../shared/model/settings.ts';
import type { Application } from '../../../src-main/compose/application.ts';
import { SOME_ENODE } from '../../support/fake-backend.ts';
import { eventually } from '../../support/eventually.ts';
import { startedApplications } from '../../support/started-applications.ts';

const applications = startedApplications();
const { start } = applications;

function viewOf({ backend }: Application, key: string): SettingView {
  const view = backend.settings.views().find((candidate) => candidate.key === key);
  if (view === undefined) throw new Error(`no view of ${key}`);
  return view;
}

describe('settings of a running node', () => {
  test('disconnect peers outside a new --netrestrict', async () => {
    const ours = await start('ours', '--nodiscover');
    const theirs = await start(
      'theirs',
      '--nodiscover',
      '--staticnodes',
      ours.backend.status().identity.enode,
    );
    expect(theirs.backend.lists.all().static).toMatchObject([{ source: 'flag' }]);
    const peers = (): number => ours.backend.peers().length;
    await eventually('a peer', () => Promise.resolve(peers() === 1 || undefined));
    await ours.backend.settings.update({ netRestrict: ['::1/128'] });
    await eventually('no peer', () => Promise.resolve(peers() === 0 || undefined));
    expect(viewOf(ours, 'netRestrict')).toMatchObject({ value: ['::1/128'], source: 'file', pending: false });
    expect(ours.backend.events.all().map(({ text }) => text)).toContain('Settings changed: Allowed networks');
  });

  test('replace, remove and restore the bootnodes, and the list shows it', async () => {
    const ours = await start('ours', '--nodiscover');
    const listed = (): unknown =>
      ours.backend.lists.all().bootnodes.map(({ text, source }) => [text, source]);
    expect(listed()).toEqual([]);
    await ours.backend.settings.update({ bootnodes: [SOME_ENODE] });
    expect(listed()).toEqual([[SOME_ENODE, 'setting']]);
    const [entry] = ours.backend.lists.all().bootnodes;
    await expect(
      ours.backend.lists.edit(entry?.id ?? '', { list: 'bootnodes', text: SOME_ENODE, label: 'x' }),
    ).rejects.toThrow(/the setting “Bootnodes” names it/);
    await ours.backend.settings.update({ bootnodes: [] });
    expect(listed()).toEqual([]);
    await ours.backend.settings.update({ bootnodes: [SOME_ENODE] });
    expect(ours.backend.settings.export().text).toContain(`BootstrapNodes = [\n  "${SOME_ENODE}"`);
  });

  test('apply name and log level immediately, port and snap at the next start', async () => {
    const ours = await start('ours', '--nodiscover');
    await ours.backend.settings.update({ name: 'mine', logLevel: 'debug', port: 1, snap: true });
    expect(ours.backend.status().clientName).toMatch(/^Enodeck\/mine\/v/);
    expect(viewOf(ours, 'port')).toMatchObject({ value: 0, source: 'flag', pending: true, next: 1 });
    expect(ours.backend.status().capabilities).not.toContain('snap/1');
    await ours.backend.settings.update({ port: 0 });
    await ours.backend.stop();
    await ours.backend.start();
    expect(viewOf(ours, 'snap')).toMatchObject({ value: true, source: 'file', pending: false });
    expect(ours.backend.status().capabilities).toContain('snap/1');
  });

  test('give discovery its own address and port, or turn it off', async () => {
    const ours = await start('ours', '--discovery.addr', '127.0.0.2', '--discovery.port', '0');
    expect(ours.backend.status().listening.map(({ protocol, ip }) => [protocol, ip])).toEqual([
      ['tcp', '127.0.0.1'],
      ['udp', '127.0.0.2'],
    ]);
    await ours.backend.settings.update({ discoveryV4: false, discoveryV5: false });
    await ours.backend.stop();
    await ours.backend.start();
    expect(ours.backend.status().listening.map(({ protocol }) => protocol)).toEqual(['tcp']);
  });

  test('choose the folder of the node database', async () => {
    const place = applications.path('elsewhere');
    await mkdir(applications.path('ours'));
    await writeFile(
      applications.path('ours', 'settings.json'),
      JSON.stringify({ version: 2, nodeDatabase: place, network: 'hoodi' }),
    );
    const ours = await start('ours', '--nodiscover');
    expect(await readFile(join(place, 'CURRENT'), 'utf8')).toMatch(/^MANIFEST/);
    expect(ours.backend.status().network.name).toBe('hoodi');
  });
});

describe('geth’s TOML', () => {
  test('is imported whole, not at all, or in part on request', async () => {
    const ours = await start('ours', '--nodiscover');
    const text = `[Node.P2P]\nMaxPeers = 12\nDialRatio = 1000\nHTTPHost = true\nStaticNodes = ["${SOME_ENODE}"]\n`;
    expect(await ours.backend.settings.import(text, false)).toMatchObject({
      applied: false,
      errors: [{ line: 3, reason: expect.stringMatching(/^DialRatio/) as string }],
    });
    expect(viewOf(ours, 'maxPeers')).toMatchObject({ value: 50, source: 'default' });
    expect(ours.backend.lists.all().static).toEqual([]);
    expect(await ours.backend.settings.import(text, true)).toEqual({
      settings: ['maxPeers'],
      lists: { bootnodes: 0, static: 1, trusted: 0 },
      ignored: ['Node.P2P.HTTPHost'],
      errors: [{ line: 3, reason: expect.stringMatching(/^DialRatio/) as string }],
      applied: true,
    });
    expect(viewOf(ours, 'maxPeers')).toMatchObject({ value: 12, source: 'file' });
    expect(ours.backend.lists.all().static).toMatchObject([{ text: SOME_ENODE, source: 'user' }]);
  });

  test('is exported as it was imported', async () => {
    const ours = await start('ours', '--nodiscover');
    await ours.backend.settings.update({ maxPeers: 13, netRestrict: ['127.0.0.0/8'] });
    const near = SOME_ENODE.replace('192.0.2.7', '127.0.0.9');
    await ours.backend.lists.add({ list: 'trusted', text: near, label: 'theirs' });
    const { text, fileName } = ours.backend.settings.export();
    expect(fileName).toBe('config.toml');
    expect(text).toContain('BootstrapNodes = []');
    const other = await start('other', '--nodiscover');
    expect(await other.backend.settings.import(text, false)).toMatchObject({ applied: true, errors: [] });
    expect(other.backend.settings.export().text).toBe(text);
    expect(other.backend.lists.all().trusted).toMatchObject([{ text: near }]);
  });

  test('cannot make the demo leave loopback', async () => {
    const demo = await applications.compose('demo', ['--demo']);
    const text = '[Node.P2P]\nMaxPeers = 5\nNetRestrict = ["0.0.0.0/0"]\nNAT = "upnp"\n';
    expect(await demo.backend.settings.import(text, false)).toMatchObject({
      settings: ['maxPeers'],
      ignored: ['netRestrict', 'nat'],
      applied: true,
    });
    expect(viewOf(demo, 'netRestrict').value).toEqual(['127.0.0.0/8', '::1/128']);
  });
});
