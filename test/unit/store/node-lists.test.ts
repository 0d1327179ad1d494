import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bytesToHex } from '../../../src-main/base/bytes.ts';
import { publicKeyOf } from '../../../src-main/base/secp256k1.ts';
import { parseNode } from '../../../src-main/node-record/node-factory.ts';
import { NodeListStore } from '../../../src-main/store/node-lists.ts';
import { RecordedEvents } from '../../support/recorded-events.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let file: string;
let events: RecordedEvents;

const enode = (number: number, host = '10.0.0.1:30303'): string =>
  `enode://${bytesToHex(publicKeyOf(new Uint8Array(32).fill(number)))}@${host}`;
const idOf = (number: number): string => parseNode(enode(number)).idHex;
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
    expect(await lists.remove('static', idOf(4))).toBe(true);
    expect(await lists.remove('static', idOf(4))).toBe(false);
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

  it('import one node per line, and nothing when a line is invalid, unless the import is partial', async () => {
    const lists = await open();
    await lists.add('static', enode(1), null);
    const text = `# mine\r\n${enode(1)}\r\n\r\nnonsense\r\n${enode(2)}\r\n${enode(2)}\r\n`;
    expect(await lists.importText('static', text, false)).toMatchObject({
      added: 0,
      applied: false,
      errors: [{ line: 4 }],
    });
    expect(lists.entries('static')).toHaveLength(1);
    expect(await lists.importText('static', text, true)).toMatchObject({
      added: 1,
      unchanged: 2,
      applied: true,
    });
    expect((await open()).entries('static')).toHaveLength(2);
  });

  it.each([
    ['comma-line-end.txt', 1],
    ['comma-one-line.txt', 1],
    ['inline-comment.txt', 1],
  ])('import %s', async (name, added) => {
    const text = await readFile(new URL(`../../vectors/cases/lists/${name}`, import.meta.url), 'utf8');
    expect(await (await open()).importText('static', text, false)).toMatchObject({ added, errors: [] });
  });

  it('report the line of a comma after the last entry of a JSON list', async () => {
    const text = await readFile(
      new URL('../../vectors/cases/lists/trailing-comma.json', import.meta.url),
      'utf8',
    );
    expect(await (await open()).importText('static', text, false)).toMatchObject({
      errors: [{ line: 2, reason: expect.stringContaining('comma') as string }],
    });
  });

  it('name a comma or a comment inside an entry of a JSON or TOML list', async () => {
    const lists = await open();
    const entry = `"${enode(1)} # mine"`;
    const errors = [{ reason: expect.stringContaining('comment') as string }];
    expect(await lists.importText('static', `[${entry}]`, false)).toMatchObject({ errors });
    expect(await lists.importText('static', `[Node.P2P]\nStaticNodes = [${entry}]`, false)).toMatchObject({
      errors,
    });
  });

  it('import static-nodes.json and report the lines of its errors', async () => {
    const lists = await open();
    const text = `[\n  "${enode(1)}",\n  "${enode(2, '10.0.0.1:99999')}",\n  7\n]`;
    const result = await lists.importText('trusted', text, true);
    expect(result).toMatchObject({ added: 1, applied: true });
    expect(result.errors.map(({ line }) => line)).toEqual([3, 4]);
    expect(await lists.importText('trusted', '[\n"a",\n]', true)).toMatchObject({
      errors: [{ line: 2, reason: 'the comma before ] has nothing after it: remove it' }],
    });
    expect(await lists.importText('trusted', '{"a": 1}', false)).toMatchObject({ errors: [{ line: 1 }] });
  });

  it('import one list of geth’s TOML, and report only the errors of that list', async () => {
    const lists = await open();
    const text = `# mine\n[Node.P2P]\nMaxPeers = -1\nTrustedNodes = ["x"]\nStaticNodes = [\n "${enode(1)}",\n "no"\n]\n`;
    expect(await lists.importText('static', text, false)).toMatchObject({
      added: 0,
      applied: false,
      errors: [{ line: 7 }],
    });
    expect(await lists.importText('static', text, true)).toMatchObject({ added: 1, applied: true });
    expect(await lists.importText('bootnodes', text, true)).toMatchObject({
      errors: [{ line: 1, reason: 'there is no BootstrapNodes in a table [Node.P2P]' }],
    });
    expect(await lists.importText('static', '[Node.P2P]\nStaticNodes = [', true)).toMatchObject({
      errors: [{ line: 2 }],
    });
  });

  it('convert static-nodes.json to geth’s TOML and back', async () => {
    const lists = await open();
    await lists.importText('static', JSON.stringify([enode(1), enode(2)]), false);
    const toml = lists.exportText('static', 'toml');
    expect(toml.fileName).toBe('static-nodes.toml');
    expect(toml.text).toBe(`[Node.P2P]\nStaticNodes = [\n  "${enode(1)}",\n  "${enode(2)}",\n]\n`);
    expect(await lists.importText('static', toml.text, false)).toMatchObject({ unchanged: 2, errors: [] });
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
    await lists.importText('static', `${enode(1)}\n${enode(2)}\n`, false);
    expect(lists.exportText('static', 'lines')).toEqual({
      text: `${enode(1)}\n${enode(2)}\n`,
      fileName: 'static.txt',
    });
    const json = lists.exportText('static', 'static-nodes.json');
    expect(json.fileName).toBe('static-nodes.json');
    expect(JSON.parse(json.text)).toEqual([enode(1), enode(2)]);
    expect(await lists.importText('trusted', json.text, false)).toMatchObject({ added: 2, applied: true });
  });

  it.each([
    [
      '{\n "version": 1,\n "static": [\n  { "node": "enode://1", "name": null, "added": "2026-01-01T00:00:00Z" }\n ]\n}',
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
