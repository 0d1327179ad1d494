import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bytesToHex } from '../../../src-main/base/bytes.ts';
import { publicKeyOf } from '../../../src-main/base/secp256k1.ts';
import { parseNode } from '../../../src-main/node-record/node-factory.ts';
import { NodeListStore, type RemovedNode } from '../../../src-main/store/node-lists.ts';
import { parsePastedNodes } from '../../../src-main/store/pasted-nodes.ts';
import { RecordedEvents } from '../../support/recorded-events.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let file: string;
let events: RecordedEvents;

const enode = (number: number, host = '10.0.0.1:30303'): string =>
  `enode://${bytesToHex(publicKeyOf(new Uint8Array(32).fill(number)))}@${host}`;
const idOf = (number: number): string => parseNode(enode(number)).idHex;
const addition = (number: number, label: string | null, host?: string) => {
  const text = enode(number, host);
  return { node: parseNode(text), text, label };
};
const open = (): Promise<NodeListStore> =>
  NodeListStore.open({ file, clock: new VirtualClock(), events, ownIdHex: idOf(99) });

beforeEach(async () => {
  folder = await temporaryFolder();
  file = join(folder.path, 'nodes.json');
  events = new RecordedEvents();
});
afterEach(() => folder.remove());

describe('the node lists', () => {
  it('keep nodes with labels and times after a restart', async () => {
    const lists = await open();
    await lists.add('static', enode(1), 'my node');
    await lists.add('trusted', `  ${enode(2)}\n`, null);
    await lists.add('static', enode(3, 'node.example:30303'), null);
    const again = await open();
    expect(again.entries('static').map(({ text, label }) => [text, label])).toEqual([
      [enode(1), 'my node'],
      [enode(3, 'node.example:30303'), null],
    ]);
    expect(again.entries('static')[0]?.addedAt).toBe(new VirtualClock().now());
    expect(again.entries('trusted')[0]?.text).toBe(enode(2));
    expect(again.labelOf(idOf(1))).toBe('my node');
    expect(events.of('nodes/changed').map(({ list }) => list)).toEqual(['static', 'trusted', 'static']);
  });

  describe('that are read again', () => {
    const write = (change: (content: Record<string, Record<string, unknown>[]>) => object): Promise<void> =>
      readFile(file, 'utf8').then((text) =>
        writeFile(
          file,
          JSON.stringify(change(JSON.parse(text) as Record<string, Record<string, unknown>[]>)),
        ),
      );

    it('report what was added, removed and edited, and that the order changed', async () => {
      const lists = await open();
      for (const number of [1, 2, 3]) await lists.add('static', enode(number), null);
      for (const number of [4, 5]) await lists.add('trusted', enode(number), null);
      await lists.add('bootnodes', enode(6), null);
      const before = events.of('nodes/changed').length;
      await write((content) => ({
        ...content,
        static: [
          { ...content['static']![1], name: 'mine' },
          { node: enode(7), name: null, added: '2026-01-31T12:00:00Z' },
          content['static']![0],
        ],
        trusted: content['trusted']!.toReversed(),
      }));
      const texts = (entries: readonly { text: string }[]): string[] => entries.map(({ text }) => text);
      const [first, second, ...rest] = await lists.reload();
      expect(first?.list).toBe('static');
      expect(texts(first?.added ?? [])).toEqual([enode(7)]);
      expect(texts(first?.removed ?? [])).toEqual([enode(3)]);
      const edited = first?.edited ?? [];
      expect(texts(edited.map(({ after }) => after))).toEqual([enode(2)]);
      expect(edited.map(({ before }) => before.node.idHex)).toEqual(
        edited.map(({ after }) => after.node.idHex),
      );
      expect(second).toMatchObject({ list: 'trusted', added: [], removed: [], edited: [] });
      expect(rest).toEqual([]);
      expect(texts(lists.entries('static'))).toEqual([enode(2), enode(7), enode(1)]);
      expect(texts(lists.entries('trusted'))).toEqual([enode(5), enode(4)]);
      expect(
        events
          .of('nodes/changed')
          .slice(before)
          .map(({ list }) => list),
      ).toEqual(['static', 'trusted']);
      expect(await lists.reload()).toEqual([]);
    });

    it('stay when the file is invalid or gone', async () => {
      const lists = await open();
      await lists.add('static', enode(1), null);
      await write((content) => ({
        ...content,
        static: [{ ...content['static']![0], node: 'enode://12@1.2.3.4:5' }],
      }));
      await expect(lists.reload()).rejects.toMatchObject({ member: 'static' });
      await rm(file);
      expect(await lists.reload()).toEqual([]);
      expect(lists.entries('static').map(({ text }) => text)).toEqual([enode(1)]);
    });
  });

  it('edit and remove nodes, and keep position and time of an edited node', async () => {
    const lists = await open();
    for (const number of [1, 2, 3]) await lists.add('static', enode(number), null);
    await lists.edit('static', idOf(2), enode(4), 'moved');
    expect(lists.entries('static').map(({ text }) => text)).toEqual([enode(1), enode(4), enode(3)]);
    await expect(lists.edit('static', idOf(1), enode(3), null)).rejects.toMatchObject({
      code: 'duplicate-node',
    });
    await expect(lists.edit('static', idOf(2), enode(2), null)).rejects.toMatchObject({
      code: 'unknown-node',
    });
    expect(await lists.remove('static', idOf(4))).toMatchObject({ before: idOf(3) });
    expect(await lists.remove('static', idOf(4))).toBeUndefined();
    expect((await open()).entries('static')).toHaveLength(2);
  });

  it.each([
    ['static', enode(99), 'invalid-node', /our own node/],
    ['static', enode(1, '0.0.0.0:30303'), 'invalid-node', /any address|0\.0\.0\.0/],
    ['static', enode(1, '[::]:30303'), 'invalid-node', /any address|::/],
    ['static', enode(1, '239.1.2.3:30303'), 'invalid-node', /multicast/],
    ['trusted', enode(1, '[ff02::1]:30303'), 'invalid-node', /multicast/],
    ['trusted', `${enode(1)} ${enode(2)}`, 'invalid-node', /more than one node/],
    ['static', 'enode://12', 'invalid-node', /./],
    ['bootnodes', enode(1, '10.0.0.1:30303?discport=0'), 'invalid-node', /UDP/],
  ] as const)('refuse for %s: %s', async (list, text, code, message) => {
    const lists = await open();
    await expect(lists.add(list, text, null)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message) as string,
    });
    expect(lists.entries(list)).toEqual([]);
  });

  it('refuse a node twice', async () => {
    const lists = await open();
    await lists.add('static', enode(1), null);
    await expect(lists.add('static', enode(1, '10.0.0.2:1'), null)).rejects.toMatchObject({
      code: 'duplicate-node',
    });
  });

  it('convert a list to geth’s TOML', async () => {
    const lists = await open();
    await lists.add('static', enode(1), null);
    await lists.add('static', enode(2), null);
    const toml = lists.exportText('static', 'toml');
    expect(toml.fileName).toBe('static-nodes.toml');
    expect(toml.text).toBe(`[Node.P2P]\nStaticNodes = [\n  "${enode(1)}",\n  "${enode(2)}",\n]\n`);
    expect(parsePastedNodes(toml.text, 'static').nodes.map(({ text }) => text)).toEqual([enode(1), enode(2)]);
  });

  it('add many in one write, and keep label, position and time of those whose record is replaced', async () => {
    const clock = new VirtualClock();
    const lists = await NodeListStore.open({ file, clock, events, ownIdHex: idOf(99) });
    await lists.add('static', enode(1), 'first');
    await lists.add('static', enode(2), null);
    const before = lists.entries('static')[0]?.addedAt;
    await clock.advance(5_000);
    const additions = [
      addition(3, null),
      addition(1, 'other', '10.0.0.9:30303'),
      addition(2, 'named', '10.0.0.8:30303'),
    ];
    expect(await lists.addMany('static', additions)).toEqual(['added', 'updated', 'updated']);
    expect((await open()).entries('static').map(({ text, label }) => [text, label])).toEqual([
      [enode(1, '10.0.0.9:30303'), 'first'],
      [enode(2, '10.0.0.8:30303'), 'named'],
      [enode(3), null],
    ]);
    expect(lists.entries('static').map(({ addedAt }) => addedAt)).toEqual([before, before, clock.now()]);
    expect(events.of('nodes/changed')).toHaveLength(3);
  });

  it('move an entry in front of another one or to the end, also after a restart', async () => {
    const lists = await open();
    for (const number of [1, 2, 3, 4]) await lists.add('static', enode(number), null);
    const order = (from: NodeListStore): string[] => from.entries('static').map(({ node }) => node.idHex);
    expect(await lists.move('static', idOf(4), idOf(2))).toBe(true);
    expect(order(await open())).toEqual([1, 4, 2, 3].map(idOf));
    expect(await lists.move('static', idOf(1), null)).toBe(true);
    expect(order(await open())).toEqual([4, 2, 3, 1].map(idOf));
    const changes = events.of('nodes/changed').length;
    expect(await lists.move('static', idOf(1), null)).toBe(false);
    expect(await lists.move('static', idOf(9), idOf(1))).toBe(false);
    expect(await lists.move('static', idOf(2), idOf(2))).toBe(false);
    expect(events.of('nodes/changed')).toHaveLength(changes);
  });

  it('put removed entries back where they were, in any order of removal', async () => {
    const clock = new VirtualClock();
    const lists = await NodeListStore.open({ file, clock, events, ownIdHex: idOf(99) });
    for (const number of [1, 2, 3, 4]) await lists.add('static', enode(number), `node ${String(number)}`);
    const whole = lists.entries('static');
    await clock.advance(60_000);
    const removed: RemovedNode[] = [];
    for (const number of [3, 4, 2]) {
      const entry = await lists.remove('static', idOf(number));
      if (entry !== undefined) removed.push(entry);
    }
    expect(await lists.restore('static', removed)).toHaveLength(3);
    expect(lists.entries('static')).toEqual(whole);
    expect(
      (await open()).entries('static').map(({ text, label, addedAt }) => [text, label, addedAt]),
    ).toEqual(whole.map(({ text, label, addedAt }) => [text, label, addedAt]));
    expect(await lists.restore('static', removed)).toEqual([]);
    expect(lists.entries('static')).toHaveLength(4);
  });

  it('put an entry at the end when the one behind it is gone', async () => {
    const lists = await open();
    for (const number of [1, 2, 3]) await lists.add('static', enode(number), null);
    const removed = await lists.remove('static', idOf(1));
    await lists.remove('static', idOf(2));
    if (removed !== undefined) await lists.restore('static', [removed]);
    expect(lists.entries('static').map(({ node }) => node.idHex)).toEqual([idOf(3), idOf(1)]);
  });

  it('import into several lists in one write, or not at all', async () => {
    const lists = await open();
    const texts = {
      static: { nodes: [{ line: 2, text: enode(1) }], errors: [] },
      trusted: { nodes: [{ line: 3, text: 'bad' }], errors: [] },
    };
    expect(await lists.importTexts(texts, false)).toMatchObject({ applied: false, errors: [{ line: 3 }] });
    expect(lists.entries('static')).toEqual([]);
    expect(await lists.importTexts(texts, true, 'check')).toMatchObject({ added: { static: [{}] } });
    expect(lists.entries('static')).toEqual([]);
    await lists.importTexts(texts, true);
    expect((await open()).entries('static').map(({ text }) => text)).toEqual([enode(1)]);
  });

  it('export what they import', async () => {
    const lists = await open();
    await lists.add('static', enode(1), null);
    await lists.add('static', enode(2), null);
    expect(lists.exportText('static', 'lines')).toEqual({
      text: `${enode(1)}\n${enode(2)}\n`,
      fileName: 'static.txt',
    });
    const json = lists.exportText('static', 'static-nodes.json');
    expect(json.fileName).toBe('static-nodes.json');
    expect(JSON.parse(json.text)).toEqual([enode(1), enode(2)]);
    expect(parsePastedNodes(json.text, 'trusted').nodes.map(({ text }) => text)).toEqual([
      enode(1),
      enode(2),
    ]);
  });

  it.each([
    [
      '{\n "version": 1,\n "static": [\n  { "node": "enode://1", "name": null, "added": "2026-01-01T00:00:00Z" }\n ]\n}',
      4,
    ],
    [
      `{\n "version": 1,\n "static": [\n  { "node": "${enode(1)}", "name": "${'a'.repeat(65)}", "added": "2026-01-01T00:00:00Z" }\n ]\n}`,
      4,
    ],
    ['{\n "version": 1,\n "statik": []\n}', 3],
    ['{\n "version": 9\n}', 2],
  ])('refuse the file %j with the line of the error, and do not change it', async (text, line) => {
    await writeFile(file, text);
    await expect(open()).rejects.toMatchObject({ line });
    expect(await readFile(file, 'utf8')).toBe(text);
  });
});
