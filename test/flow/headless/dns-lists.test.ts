import { expect, test } from 'vitest';
import type { Application } from '../../../src-main/compose/application.ts';
import { makeTree, signTree, txtRecords } from '../../../src-main/discovery/dns/tree.ts';
import { enrFromText } from '../../../src-main/node-record/enr.ts';
import { serveDns, type TestDnsServer } from '../../support/dns-server.ts';
import { keyOf, listUrl } from '../../support/dns-world.ts';
import { eventually } from '../../support/eventually.ts';
import { startedApplications } from '../../support/started-applications.ts';

const DOMAIN = 'nodes.example.org';

const applications = startedApplications();

/** A node that finds others by these DNS lists alone. */
const startNode = (folder: string, ...lists: readonly string[]): Promise<Application> =>
  applications.start(
    folder,
    ...['--nat', 'extip:127.0.0.1', '--discovery.v4', 'false', '--discovery.v5', 'false', ...lists],
  );

const listed = (server: TestDnsServer): string[] => [
  '--discovery.dns',
  listUrl(DOMAIN),
  '--discovery.dns.server',
  server.address,
];

test('a node finds another by a DNS list, and after a restart by the cached list without the DNS server', async () => {
  const wanted = await startNode('wanted');
  const record = enrFromText(wanted.backend.status().identity.enr);
  const tree = signTree(makeTree(3n, [record], []), keyOf(DOMAIN));
  const server = await serveDns(txtRecords(tree, DOMAIN));
  applications.atEnd(() => server.close());
  const seeker = await startNode('seeker', ...listed(server));
  const connect = (application: Application): Promise<true> =>
    eventually('a session', () => Promise.resolve(application.backend.peers().length === 1 || undefined));
  await connect(seeker);
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
  // Queries are answered with NXDOMAIN now.
  server.zone.clear();
  const again = await startNode('seeker', ...listed(server));
  await connect(again);
  expect(again.backend.discovery.dnsTrees()).toMatchObject([{ state: 'failed', seq: '3', records: 1 }]);
});
