import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseCommandLine } from '../../../src-main/cli/cli.ts';
import { compose, type Application } from '../../../src-main/compose/application.ts';
import { makeTree, signTree, txtRecords } from '../../../src-main/discovery/dns/tree.ts';
import { enrFromText } from '../../../src-main/node-record/enr.ts';
import { serveDns, type TestDnsServer } from '../../support/dns-server.ts';
import { keyOf, listUrl } from '../../support/dns-world.ts';
import { eventually } from '../../support/eventually.ts';
import { freePort } from '../../support/loopback-ports.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const DOMAIN = 'nodes.example.org';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
const ends: (() => Promise<void>)[] = [];

beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
  await folder.remove();
});

/** A node on loopback that finds others by DNS alone, or not at all. */
async function node(name: string, dns: readonly string[]): Promise<Application> {
  const args = [
    ...['--datadir', join(folder.path, name), '--http.port', '0', '--nat', 'extip:127.0.0.1'],
    ...['--netrestrict', '127.0.0.0/8,::1/128', '--addr', '127.0.0.1', '--port', String(await freePort())],
    ...['--bootnodes', '', '--discovery.v4', 'false', '--discovery.v5', 'false', ...dns],
  ];
  const launch = parseCommandLine(args, {}, { mode: 'headless', version: '0' });
  if (launch.kind !== 'run') throw new Error('not a command line to run');
  const application = await compose(launch.options, {
    mode: 'headless',
    environment: {},
    logSinks: [],
    pageFolder: join(folder.path, 'no-page'),
  });
  ends.push(() => application.stop());
  await application.start();
  return application;
}

const listed = (server: TestDnsServer): string[] => [
  '--discovery.dns',
  listUrl(DOMAIN),
  '--discovery.dns.server',
  server.address,
];

test('two nodes meet by a DNS list alone, which outlives a restart and the name server', async () => {
  const wanted = await node('wanted', ['--discovery.dns', '']);
  const record = enrFromText(wanted.backend.status().identity.enr);
  const tree = signTree(makeTree(3n, [record], []), keyOf(DOMAIN));
  const server = await serveDns(txtRecords(tree, DOMAIN));
  ends.push(() => server.close());
  const seeker = await node('seeker', listed(server));
  const meet = (application: Application): Promise<true> =>
    eventually('a session', () => Promise.resolve(application.backend.peers().length === 1 || undefined));
  await meet(seeker);
  expect(seeker.backend.discovery.dnsTrees()).toMatchObject([
    {
      url: listUrl(DOMAIN),
      source: 'flag',
      state: 'synced',
      seq: '3',
      records: 1,
      refused: 0,
      failure: null,
    },
  ]);
  expect(wanted.backend.discovery.dnsTrees()).toEqual([]);
  await seeker.stop();
  // Whoever asks now hears that the name does not exist.
  server.zone.clear();
  const again = await node('seeker', listed(server));
  await meet(again);
  expect(again.backend.discovery.dnsTrees()).toMatchObject([{ state: 'failed', seq: '3', records: 1 }]);
});
