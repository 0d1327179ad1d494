import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SettingView } from '../../../shared/model/settings.ts';
import {
  DEFAULT_SETTINGS,
  SETTING_KEYS,
  type SettingKey,
  type SettingsChange,
} from '../../../shared/settings-table.ts';
import { EffectiveSettings } from '../../../src-main/app/effective-settings.ts';
import type { LaunchSettings } from '../../../src-main/app/launch-options.ts';
import { SettingsStore } from '../../../src-main/store/settings-store.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const NOTHING: LaunchSettings = { values: {}, sources: {} };

let folder: Awaited<ReturnType<typeof temporaryFolder>>;

beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(() => folder.remove());

/** Settings on a file of their own. */
async function open(launch: LaunchSettings = NOTHING, demo = false): Promise<EffectiveSettings> {
  const store = await SettingsStore.open(join(folder.path, 'settings.json'));
  return new EffectiveSettings({ folder: store, root: store }, { demo, settings: launch });
}

function viewOf(settings: EffectiveSettings, key: SettingKey): SettingView {
  const view = settings.views().find((candidate) => candidate.key === key);
  if (view === undefined) throw new Error(`no view of ${key}`);
  return view;
}

describe('the effective settings', () => {
  it('are the defaults without other sources, and every one has a view', async () => {
    const settings = await open();
    expect(settings.current()).toEqual(DEFAULT_SETTINGS);
    expect(settings.views().map(({ key }) => key)).toEqual(SETTING_KEYS);
    for (const view of settings.views()) {
      expect(view).toMatchObject({
        source: 'default',
        pending: false,
        value: view.default,
        next: view.default,
      });
      // Settings of the desktop application have neither a flag nor a variable.
      if (view.flag === null) expect(view).toMatchObject({ group: 'desktop', variable: null });
      else expect(view.variable).toMatch(/^ENODECK_[A-Z0-9_]+$/);
    }
    expect(viewOf(settings, 'dialTimeout')).toMatchObject({ unit: 's', min: 1, max: 120, restart: 'none' });
  });

  it('prefer command line, environment, file and default in this order, and report the source', async () => {
    await (await open()).update({ maxPeers: 10, dialRatio: 4, port: 30310 });
    const settings = await open({
      values: { maxPeers: 20, snap: true },
      sources: { maxPeers: 'flag', snap: 'environment' },
    });
    expect(settings.current()).toMatchObject({ maxPeers: 20, dialRatio: 4, port: 30310, snap: true });
    expect(viewOf(settings, 'maxPeers')).toMatchObject({ value: 20, source: 'flag', default: 50 });
    expect(viewOf(settings, 'snap')).toMatchObject({ value: true, source: 'environment' });
    expect(viewOf(settings, 'dialRatio')).toMatchObject({ value: 4, source: 'file' });
    expect(viewOf(settings, 'dialTimeout')).toMatchObject({ value: 15, source: 'default' });
  });

  it('let the user override the command line until the program restarts', async () => {
    const launch: LaunchSettings = { values: { maxPeers: 20 }, sources: { maxPeers: 'flag' } };
    const settings = await open(launch);
    await settings.update({ maxPeers: 30 });
    expect(viewOf(settings, 'maxPeers')).toMatchObject({ value: 30, source: 'file', pending: false });
    expect((await open(launch)).current().maxPeers).toBe(20);
    const again = await open(launch);
    await again.reset('maxPeers');
    expect(viewOf(again, 'maxPeers')).toMatchObject({ value: 50, source: 'default' });
  });

  it('change immediately, or at the next start of the node or the program', async () => {
    const settings = await open();
    const change: SettingsChange = { name: 'mine', port: 30310, network: 'hoodi' };
    await settings.update(change);
    expect(settings.current()).toMatchObject({ name: 'mine', port: 30303, network: 'mainnet' });
    expect(viewOf(settings, 'port')).toMatchObject({
      value: 30303,
      source: 'default',
      pending: true,
      next: 30310,
      restart: 'node',
    });
    settings.beginRun();
    expect(settings.current()).toMatchObject({ port: 30310, network: 'mainnet' });
    expect(viewOf(settings, 'port')).toMatchObject({ value: 30310, source: 'file', pending: false });
    expect(viewOf(settings, 'network')).toMatchObject({
      value: 'mainnet',
      pending: true,
      next: 'hoodi',
      restart: 'program',
    });
    await settings.update({ network: 'mainnet' });
    expect(viewOf(settings, 'network').pending).toBe(false);
    expect((await open()).current()).toMatchObject({ name: 'mine', port: 30310, network: 'mainnet' });
  });

  it('report what has changed after it is effective', async () => {
    const settings = await open();
    const told: unknown[] = [];
    const stop = settings.onChange((current, keys) => told.push([current.maxPeers, keys]));
    await settings.update({ maxPeers: 12, port: 1 });
    await settings.reset('maxPeers');
    stop();
    await settings.update({ maxPeers: 13 });
    expect(told).toEqual([
      [12, ['maxPeers', 'port']],
      [50, ['maxPeers']],
    ]);
  });

  it('name those of the command line that the user has changed since', async () => {
    const settings = await open({
      values: { maxPeers: 7, port: 9 },
      sources: { maxPeers: 'flag', port: 'environment' },
    });
    expect(settings.overridden()).toEqual([]);
    await settings.update({ port: 10, nat: 'none' });
    await settings.reset('maxPeers');
    expect([...settings.overridden()].sort()).toEqual(['maxPeers', 'port']);
  });

  it('stay unchanged when the file cannot be written', async () => {
    const store = await SettingsStore.open(join(folder.path, 'no', 'settings.json'));
    const settings = new EffectiveSettings(
      { folder: store, root: store },
      { demo: false, settings: NOTHING },
    );
    const told: unknown[] = [];
    settings.onChange((_, keys) => told.push(keys));
    await expect(settings.update({ maxPeers: 3 })).rejects.toMatchObject({ code: 'not-writable' });
    await settings.update({});
    expect(settings.current()).toEqual(DEFAULT_SETTINGS);
    expect(told).toEqual([]);
  });

  it('are saved in the root folder if they choose the network, else in the network’s folder', async () => {
    const root = await SettingsStore.open(join(folder.path, 'root.json'));
    const own = await SettingsStore.open(join(folder.path, 'own.json'));
    const settings = new EffectiveSettings({ folder: own, root }, { demo: false, settings: NOTHING });
    await settings.update({ network: 'sepolia', maxPeers: 9 });
    expect(root.saved()).toEqual({ network: 'sepolia' });
    expect(own.saved()).toEqual({ maxPeers: 9 });
    expect(settings.saved()).toEqual({ network: 'sepolia', maxPeers: 9 });
    await settings.reset('network');
    expect(JSON.parse(await readFile(join(folder.path, 'root.json'), 'utf8'))).toEqual({ version: 2 });
  });

  it('keep the demo on loopback, whatever file and window say', async () => {
    await (await open()).update({ netRestrict: [], nat: 'upnp', genesis: '/g.json', maxPeers: 7 });
    const settings = await open(NOTHING, true);
    expect(settings.current()).toMatchObject({
      addresses: ['127.0.0.1', '::1'],
      port: 0,
      netRestrict: ['127.0.0.0/8', '::1/128'],
      nat: 'none',
      genesis: null,
      ...{ chain: 'sentry', sentry: null, chainImport: [] },
      maxPeers: 7,
    });
    const refused: SettingsChange[] = [
      { netRestrict: [] },
      { nat: 'any' },
      { network: 'hoodi' },
      { chain: 'none' },
    ];
    for (const change of refused) {
      await expect(settings.update({ maxPeers: 8, ...change })).rejects.toMatchObject({
        code: 'not-editable',
        field: Object.keys(change)[0],
      });
    }
    expect(settings.current().maxPeers).toBe(7);
    await expect(settings.reset('nat')).rejects.toMatchObject({ code: 'not-editable' });
  });
});
