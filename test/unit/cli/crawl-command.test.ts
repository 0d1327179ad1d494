import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { networkFromGenesis } from '../../../src-main/chain/genesis-file.ts';
import { createGenesisChain } from '../../../src-main/eth/genesis-chain.ts';
import { systemClock } from '../../../src-main/base/system-runtime.ts';
import { formatNodeSet } from '../../../src-main/crawl/node-set.ts';
import { parseDuration } from '../../../src-main/cli/duration-text.ts';
import { ethEntry } from '../../../src-main/node-record/enr.ts';
import { enodeUrlOf } from '../../../src-main/node-record/node-factory.ts';
import { crawled, setOf, signedNode } from '../../support/crawled.ts';
import { SeededRandom } from '../../support/seeded-random.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { runToolCommand } from '../../support/tool-commands.ts';

const random = new SeededRandom(8);
const node = signedNode(random, { ip: Uint8Array.of(127, 0, 0, 1), udp: 9 });
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let file: string;

beforeAll(async () => {
  folder = await temporaryFolder();
  file = join(folder.path, 'nodes.json');
  await writeFile(file, formatNodeSet(setOf(crawled(node, { score: 3 }))));
});

afterAll(() => folder.remove());

const badOption = (text: string): unknown =>
  expect.objectContaining({ code: 'bad-option', message: expect.stringContaining(text) as string });

function crawl(args: readonly string[], signal = new AbortController().signal): Promise<string> {
  const confined = ['--addr', '127.0.0.1', '--netrestrict', '127.0.0.0/8', '--bootnodes', ''];
  return runToolCommand(['crawl', ...confined, ...args], { interruption: () => signal });
}

describe('a time on the command line', () => {
  test.each([
    ['30m', 1_800_000],
    ['1h30m', 5_400_000],
    ['90s', 90_000],
    ['1.5s', 1_500],
    ['250ms', 250],
    ['0s', 0],
  ])('is read: %s', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  test.each(['', '30', 'm', '-5m', '5 m', '1d', '1h!'])('is refused: %j', (text) => {
    expect(() => parseDuration(text)).toThrow('It must be a duration such as 90s');
  });
});

describe('nodeset', () => {
  test('prints the counts of a set, and its filtered nodes', async () => {
    expect(await runToolCommand(['nodeset', 'info', file])).toMatch(
      /^Set contains 1 node\.\nENR attribute counts:\n/,
    );
    expect(await runToolCommand(['nodeset', 'filter', file, '-ip', '10.0.0.0/8'])).toBe('{}\n');
    expect(
      JSON.parse(await runToolCommand(['nodeset', 'filter', file, '--dialable', '--limit', '1'])),
    ).toHaveProperty(node.idHex);
  });

  test.each([
    [['info', 'no-such-file'], 'no file'],
    [['filter', '--limit', 'x', 'FILE'], '--limit'],
    [['filter', '--ip', 'here', 'FILE'], 'here'],
    [['filter', '--min-age', 'long', 'FILE'], 'long'],
    [['filter', '--eth-network', 'goerli', 'FILE'], '--eth-network'],
    [['filter', '--no-such', 'FILE'], '--no-such'],
    [[], 'use info or filter'],
  ])('refuses %j', async (args, text) => {
    const given = args.map((arg) => (arg === 'FILE' ? file : arg));
    await expect(runToolCommand(['nodeset', ...given])).rejects.toThrow(badOption(text));
  });
});

describe('crawl', () => {
  test.each([
    [[], 'enodeck crawl [options] <file>'],
    [['new.json'], 'no node to start from'],
    [['x.json', '--protocol', 'v6'], '--protocol'],
    [['x.json', '--timeout', 'soon'], 'soon'],
    [['x.json', '--parallel', '0'], '--parallel'],
    [['x.json', '--network', 'goerli'], '--network'],
    [['x.json', '--bootnodes', 'enode://12@127.0.0.1:1'], '--bootnodes'],
    [['x.json', '--addr', 'localhost'], '--addr'],
  ])('refuses %j', async (args, text) => {
    await expect(crawl(args)).rejects.toThrow(badOption(text));
  });

  test('refuses an invalid nodes.json and does not change it', async () => {
    const other = join(folder.path, 'other.json');
    await writeFile(other, '[1]');
    await expect(crawl([other])).rejects.toThrow(badOption('other.json'));
    expect(await readFile(other, 'utf8')).toBe('[1]');
  });

  test('counts nodes of a private network as ours by its genesis file', async () => {
    const network = await networkFromGenesis(await readFile('test/vectors/testchain/genesis.json', 'utf8'));
    const { hash, next } = createGenesisChain(network, systemClock).forkId();
    const nodes = join(folder.path, 'private.json');
    const ours = signedNode(random, {
      ip: Uint8Array.of(127, 0, 0, 1),
      udp: 9,
      eth: ethEntry({ hash, next }),
    });
    const known = formatNodeSet(setOf(crawled(ours)));
    const run = async (...args: string[]): Promise<string> => {
      await writeFile(nodes, known);
      return await crawl([nodes, '--timeout', '100ms', ...args]);
    };
    expect(await run('--genesis', 'test/vectors/testchain/genesis.json')).toContain('(this network): 1');
    expect(await run()).not.toContain('(this network)');
  });

  test.each([
    ['no-such-genesis.json', 'does not exist'],
    ['package.json', 'cannot be used'],
  ])('refuses %s as a genesis file', async (genesis, text) => {
    await expect(crawl([file, '--genesis', genesis])).rejects.toThrow(badOption(text));
  });

  test('saves its nodes when it is interrupted', async () => {
    const broken = new AbortController();
    const kept = join(folder.path, 'kept.json');
    await writeFile(kept, await readFile(file));
    const running = crawl([kept, '--timeout', '1h', '--bootnodes', enodeUrlOf(node)], broken.signal);
    broken.abort();
    expect(await running).toContain('Set contains 1 node, 0 of them new.');
    expect(await readFile(kept, 'utf8')).toBe(await readFile(file, 'utf8'));
  });
});
