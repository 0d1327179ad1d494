import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock, systemRandom } from '../../../src-main/base/system-runtime.ts';
import { openDataFolder } from '../../../src-main/store/data-folder.ts';
import { BanDatabase } from '../../../src-main/store/ban-store.ts';
import { NodeListStore } from '../../../src-main/store/node-lists.ts';
import { NodeStore } from '../../../src-main/store/node-store.ts';
import { SessionHistory } from '../../../src-main/store/session-history.ts';
import { SettingsStore } from '../../../src-main/store/settings-store.ts';
import { bundleProgram } from '../../support/bundle.ts';
import { Child } from '../../support/child.ts';
import { banOf, isLifted } from '../../support/saved-bans.ts';
import { silentLogger } from '../../support/silent-logger.ts';

/** Folders with a writer each at the same time, enough for two processors, and how often each writer is killed. */
const FOLDERS = 5;
const KILLS = 10;

/** Inside the project, so that the built program finds its packages. */
const OUT = join(import.meta.dirname, '../../../node_modules/.cache/enodeck-store-writer');

let program: string;
let data: string;
const folderOf = (index: number): string => `${data}-${String(index)}`;

beforeAll(async () => {
  await mkdir(OUT, { recursive: true });
  program = await bundleProgram(join(import.meta.dirname, '../../support/store-writer.ts'), OUT);
  data = join(OUT, `data-${String(process.pid)}`);
});
afterAll(async () => {
  for (let index = 0; index < FOLDERS; index++) await rm(folderOf(index), { recursive: true, force: true });
});

/** A line of the writer: it has saved the n-th node with its ban, session, settings and list entry. */
interface Saved {
  readonly number: number;
  readonly idHex: string;
}

/** Everything that the writer has reported as saved. */
function savedBy(writer: Child): Saved[] {
  return writer.lines
    .map((line) => /^saved (\d+) ([0-9a-f]{64})$/.exec(line))
    .filter((match) => match !== null)
    .map((match) => ({ number: Number(match[1]), idHex: match[2] ?? '' }));
}

describe('the stores', () => {
  it(
    `lose no saved data when the process is killed, ${String(FOLDERS * KILLS)} times`,
    { timeout: 120_000 },
    async () => {
      await Promise.all(Array.from({ length: FOLDERS }, (_, index) => killOften(folderOf(index))));
    },
  );

  it('refuse a second process', async () => {
    const writer = new Child('writer', process.execPath, [program, folderOf(0), '5000']);
    await writer.line(/^saved/);
    await expect(openDataFolder(folderOf(0))).rejects.toMatchObject({
      code: 'folder-in-use',
      message: `Another process uses the data folder ${folderOf(0)}.`,
    });
    await writer.kill();
  });
});

describe('a damaged database that another process uses', () => {
  it('is repaired only after that process has ended', async () => {
    const path = folderOf(1);
    const writer = new Child('writer', process.execPath, [program, path, '9000']);
    await writer.line(/^saved/);
    await rm(join(path, 'database', 'CURRENT'));
    await expect(openDataFolder(path)).rejects.toMatchObject({ code: 'folder-in-use' });
    expect((await readdir(path)).filter((name) => name.startsWith('database'))).toEqual(['database']);
    await writer.kill();
    const folder = await openDataFolder(path);
    expect(folder.database.state.recovery?.damages.map(({ text }) => text)).toContain('CURRENT is missing');
    await folder.close();
  });
});

async function killOften(path: string): Promise<void> {
  const saved: Saved[] = [];
  for (let round = 0; round < KILLS; round++) {
    const first = (saved.at(-1)?.number ?? -1) + 2;
    const writer = new Child('writer', process.execPath, [program, path, String(first)]);
    await writer.line(new RegExp(`^saved ${String(first + systemRandom.below(20))} `));
    await writer.kill();
    saved.push(...savedBy(writer));
    await expectSaved(path, saved);
  }
}

async function expectSaved(path: string, saved: readonly Saved[]): Promise<void> {
  const folder = await openDataFolder(path);
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
    const bans = new Map(
      (await new BanDatabase(folder.database, silentLogger).load()).map((ban) => [ban.id, ban]),
    );
    for (const { number, idHex } of saved) {
      const ban = banOf(idHex, number);
      expect(bans.get(ban.id)).toEqual(isLifted(number) ? undefined : ban);
    }
    const sessions = await SessionHistory.open({
      database: folder.database,
      clock: systemClock,
      logger: silentLogger,
    });
    const page = await sessions.page({ before: null, limit: 50_000, text: '', node: null });
    expect(page.total).toBe(page.records.length);
    const kept = new Set(page.records.map(({ nodeId, bytesIn }) => `${nodeId} ${String(bytesIn)}`));
    for (const { number, idHex } of saved) expect(kept.has(`${idHex} ${String(number)}`)).toBe(true);
    const last = saved.at(-1)?.number ?? 0;
    expect(Number(store.localSeq('a'.repeat(64)))).toBeGreaterThanOrEqual(last);
    expect((await SettingsStore.open(folder.paths.settings)).saved().maxPeers).toBeGreaterThanOrEqual(last);
    const lists = await NodeListStore.open({
      file: folder.paths.nodeLists,
      clock: systemClock,
      events: { emit: () => undefined },
      ownIdHex: '0'.repeat(64),
    });
    for (const { idHex } of saved) expect(lists.get('static', idHex)).toBeDefined();
    // The temporary files of killed writes are removed.
    expect(await readdir(folder.paths.folder)).toEqual(['database', 'nodes.json', 'settings.json']);
    await store.stop();
  } finally {
    await folder.close();
  }
}
