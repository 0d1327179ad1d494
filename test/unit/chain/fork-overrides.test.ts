import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseForkOverride } from '../../../shared/fork-override.ts';
import { forkIdAt } from '../../../src-main/chain/fork-id.ts';
import { ForkOverrideError, withForkOverrides } from '../../../src-main/chain/fork-overrides.ts';
import { NETWORKS } from '../../../src-main/chain/networks.ts';
import { loadNetwork } from '../../../src-main/app/network-selection.ts';
import { SettingsController } from '../../../src-main/app/settings-control.ts';
import { EffectiveSettings } from '../../../src-main/app/effective-settings.ts';
import { OptionError } from '../../../src-main/app/launch-options.ts';
import { SettingsStore } from '../../../src-main/store/settings-store.ts';
import { unhex } from '../../support/hex.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const { hoodi, mainnet, sepolia } = NETWORKS;
const overridden = (network: typeof hoodi, ...texts: string[]) =>
  withForkOverrides(network, texts.map(parseForkOverride));

describe('A fork time that the user sets', () => {
  it('updates an outdated schedule to that of the network', () => {
    const { amsterdamTime: _, ...times } = sepolia.configured.times;
    const outdated = {
      ...sepolia,
      configured: { ...sepolia.configured, times },
      forkTimes: sepolia.forkTimes.slice(0, -1),
    };
    const now = 1_795_000_000n;
    expect(unhex(forkIdAt(outdated, 2_000_000n, now).hash)).not.toBe('0x6c1d9423');
    const updated = overridden(outdated, 'amsterdam=1791294816');
    expect(unhex(forkIdAt(updated, 2_000_000n, now).hash)).toBe('0x6c1d9423');
  });

  it('replaces the time of the fork in the network', () => {
    const moved = overridden(sepolia, 'Amsterdam=1800000000');
    expect(moved.forkTimes).toEqual([...sepolia.forkTimes.slice(0, -1), 1_800_000_000n]);
    expect(moved.forkBlocks).toEqual(sepolia.forkBlocks);
  });

  it('may be of an unknown fork, which is ordered by its time', () => {
    expect(overridden(hoodi, 'next1=1900000000').forkTimes).toEqual([...hoodi.forkTimes, 1_900_000_000n]);
    expect(overridden(hoodi, 'between=1762000000').forkTimes).toEqual(
      [...hoodi.forkTimes, 1_762_000_000n].sort(),
    );
  });

  it('does not change the built-in network', () => {
    const before = [...hoodi.forkTimes];
    overridden(hoodi, 'amsterdam=1900000000');
    expect(hoodi.forkTimes).toEqual(before);
    expect(overridden(hoodi)).toBe(hoodi);
  });

  it.each([
    ['london=1900000000', /"london" is set by block number/],
    ['grayGlacier=1900000000', /"grayglacier" is set by block number/],
    ['amsterdam=1700000000', /"amsterdam" at 1700000000 comes before bpo2, which is at 1767747671/],
    ['prague=1900000000', /"prague" at 1900000000 comes after osaka, which is at 1764798551/],
    ['bpo1=1', /"bpo1" at 1 comes before osaka/],
  ])('is refused as %s on mainnet, with the name of the fork and the reason', async (text, reason) => {
    expect(() => overridden(mainnet, text)).toThrow(reason);
    const composed = loadNetwork({
      network: 'mainnet',
      genesis: null,
      networkId: null,
      forkOverrides: [text],
    });
    await expect(composed).rejects.toThrow(OptionError);
    await expect(composed).rejects.toThrow(/“Fork times”/);
    await expect(composed).rejects.toThrow(reason);
  });

  it('is refused when it is not later than the genesis block', () => {
    expect(() => overridden(hoodi, 'x=1742212800')).toThrow(
      /"x" must be later than the genesis block of hoodi/,
    );
    expect(overridden(hoodi, 'x=1742212801').forkTimes[0]).toBe(1_742_212_801n);
  });

  it('is in the configured forks under its name in the configuration, beside the unchanged ones', () => {
    const { configured } = overridden(sepolia, 'amsterdam=1800000000', 'Next1=1900000000');
    expect(configured).toEqual({
      blocks: sepolia.configured.blocks,
      times: { ...sepolia.configured.times, amsterdamTime: 1_800_000_000n, next1Time: 1_900_000_000n },
    });
    expect(sepolia.configured.times).not.toHaveProperty('next1Time');
  });

  it.each([
    [
      mainnet,
      'istanbul=1900000000',
      'istanbul',
      'The fork "istanbul" is set by block number: only forks by time can be overridden',
    ],
    [
      hoodi,
      'x=1742212799',
      'x',
      'The fork "x" must be later than the genesis block of hoodi (1742212800), not at 1742212799',
    ],
    [
      mainnet,
      'amsterdam=1700000000',
      'amsterdam',
      'The fork "amsterdam" at 1700000000 comes before bpo2, which is at 1767747671',
    ],
    [
      mainnet,
      'prague=1900000000',
      'prague',
      'The fork "prague" at 1900000000 comes after osaka, which is at 1764798551',
    ],
  ])('is refused with the fork and the reason: %#', (network, text, fork, message) => {
    const refusal = ((): unknown => {
      try {
        return overridden(network, text);
      } catch (error) {
        return error;
      }
    })();
    expect(refusal).toBeInstanceOf(ForkOverrideError);
    expect(refusal).toMatchObject({ layer: 'settings', code: 'bad-fork-override', fork, message });
  });

  it('is named in the error when it is the earlier of two overrides in the wrong order', () => {
    expect(() => overridden(mainnet, 'bpo1=1790000000', 'bpo2=1780000000')).toThrow(
      'The fork "bpo2" at 1780000000 comes before bpo1, which is at 1790000000',
    );
    expect(() => overridden(mainnet, 'next1=1900000000', 'prague=1900000000')).toThrow(
      'The fork "prague" at 1900000000 comes after osaka, which is at 1764798551',
    );
  });

  it('may be at the time of the fork before or after it', () => {
    const same = overridden(mainnet, 'bpo1=1764798551');
    expect(same.configured.times['bpo1Time']).toBe(same.configured.times['osakaTime']);
    expect(same.forkTimes.filter((time) => time === 1_764_798_551n)).toHaveLength(1);
  });

  it('applies to two forks together that would each be in the wrong order', () => {
    const both = overridden(mainnet, 'bpo1=1768000000', 'bpo2=1769000000');
    expect(both.forkTimes.slice(-2)).toEqual([1_768_000_000n, 1_769_000_000n]);
    expect(() => overridden(mainnet, 'bpo1=1768000000')).toThrow(/comes after bpo2/);
  });
});

describe('The setting “Fork times”', () => {
  it('is validated when it is set; with an invalid value no setting of the change is saved', async () => {
    const { folder, settings } = await openSettings();
    const lists = {} as ConstructorParameters<typeof SettingsController>[1];
    const control = new SettingsController(settings, lists, {
      dataFolder: folder.path,
      choosePath: undefined,
      clock: new VirtualClock(),
    });
    const refused = control.update({ forkOverrides: ['amsterdam=1700000000'], maxPeers: 7 });
    await expect(refused).rejects.toMatchObject({ code: 'invalid-parameters', field: 'forkOverrides' });
    await expect(refused).rejects.toThrow(/"amsterdam" at 1700000000 comes before bpo2/);
    expect(settings.saved()).toEqual({});
    await control.update({ forkOverrides: ['amsterdam=1900000000'] });
    expect(settings.saved()).toEqual({ forkOverrides: ['amsterdam=1900000000'] });
    await folder.remove();
  });
});

async function openSettings(): Promise<{
  folder: Awaited<ReturnType<typeof temporaryFolder>>;
  settings: EffectiveSettings;
}> {
  const folder = await temporaryFolder();
  const store = await SettingsStore.open(join(folder.path, 'settings.json'));
  const launch = { demo: false, settings: { values: {}, sources: {} } };
  return { folder, settings: new EffectiveSettings({ folder: store, root: store }, launch) };
}
