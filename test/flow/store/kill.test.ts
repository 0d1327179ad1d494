import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock, systemRandom } from '../../../src-main/leaf/system-runtime.ts';
import { openDataFolder } from '../../../src-main/store/data-folder.ts';
import { NodeListStore } from '../../../src-main/store/node-lists.ts';
import { NodeStore } from '../../../src-main/store/node-store.ts';
import { SettingsStore } from '../../../src-main/store/settings-store.ts';
import { bundleProgram } from '../../support/bundle.ts';
import { Child } from '../../support/child.ts';
import { silentLogger } from '../../support/silent-logger.ts';

/** How often the writer is killed. */
const KILLS = 12;

/** The built program lies within the project, where its packages are found. */
const OUT = join(import.meta.dirname, '../../../node_modules/.cache/enodeck-store-writer');

let program: string;
let data: string;

beforeAll(async () => {
  await mkdir(OUT, { recursive: true });
  program = await bundleProgram(join(import.meta.dirname, '../../support/store-writer.ts'), OUT);
  data = join(OUT, `data-${String(process.pid)}`);
});
afterAll(async () => {
  await rm(data, { recursive: true, force: true });
});

/** Everything that the writer said is saved. */
function savedBy(writer: Child): { number: number; idHex: string }[] {
  return writer.lines
    .map((line) => /^saved (\d+) ([0-9a-f]{64})$/.exec(line))
    .filter((match) => match !== null)
    .map((match) => ({ number: Number(match[1]), idHex: match[2] ?? '' }));
}

describe('the stores', () => {
  it(`lose nothing that was saved when the process is killed, ${String(KILLS)} times`, async () => {
    const saved: { number: number; idHex: string }[] = [];
    for (let round = 0; round < KILLS; round++) {
      const first = (saved.at(-1)?.number ?? -1) + 2;
      const writer = new Child('writer', process.execPath, [program, data, String(first)]);
      await writer.line(new RegExp(`^saved ${String(first + systemRandom.below(20))} `));
      await writer.kill();
      saved.push(...savedBy(writer));
      await expectSaved(saved);
    }
  });

  it('keep a second process out with one sentence', async () => {
    const writer = new Child('writer', process.execPath, [program, data, '5000']);
    await writer.line(/^saved/);
    await expect(openDataFolder(data)).rejects.toMatchObject({
      code: 'folder-in-use',
      message: `Another process uses the data folder ${data}.`,
    });
    await writer.kill();
  });
});

async function expectSaved(saved: readonly { number: number; idHex: string }[]): Promise<void> {
  const folder = await openDataFolder(data);
  try {
    const store = await NodeStore.open({
      database: folder.database,
      clock: systemClock,
      random: systemRandom,
      logger: silentLogger,
    });
    for (const { number, idHex } of saved) {
      expect(store.getNode(idHex)?.idHex).toBe(idHex);
      expect(store.lastPongReceived(idHex, '10.0.0.1')).toBe(number + 1);
    }
    const last = saved.at(-1)?.number ?? 0;
    expect(Number(store.localSeq('a'.repeat(64)))).toBeGreaterThanOrEqual(last);
    expect((await SettingsStore.open(folder.paths.settings)).current().maxPeers).toBeGreaterThanOrEqual(last);
    const lists = await NodeListStore.open({
      file: folder.paths.nodeLists,
      clock: systemClock,
      events: { emit: () => undefined },
      ownIdHex: '0'.repeat(64),
    });
    for (const { idHex } of saved) expect(lists.get('static', idHex)).toBeDefined();
    // What a killed write left behind is gone.
    expect(await readdir(folder.paths.folder)).toEqual(['database', 'nodes.json', 'settings.json']);
    await store.stop();
  } finally {
    await folder.close();
  }
}
