import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { configuredNodes } from '../../../src-main/app/configured-nodes.ts';
import { assertUsable } from '../../../src-main/app/setting-checks.ts';
import { EffectiveSettings } from '../../../src-main/app/effective-settings.ts';
import type { LaunchSettings } from '../../../src-main/app/launch-options.ts';
import { NETWORKS } from '../../../src-main/chain/networks.ts';
import { parseNode } from '../../../src-main/node-record/node-factory.ts';
import { SettingsStore } from '../../../src-main/store/settings-store.ts';
import { SOME_ENODE } from '../../support/fake-backend.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(() => folder.remove());

const OWN = NETWORKS.mainnet.bootnodes;

async function open(launch: LaunchSettings = { values: {}, sources: {} }, demo = false) {
  const store = await SettingsStore.open(join(folder.path, 'settings.json'));
  const settings = new EffectiveSettings({ folder: store, root: store }, { demo, settings: launch });
  const options = { staticNodes: [], trustedNodes: [] } as unknown as Parameters<
    typeof configuredNodes
  >[0]['options'];
  const demoNodes = demo ? [parseNode(SOME_ENODE)] : undefined;
  const given = configuredNodes({ options, network: NETWORKS.mainnet, settings }, demoNodes);
  return { settings, bootnodes: () => given.bootnodes.map(({ text, source }) => [text, source]) };
}

describe('the bootnodes', () => {
  it('are those of the network until the setting replaces or empties them, and again after a reset', async () => {
    const { settings, bootnodes } = await open();
    const own = OWN.map((text) => [text, 'network']);
    expect(bootnodes()).toEqual(own);
    await settings.update({ bootnodes: [] });
    expect(bootnodes()).toEqual([]);
    await settings.update({ bootnodes: [SOME_ENODE] });
    expect(bootnodes()).toEqual([[SOME_ENODE, 'setting']]);
    await settings.update({ bootnodes: null });
    expect(bootnodes()).toEqual(own);
    await settings.update({ bootnodes: [SOME_ENODE] });
    await settings.reset('bootnodes');
    expect(bootnodes()).toEqual(own);
  });

  it('have their source, and no duplicates', async () => {
    const values = { bootnodes: [SOME_ENODE, SOME_ENODE] };
    for (const source of ['flag', 'environment'] as const) {
      const { bootnodes } = await open({ values, sources: { bootnodes: source } });
      expect(bootnodes()).toEqual([[SOME_ENODE, source]]);
    }
  });

  it('are the demo’s nodes in the demo, whatever the settings are', async () => {
    const { settings, bootnodes } = await open({ values: { bootnodes: [] }, sources: {} }, true);
    expect(bootnodes()).toMatchObject([[{}, 'network']].map(() => [expect.any(String) as string, 'network']));
    expect(settings.views().find(({ key }) => key === 'bootnodes')).toMatchObject({ source: 'demo' });
    await expect(settings.update({ bootnodes: [] })).rejects.toMatchObject({ code: 'not-editable' });
  });

  it('are refused with an invalid record signature', async () => {
    const record =
      'enr:-IS4QHCYrYZbAKWCBRlAy5zzaDZXJBGkcnh4MHcBFZntXNFrdvJjX04jRzjzCBOonrkTfj499SZuOh8R33Ls8RRcy5wBgmlkgnY0gmlwhH8AAAGJc2VjcDI1NmsxoQPKY0yuDUmstAHYpMa2_oxVtw0RW_QAdpzBQA8yWM0xOIN1ZHCCdl8';
    const rules = { dataFolder: folder.path, isChosen: () => false };
    await expect(assertUsable({ bootnodes: [record] }, rules)).resolves.toBeUndefined();
    const forged = record.replace('QHCY', 'QHCZ');
    await expect(assertUsable({ bootnodes: [forged] }, rules)).rejects.toMatchObject({ field: 'bootnodes' });
  });
});
