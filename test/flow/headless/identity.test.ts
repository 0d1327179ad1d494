import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseCommandLine } from '../../../src-main/cli/cli.ts';
import { compose, type Application } from '../../../src-main/compose/application.ts';
import { filterNodeSet, NO_FILTER } from '../../../src-main/crawl/filter.ts';
import { parseNode } from '../../../src-main/node-record/node-factory.ts';
import { eventually } from '../../support/eventually.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
const running: Application[] = [];

beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(async () => {
  for (const application of running.splice(0).reverse()) await application.stop();
  await folder.remove();
});

/** A node by itself on loopback, in a folder of its own. */
async function start(name: string, ...flags: string[]): Promise<Application> {
  const args = [
    ...['--datadir', join(folder.path, name), '--hoodi', '--nodiscover', '--http.port', '0', '--port', '0'],
    ...['--nat', 'none', '--netrestrict', '127.0.0.0/8,::1/128', '--bootnodes', '', '--discovery.dns', ''],
    ...['--addr', '127.0.0.1', ...flags],
  ];
  const launch = parseCommandLine(args, {}, { mode: 'headless', version: '0' });
  if (launch.kind !== 'run') throw new Error('not a command line to run');
  const application = await compose(launch.options, {
    mode: 'headless',
    environment: {},
    logSinks: [],
    pageFolder: join(folder.path, 'no-page'),
  });
  running.push(application);
  await application.start();
  return application;
}

describe('the record of our node', () => {
  test.each([
    ['tells of snap when snap is offered, so that a filter for it finds us', ['--snap'], true],
    ['tells of no snap when it is not', [], false],
  ])('%s', async (_, flags, isFound) => {
    const { backend } = await start('ours', ...flags);
    const node = parseNode(backend.status().identity.enr);
    const crawled = { node, score: 1, firstResponse: 0, lastResponse: 0, lastCheck: 0 };
    const set = new Map([[node.idHex, crawled as never]]);
    expect(filterNodeSet(set, { ...NO_FILTER, snap: true }).size).toBe(isFound ? 1 : 0);
    expect(node.record?.get('snap')).toEqual(isFound ? Uint8Array.of(0xc0) : undefined);
  });
});

test('the enode of a peer that came to us says nothing of a UDP port that nobody knows', async () => {
  const ours = await start('ours');
  await start('theirs', '--staticnodes', ours.backend.status().identity.enode);
  const [peer] = await eventually('a peer', () =>
    Promise.resolve(ours.backend.peers().length === 1 ? ours.backend.peers() : undefined),
  );
  const { enode, row } = ours.backend.peerDetail(peer!.id)!;
  expect(row.direction).toBe('inbound');
  expect(enode).toMatch(/@127\.0\.0\.1:\d+$/);
});
