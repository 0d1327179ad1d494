import { spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DnsLists } from '../../src-main/discovery/dns/client.ts';
import { bytesToHex } from '../../src-main/base/bytes.ts';
import { checkRelayIp } from '../../src-main/base/ip.ts';
import { systemTxtResolver } from '../../src-main/base/dns-resolver.ts';
import { systemClock } from '../../src-main/base/system-runtime.ts';
import { serveDns, type TestDnsServer } from '../support/dns-server.ts';
import { keyOf, listUrl, recordsOf } from '../support/dns-world.ts';
import { keystoreOf } from '../support/keystore.ts';
import { MemoryDnsCache } from '../support/memory-dns-cache.ts';
import { realPeer } from '../support/real-peers.ts';
import { RecordedEvents } from '../support/recorded-events.ts';
import { SeededRandom } from '../support/seeded-random.ts';
import { silentLogger } from '../support/silent-logger.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { runToolCommand } from '../support/tool-commands.ts';
import { treeFolder } from '../support/tree-folders.ts';

const PASSWORD = 'open sesame';
const DOMAIN = 'nodes.example.org';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let server: TestDnsServer | undefined;

beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(async () => {
  await server?.close();
  server = undefined;
  await folder.remove();
});

/** Runs go-ethereum's tool, with commands that send no DNS query. */
function devp2p(
  ...args: readonly string[]
): Promise<{ readonly code: number | null; readonly output: string }> {
  const child = spawn(realPeer('devp2p'), args);
  let output = '';
  child.stdout.on('data', (chunk) => (output += String(chunk)));
  child.stderr.on('data', (chunk) => (output += String(chunk)));
  child.stdin.end(`${PASSWORD}\n`);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      resolve({ code, output });
    });
  });
}

async function keyFile(): Promise<string> {
  const file = join(folder.path, 'key.json');
  await writeFile(file, keystoreOf(keyOf(DOMAIN), PASSWORD));
  return file;
}

const read = (name: string): Promise<string> => readFile(join(folder.path, name), 'utf8');

describe('a DNS node list', () => {
  it.each([
    { count: 0, links: 0 },
    { count: 1, links: 1 },
    { count: 13, links: 0 },
    { count: 14, links: 2 },
    { count: 200, links: 14 },
  ])(
    'with $count nodes and $links links that we signed has the same TXT records by devp2p',
    async ({ count, links }) => {
      const list = await treeFolder(join(folder.path, DOMAIN), recordsOf(count), {
        seq: 41,
        links: Array.from({ length: links }, (_, at) => listUrl(`${String(at)}.example.org`)),
      });
      const password = join(folder.path, 'password');
      await writeFile(password, `${PASSWORD}\n`);
      expect(
        await runToolCommand(['dns', 'sign', list, await keyFile(), '--password', password], {
          now: Date.now,
        }),
      ).toContain('sequence number 42');
      await runToolCommand(['dns', 'to-txt', list, join(folder.path, 'ours.json')], { now: Date.now });
      expect(await devp2p('dns', 'to-txt', list, join(folder.path, 'theirs.json'))).toMatchObject({
        code: 0,
      });
      expect(await read('ours.json')).toBe(await read('theirs.json'));
      expect(Object.keys(JSON.parse(await read('ours.json')) as object).length).toBeGreaterThan(count);
    },
  );

  it('that devp2p signed has the same TXT records by us', async () => {
    const list = await treeFolder(join(folder.path, DOMAIN), recordsOf(40), {
      seq: 1,
      links: [listUrl('other.example.org')],
    });
    expect(await devp2p('dns', 'sign', '--seq', '7', list, await keyFile())).toMatchObject({ code: 0 });
    const theirs = await devp2p('dns', 'to-txt', list);
    expect(await runToolCommand(['dns', 'to-txt', list], { now: Date.now })).toBe(theirs.output);
    // Our signature of the same list is identical.
    const before = JSON.parse(await read(`${DOMAIN}/enrtree-info.json`)) as object;
    const plain = join(folder.path, 'plain');
    await writeFile(plain, bytesToHex(keyOf(DOMAIN)));
    await runToolCommand(['dns', 'sign', list, plain, '--seq=7'], { now: Date.now });
    const after = await read(`${DOMAIN}/enrtree-info.json`);
    expect(JSON.parse(after)).toEqual({ ...before, lastModified: expect.any(String) as string });
    expect(await devp2p('dns', 'to-txt', list)).toEqual(theirs);
  });

  it('that devp2p wrote is synchronised from a DNS server', { timeout: 120_000 }, async () => {
    const records = recordsOf(30);
    const list = await treeFolder(join(folder.path, DOMAIN), records);
    expect(await devp2p('dns', 'sign', list, await keyFile())).toMatchObject({ code: 0 });
    const { output } = await devp2p('dns', 'to-txt', list);
    server = await serveDns(new Map(Object.entries(JSON.parse(output) as Record<string, string>)));
    const events = new RecordedEvents();
    const lists = new DnsLists({
      lists: [{ url: listUrl(DOMAIN), source: 'flag' }],
      resolver: systemTxtResolver(server.address),
      checkAddress: (ip) => checkRelayIp(undefined, ip),
      cache: new MemoryDnsCache(),
      clock: systemClock,
      random: new SeededRandom(5),
      events,
      logger: silentLogger,
    });
    await lists.start();
    const found = new Set<string>();
    while (found.size < records.length) found.add((await lists.next(AbortSignal.timeout(60_000))).idHex);
    expect([...found].sort()).toEqual(records.map(({ nodeId }) => bytesToHex(nodeId)).sort());
    expect(lists.views()).toMatchObject([
      { state: 'synced', seq: '1', records: 30, missing: 0, refused: 0, failure: null },
    ]);
    expect(events.of('dns/root')).toEqual([{ type: 'dns/root', domain: DOMAIN, seq: 1, failure: undefined }]);
    expect(events.of('discovery/found')).toHaveLength(30);
    // Each was queried once: the root, the empty link tree, the branches and the leaves.
    expect(new Set(server.questions).size).toBe(server.questions.length);
    await lists.stop();
  });
});
