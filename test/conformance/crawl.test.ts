import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseNodeSet } from '../../src-main/crawl/node-set.ts';
import { enodeUrlOf } from '../../src-main/node-record/node-factory.ts';
import { Child } from '../support/child.ts';
import type { DiscoveryNode } from '../support/discovery-node.ts';
import { eventually } from '../support/eventually.ts';
import { realPeer } from '../support/real-peers.ts';
import { loopbackDiscovery } from '../support/started-discovery.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { runToolCommand } from '../support/tool-commands.ts';

const nodes: DiscoveryNode[] = [];
let folder: Awaited<ReturnType<typeof temporaryFolder>>;

beforeAll(async () => {
  folder = await temporaryFolder();
  for (let at = 1; at <= 6; at++) {
    const node = loopbackDiscovery([`127.0.0.${String(at)}`], {
      protocols: ['v4', 'v5'],
      bootnodes: nodes.slice(0, 1).map(({ node: first }) => first),
    });
    await node.start();
    nodes.push(node);
  }
  for (const { discovery } of nodes) await discovery.refresh();
  // A v5 answer contains only live nodes if there are any.
  const allLive = (): Promise<true | undefined> => Promise.resolve(nodes.every(isLive) || undefined);
  await eventually('every node is live in the table of another', allLive, { timeoutMs: 120_000 });
});

/** Whether the node is live in the v5 table of another node. */
function isLive({ node }: DiscoveryNode): boolean {
  return nodes.some(({ discovery }) => {
    const entry = discovery.v5?.table.bucketOf(node.id).entry(node.idHex);
    return entry?.live === true;
  });
}

afterAll(async () => {
  for (const node of nodes) await node.stop();
  await folder.remove();
});

const ids = (): readonly string[] => nodes.map(({ node }) => node.idHex).sort();

/** Crawls loopback for some seconds. */
function crawl(file: string, ...args: readonly string[]): Promise<string> {
  const confined = ['--addr', '127.0.0.1', '--netrestrict', '127.0.0.0/8', '--bootnodes', first()];
  return runToolCommand(['crawl', file, ...confined, '--timeout', '5s', ...args]);
}

const first = (): string => enodeUrlOf(nodes[0]!.node);

async function devp2p(...args: readonly string[]): Promise<string> {
  const child = new Child(`devp2p ${args.slice(0, 2).join(' ')}`, realPeer('devp2p'), [...args]);
  await child.exited;
  return child.lines.join('\n');
}

describe('a crawl', () => {
  // A v5 request names three distances, so that a small network needs several lookups.
  test.each([
    ['v4', '5s'],
    ['v5', '10s'],
  ])('by %s finds every node, and devp2p reads its file', async (protocol, time) => {
    const file = join(folder.path, `${protocol}.json`);
    expect(await crawl(file, '--protocol', protocol, '--timeout', time)).toContain(
      'Set contains 6 nodes, 6 of them new.',
    );
    const set = parseNodeSet(await readFile(file, 'utf8'));
    expect([...set.keys()]).toEqual(ids());
    for (const { node } of nodes) {
      expect(set.get(node.idHex)).toMatchObject({ node: { seq: node.seq }, score: 1 });
    }
    const info = await devp2p('nodeset', 'info', file);
    expect(info).toContain('Set contains 6 nodes.');
    for (const line of (await runToolCommand(['nodeset', 'info', file])).trim().split('\n'))
      expect(info).toContain(line);
  });

  test('continues from its file, and does not query nodes again that it has just queried', async () => {
    const file = join(folder.path, 'v4.json');
    const before = await readFile(file, 'utf8');
    expect(await crawl(file, '--timeout', '1s')).toContain('Set contains 6 nodes, 0 of them new.');
    expect(await readFile(file, 'utf8')).toBe(before);
  });

  test('reads the file of devp2p and continues from it', async () => {
    const file = join(folder.path, 'theirs.json');
    const loopback = ['--addr', '127.0.0.1:0', '--extaddr', '127.0.0.1', '--bootnodes', first()];
    const said = await devp2p('discv4', 'crawl', ...loopback, '--timeout', '5s', file);
    const set = parseNodeSet(await readFile(file, 'utf8'));
    expect([...set.keys()].sort(), said).toEqual(expect.arrayContaining([...ids()]));
    expect(await runToolCommand(['nodeset', 'info', file])).toContain(
      `Set contains ${String(set.size)} nodes.`,
    );
    await crawl(file, '--timeout', '1s');
    const after = parseNodeSet(await readFile(file, 'utf8'));
    expect([...after.keys()]).toEqual([...set.keys()].sort());
  });

  test.each([
    [['-ip', '127.0.0.2/31']],
    [['-dialable']],
    [['-snap']],
    [['-eth-network', 'mainnet']],
    [['-min-age', '1h']],
    [['-dialable', '-ip', '127.0.0.0/30', '-limit', '6']],
  ])('is filtered by %j as by devp2p', async (filter) => {
    const file = join(folder.path, 'v5.json');
    const theirs: unknown = JSON.parse(await devp2p('nodeset', 'filter', file, ...filter));
    expect(JSON.parse(await runToolCommand(['nodeset', 'filter', file, ...filter]))).toEqual(theirs);
  });

  test('has as many nodes with a limit as with devp2p', async () => {
    const file = join(folder.path, 'v5.json');
    expect(parseNodeSet(await runToolCommand(['nodeset', 'filter', file, '--limit', '2'])).size).toBe(2);
    expect(parseNodeSet(await devp2p('nodeset', 'filter', file, '-limit', '2')).size).toBe(2);
  });
});
