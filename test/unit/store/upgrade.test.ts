import { chmod, cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { banReason } from '../../../shared/causes/sentences.ts';
import { bytesToHex } from '../../../src-main/base/bytes.ts';
import { publicKeyOf } from '../../../src-main/base/secp256k1.ts';
import { nodeFromParts } from '../../../src-main/node-record/node-factory.ts';
import { BanDatabase } from '../../../src-main/store/ban-store.ts';
import { openDataFolder, type DataFolder } from '../../../src-main/store/data-folder.ts';
import { Database } from '../../../src-main/store/database.ts';
import { openIdentity } from '../../../src-main/store/identity.ts';
import { NodeListStore } from '../../../src-main/store/node-lists.ts';
import { NodeStore } from '../../../src-main/store/node-store.ts';
import { SessionHistory } from '../../../src-main/store/session-history.ts';
import { SettingsStore } from '../../../src-main/store/settings-store.ts';
import { SeededRandom } from '../../support/seeded-random.ts';
import { silentLogger } from '../../support/silent-logger.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

/** The data folder that the stores of 0.1.0 wrote; test/vectors/README.md says what is in it. */
const OF_0_1_0 = resolve(import.meta.dirname, '../../vectors/data-folder-0.1.0');
/** When it was written, Unix milliseconds. */
const WRITTEN = Date.UTC(2026, 10, 21, 9, 0, 0);

const services = { random: new SeededRandom(3), logger: silentLogger };
let root: Awaited<ReturnType<typeof temporaryFolder>>;
let path: string;
let clock: VirtualClock;

/** The node with a number, as the writer of the folder made it. */
function nodeOf(number: number) {
  const key = new Uint8Array(32).fill(1);
  new DataView(key.buffer).setUint32(28, number);
  return nodeFromParts({
    publicKey: publicKeyOf(key),
    ip: `192.0.2.${String(number)}`,
    udp: 30_303,
    tcp: 30_303,
  });
}

/** Opens the data folder for as long as `use` takes. */
async function inFolder<Result>(
  use: (folder: DataFolder) => Promise<Result>,
  program?: string,
): Promise<Result> {
  const folder = await openDataFolder(path, { program });
  try {
    return await use(folder);
  } finally {
    await folder.close();
  }
}

const openLists = ({ paths }: DataFolder): Promise<NodeListStore> =>
  NodeListStore.open({
    ...{ file: paths.nodeLists, clock, ownIdHex: '00'.repeat(32) },
    events: { emit: () => undefined },
  });

beforeEach(async () => {
  root = await temporaryFolder();
  path = join(root.path, 'data');
  clock = new VirtualClock();
  await cp(OF_0_1_0, path, { recursive: true });
  await chmod(join(path, 'nodekey'), 0o600);
});

afterEach(() => root.remove());

describe('a data folder of 0.1.0', () => {
  test('is of the first version of each file', async () => {
    expect(JSON.parse(await readFile(join(path, 'settings.json'), 'utf8'))).toMatchObject({ version: 1 });
    expect(JSON.parse(await readFile(join(path, 'nodes.json'), 'utf8'))).toMatchObject({ version: 1 });
    expect((await readdir(path)).sort()).toEqual(['database', 'nodekey', 'nodes.json', 'settings.json']);
  });

  test('keeps the settings that the user chose, also when one is changed', async () => {
    const file = join(path, 'settings.json');
    const chosen = { maxPeers: 33, maxPendingInbound: 20, maxPendingOutbound: 20, logLevel: 'debug' };
    const settings = await SettingsStore.open(file);
    expect(settings.saved()).toEqual(chosen);
    await settings.update({ maxPeers: 34 });
    expect((await SettingsStore.open(file)).saved()).toEqual({ ...chosen, maxPeers: 34 });
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ version: 2 });
  });

  test('keeps the node key, so that the node stays the same', async () => {
    const { idHex, publicKey, warnings } = await openIdentity(path, {
      random: services.random,
      protector: undefined,
    });
    expect(bytesToHex(publicKey)).toBe(bytesToHex(publicKeyOf(new Uint8Array(32).fill(0x2a))));
    expect([idHex.length, warnings]).toEqual([64, []]);
  });

  test('keeps the node lists, also when one is changed', async () => {
    const idsOf = (store: NodeListStore) =>
      (['static', 'trusted', 'bootnodes'] as const).map((list) =>
        store.entries(list).map(({ node, label }) => [node.idHex, label]),
      );
    const kept = [1, 2, 3].map((number) => [[nodeOf(number).idHex, number === 1 ? 'bench' : null]]);
    await inFolder(async (folder) => {
      const lists = await openLists(folder);
      expect(idsOf(lists)).toEqual(kept);
      await lists.remove('trusted', nodeOf(2).idHex);
      expect(idsOf(await openLists(folder))).toEqual([kept[0], [], kept[2]]);
    });
  });

  test('keeps nodes, their records, what is known of their endpoints, and our sequence number', async () => {
    await inFolder(async ({ database }) => {
      const nodes = await NodeStore.open({ database, clock, ...services });
      expect([...nodes.ids()].sort()).toEqual([4, 5, 6].map((number) => nodeOf(number).idHex).sort());
      expect(nodes.getNode(nodeOf(4).idHex)).toEqual(nodeOf(4));
      expect(nodes.getNode(nodeOf(6).idHex)).toMatchObject({ seq: 9n, ip: '192.0.2.6', udp: 30_303 });
      expect(nodes.getNode(nodeOf(6).idHex)?.record?.seq).toBe(9n);
      expect(nodes.lastPongReceived(nodeOf(5).idHex, '192.0.2.5')).toBe(WRITTEN + 5);
      expect(nodes.lastPingReceived(nodeOf(5).idHex, '192.0.2.5')).toBe(WRITTEN);
      expect(nodes.findFails(nodeOf(5).idHex, '192.0.2.5')).toBe(5);
      expect(nodes.localSeq('ab'.repeat(32))).toBe(1_763_715_600_123n);
      await nodes.stop();
    });
  });

  test('keeps bans with their reasons, and gets a history of sessions', async () => {
    await inFolder(async ({ database }) => {
      const bans = await new BanDatabase(database, silentLogger).load();
      expect(bans.map(({ id, by, offence }) => [id, by, offence])).toEqual([
        [`node:${nodeOf(7).idHex}`, 'score', null],
        ['cidr:198.51.100.0/24', 'user', null],
      ]);
      expect(bans.map(banReason)).toEqual(['Sent a malformed message: bad RLP', 'spam']);
      const history = await SessionHistory.open({ database, clock, logger: silentLogger });
      expect(history.total).toBe(0);
      await history.stop();
    });
  });

  test('is not repaired, copied or emptied: nothing in it is damaged', async () => {
    await inFolder(async ({ database }) => {
      const copies = { count: 0, bytes: 0 };
      expect(database.state).toEqual({ refusal: undefined, recovery: undefined, copies });
      expect((await readdir(path)).filter((name) => name.includes('damaged'))).toEqual([]);
    });
  });
});

describe('a data folder of a later version', () => {
  const later = (program: string | undefined) =>
    Database.open(
      join(path, 'database'),
      { version: 2, migrations: { 1: () => Promise.resolve() } },
      { program },
    );

  test('is refused with the versions of both programs and both layouts, and stays as it is', async () => {
    await (await later('0.9.0')).close();
    await expect(openDataFolder(path, { program: '0.2.0' })).rejects.toMatchObject({
      code: 'newer-schema',
      message: `The database in ${join(path, 'database')} has the layout 2 of Enodeck 0.9.0, and this Enodeck 0.2.0 knows the layout 1: use that version, or another data folder. The database was left as it is.`,
    });
    const again = await later('0.9.0');
    expect(await again.get('bans', 'cidr:198.51.100.0/24')).toContain('spam');
    await again.close();
  });

  test('is refused with the layouts when the later version did not leave its own', async () => {
    await (await later(undefined)).close();
    await expect(openDataFolder(path, { program: '0.2.0' })).rejects.toThrow(
      /has the layout 2 of another version of Enodeck, and this Enodeck 0\.2\.0 knows the layout 1: /,
    );
  });

  test('whose layout is the same opens, and remembers who opened it last', async () => {
    const open = (program: string) => inFolder(({ database }) => database.get('meta', 'writer'), program);
    expect(await open('0.9.0')).toBe('0.9.0');
    expect(await open('0.2.0')).toBe('0.2.0');
  });

  test.each([
    ['settings.json', (file: string) => SettingsStore.open(file), 3, 2],
    ['nodes.json', (nodeLists: string) => openLists({ paths: { nodeLists } } as DataFolder), 2, 1],
  ] as const)(
    'is refused for its %s with the versions of the format, and the line',
    async (name, open, theirs, ours) => {
      const file = join(path, name);
      const text = `{\n  "version": ${String(theirs)}\n}\n`;
      await writeFile(file, text);
      await expect(open(file)).rejects.toMatchObject({
        code: 'newer-version',
        message: `${file}, line 2: version ${String(theirs)} is not one that this Enodeck knows (it writes ${String(ours)}). The file was left as it is. Use the newer Enodeck, or move it away to start without it.`,
      });
      expect(await readFile(file, 'utf8')).toBe(text);
    },
  );
});
