import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { bytesToHex } from '../../../src-main/base/bytes.ts';
import { enrToText, signEnr } from '../../../src-main/node-record/enr.ts';
import { keyOf, listUrl, recordsOf } from '../../support/dns-world.ts';
import { keystoreOf } from '../../support/keystore.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { runToolCommand } from '../../support/tool-commands.ts';
import { nodesJson, treeFolder } from '../../support/tree-folders.ts';

const NOW = Date.UTC(2026, 5, 1);
const DOMAIN = 'nodes.example.org';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let list: string;
let key: string;

beforeEach(async () => {
  folder = await temporaryFolder();
  list = join(folder.path, DOMAIN);
  key = join(folder.path, 'key');
  await writeFile(key, bytesToHex(keyOf(DOMAIN)));
});
afterEach(() => folder.remove());

const run = (...args: string[]): Promise<string> => runToolCommand(['dns', ...args], { now: () => NOW });
const info = async (): Promise<Record<string, unknown>> =>
  JSON.parse(await readFile(join(list, 'enrtree-info.json'), 'utf8')) as Record<string, unknown>;

describe('signing a DNS node list', () => {
  test('writes URL, sequence number, signature and time, and keeps other members', async () => {
    await treeFolder(list, recordsOf(3), { note: 'ours', links: [listUrl('other.example.org')] });
    expect(await run('sign', list, key)).toBe(
      `Signed ${listUrl(DOMAIN)} with sequence number 1: 3 nodes, 1 link.\n`,
    );
    expect(await info()).toEqual({
      url: listUrl(DOMAIN),
      seq: 1,
      signature: expect.stringMatching(/^[\w-]{87}$/) as string,
      links: [listUrl('other.example.org')],
      lastModified: '2026-06-01T00:00:00.000Z',
      note: 'ours',
    });
    await run('sign', list, key);
    expect(await info()).toMatchObject({ seq: 2 });
  });

  test('prefers the domain of the option, then of the URL, then the folder’s name', async () => {
    await treeFolder(list, recordsOf(1), { url: listUrl('first.example.org'), seq: 9 });
    expect(await run('sign', list, key)).toContain('@first.example.org with sequence number 10');
    expect(await run('sign', list, key, '--domain', 'second.example.org', '--seq=3')).toMatch(
      /@second.+ number 3.+\n.+ 10 will ignore it/,
    );
    expect(await info()).toMatchObject({ seq: 3 });
  });

  test('accepts a keystore with its password', async () => {
    await treeFolder(list, recordsOf(1));
    await writeFile(key, keystoreOf(keyOf(DOMAIN), 'secret'));
    const password = join(folder.path, 'password');
    await writeFile(password, 'secret\r\n');
    await expect(run('sign', list, key)).rejects.toThrow(/encrypted: .+--password/);
    expect(await run('sign', list, key, '--password', password)).toContain(listUrl(DOMAIN));
    await writeFile(password, 'guess');
    await expect(run('sign', list, key, '--password', password)).rejects.toMatchObject({
      code: 'key-protected',
    });
    await writeFile(key, keystoreOf(keyOf(DOMAIN), 'guess').replace('"n":2,', `"n":${String(2 ** 40)},`));
    await expect(run('sign', list, key, '--password', password)).rejects.toThrow(/out of bounds/);
    await writeFile(key, '{"version":3}');
    await expect(run('sign', list, key, '--password', password)).rejects.toMatchObject({
      code: 'bad-key-file',
    });
  });

  test('does not change an invalid folder, and names the fault', async () => {
    const [node] = recordsOf(1);
    const id = bytesToHex(node!.nodeId);
    const text = enrToText(node!);
    const badPort = signEnr({ tcp: 99_999 }, 1n, keyOf('x'));
    for (const [name, content, words] of [
      ['nodes.json', '[]', /nodes\.json: the file is no object/],
      ['nodes.json', '{\n"x": 1}', /node x: the name must be a node ID/],
      ['nodes.json', '{', /no JSON/],
      ['nodes.json', `{"${id}":{"seq":1,"record":"${text}x"}}`, /node .+: /],
      ['nodes.json', `{\n\n"${id}":{"seq":2,"record":"${text}"}}`, /seq is not that of the record/],
      ['nodes.json', `{"${'ab'.repeat(32)}":{"seq":1,"record":"${text}"}}`, /of another node/],
      [
        'nodes.json',
        `{"${id}":{"seq":1,"record":"${text}"},"0x${id}":{"seq":1,"record":"${text}"}}`,
        /must be a node ID/,
      ],
      ['nodes.json', nodesJson([badPort]), /value of “tcp” in its record is not a port/],
      ['nodes.json', '{"__proto__":{"seq":1,"record":"enr:"}}', /must be a node ID/],
      ['enrtree-info.json', '{"seq":-1}', /enrtree-info\.json, line 1: "seq"/],
      ['enrtree-info.json', '{"seq":99999999999999999999}', /"seq"/],
      ['enrtree-info.json', '{"links":["http://a"]}', /begins with enrtree/],
      ['enrtree-info.json', '{\n"links":["a"]\n,"links":[]}', /"links" is given twice/],
      ['enrtree-info.json', `{"links":["${listUrl('a.test')}","${listUrl('a.test')}"]}`, /is a duplicate/],
      ['enrtree-info.json', '{"url":"enrtree://AA@b"}', /not a compressed secp256k1 key/],
      ['enrtree-info.json', 'not JSON', /line 1/],
    ] as const) {
      await treeFolder(list, recordsOf(1), { seq: 4 });
      await writeFile(join(list, name), content);
      const before = await readFile(join(list, 'enrtree-info.json'), 'utf8');
      await expect(run('sign', list, key), content).rejects.toThrow(words);
      expect(await readFile(join(list, 'enrtree-info.json'), 'utf8')).toBe(before);
    }
  });

  test('names what is missing', async () => {
    await mkdir(list);
    await expect(run('sign', list, key)).rejects.toThrow(/There is no .+nodes\.json/);
    await treeFolder(list, recordsOf(1));
    await expect(run('sign', list, join(folder.path, 'no'))).rejects.toThrow(/cannot be read/);
    await writeFile(key, 'zz');
    await expect(run('sign', list, key)).rejects.toMatchObject({ code: 'bad-key-file' });
    const odd = await treeFolder(join(folder.path, 'not a domain'), recordsOf(1));
    await writeFile(key, bytesToHex(keyOf(DOMAIN)));
    await expect(run('sign', odd, key)).rejects.toThrow(
      /is not a domain name: name the domain with --domain/,
    );
    await expect(run('sign', list)).rejects.toMatchObject({ code: 'bad-option' });
    await expect(run('sign', list, key, '--seq', '-1')).rejects.toThrow(/whole number/);
    await expect(run()).rejects.toThrow('The command dns needs a subcommand: use sign or to-txt.');
    await expect(run('sing')).rejects.toThrow('has no subcommand "sing"');
    expect(await run('--help')).toContain('to-txt');
  });
});

describe('writing the zone of a DNS node list', () => {
  test('prints sorted records, or writes them to a file', async () => {
    await treeFolder(list, recordsOf(2));
    await run('sign', list, key);
    const printed = await run('to-txt', list);
    const records = JSON.parse(printed) as Record<string, string>;
    expect(Object.keys(records)).toEqual(Object.keys(records).sort());
    expect(records[DOMAIN]).toMatch(/^enrtree-root:v1 /);
    expect(await run('to-txt', list, '-')).toBe(printed);
    const file = join(folder.path, 'txt.json');
    expect(await run('to-txt', list, file)).toBe('');
    expect(`${await readFile(file, 'utf8')}\n`).toBe(printed);
    await expect(run('to-txt', list, join(folder.path, 'no', 'txt.json'))).rejects.toMatchObject({
      code: 'not-writable',
    });
  });

  test('refuses a list that is not signed, or has changed since', async () => {
    await treeFolder(list, recordsOf(2));
    await expect(run('to-txt', list)).rejects.toThrow(/is not signed: run dns sign/);
    await run('sign', list, key);
    await writeFile(join(list, 'nodes.json'), nodesJson(recordsOf(3)));
    await expect(run('to-txt', list)).rejects.toThrow(/have changed; run dns sign/);
  });
});
