import { expect, test } from 'vitest';
import type { Application } from '../../../src-main/compose/application.ts';
import { bytesToHex, hexToBytes, utf8ToBytes } from '../../../src-main/base/bytes.ts';
import { makeTree, signTree, txtRecords } from '../../../src-main/discovery/dns/tree.ts';
import { enrFromText } from '../../../src-main/node-record/enr.ts';
import { serveDns, type TestDnsServer } from '../../support/dns-server.ts';
import { keyOf, listUrl } from '../../support/dns-world.ts';
import { eventually } from '../../support/eventually.ts';
import { LOOPBACK_FLAGS, startedApplications } from '../../support/started-applications.ts';

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

test('the recording has the queries of a list and every TXT record as it came', async () => {
  const wanted = await startNode('wanted');
  const record = enrFromText(wanted.backend.status().identity.enr);
  const texts = txtRecords(signTree(makeTree(3n, [record], []), keyOf(DOMAIN)), DOMAIN);
  const zone = new Map<string, string | readonly string[]>(texts);
  zone.set(DOMAIN, ['v=spf1 -all', texts.get(DOMAIN) ?? '']);
  const server = await serveDns(zone);
  applications.atEnd(() => server.close());
  const seeker = await applications.compose('seeker', [
    ...LOOPBACK_FLAGS,
    ...['--nat', 'extip:127.0.0.1', '--discovery.v4', 'false', '--discovery.v5', 'false', ...listed(server)],
  ]);
  const { recorder } = seeker.backend;
  recorder.start({ nodes: [], discovery: true });
  await seeker.start();
  await eventually('a session', () => Promise.resolve(seeker.backend.peers().length === 1 || undefined));
  const page = await recorder.page('proto:dns dir:in', null, 100);
  expect(page.every(({ row }) => row.latencyMs !== null && row.pairSeq !== null)).toBe(true);
  const received = page.map(({ payload }) => new TextDecoder().decode(hexToBytes(payload)));
  expect(new Set(received)).toEqual(new Set(['v=spf1 -all', ...texts.values()]));
  expect(page.map(({ decoded }) => decoded?.fault)).toEqual(page.map(() => null));
  expect(page.some(({ decoded }) => JSON.stringify(decoded?.json).includes('"secp256k1"'))).toBe(true);
  expect(new Set(page.map(({ row }) => row.address))).toEqual(new Set([server.address]));
  expect((await recorder.page('proto:dns dir:out', null, 100)).map(({ row }) => row.name)).toContain('Query');

  // As JSON lines and back.
  const { text } = await recorder.export({ format: 'jsonl', seqs: null, anonymous: false });
  await recorder.import('dns.jsonl', text ?? '');
  const shown = await recorder.page('proto:dns dir:in', null, 100);
  expect(shown).toEqual(page);
  const hidden = await recorder.export({ format: 'jsonl', seqs: null, anonymous: true });
  recorder.close();
  expect(hidden.text).not.toContain(bytesToHex(utf8ToBytes(texts.get(DOMAIN) ?? '-')));
  expect(hidden.text).not.toContain(bytesToHex(utf8ToBytes(DOMAIN)));
});
