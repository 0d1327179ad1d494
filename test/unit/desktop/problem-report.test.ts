import { describe, expect, test } from 'vitest';
import { problemReport, type ReportSurroundings } from '../../../src-main/desktop/problem-report.ts';
import { FakeBackend, peerRowOf } from '../../support/fake-backend.ts';
import { SOME_ABOUT } from '../../support/fake-desktop.ts';
import { SOME_ENODE } from '../../support/some-enode.ts';

const TOKEN = 'A1b2C3d4E5f6';
const KEY = '4a'.repeat(32);

const AROUND: ReportSurroundings = {
  ...{ about: SOME_ABOUT, addresses: false, pageUrl: `http://127.0.0.1:1/#token=${TOKEN}` },
  ...{ home: '/home/alice', hostName: 'alicebox', now: 1_795_928_078_213 },
};

function reportOf(change: Partial<ReportSurroundings> = {}) {
  const backend = new FakeBackend();
  backend.rows = [peerRowOf('ab'.repeat(32))];
  const line = { seq: 1, at: 1_795_928_078_213, level: 'warn', module: 'dial', fields: {} } as const;
  backend.logLines = [
    {
      ...line,
      message: `dial of ${SOME_ENODE} failed`,
      fields: { address: '192.0.2.7:30303', file: '/home/alice/x' },
    },
    { ...line, message: `page http://127.0.0.1:1/#token=${TOKEN}`, seq: 2 },
    { ...line, message: `key ${KEY}`, seq: 3 },
    ...Array.from({ length: 3_000 }, (_, at) => ({ ...line, message: `line ${String(at)}`, seq: 4 + at })),
    { ...line, message: `dial of ${SOME_ENODE} on alicebox failed again`, seq: 9_000 },
    { ...line, message: `peer ${'ab'.repeat(32)} key ${KEY} token ${TOKEN}`, seq: 9_001 },
  ];
  return problemReport(backend, { ...AROUND, ...change });
}

const textOf = (files: ReturnType<typeof reportOf>, name: string): string =>
  files.find((file) => file.name === name)?.text ?? '';

describe('a diagnostic bundle', () => {
  test('has versions, settings, state, counters, events and the log, and says so', () => {
    const files = reportOf();
    const names = ['versions.json', 'settings.json', 'status.json', 'counters.json', 'events.txt', 'log.txt'];
    expect(files.map(({ name }) => name)).toEqual(['readme.txt', ...names]);
    for (const name of names) expect(textOf(files, 'readme.txt')).toContain(name);
    expect(JSON.parse(textOf(files, 'versions.json'))).toEqual(SOME_ABOUT);
    expect(JSON.parse(textOf(files, 'settings.json'))).toContainEqual(
      expect.objectContaining({ key: 'maxPeers' }),
    );
    expect(JSON.parse(textOf(files, 'status.json'))).toHaveProperty('health');
    expect(JSON.parse(textOf(files, 'counters.json'))).toHaveProperty('discovery.v4');
  });

  test('has no host of the execution client', () => {
    const backend = new FakeBackend();
    backend.values['sentry'] = 'https://client.example/********';
    backend.logLines = [
      {
        seq: 1,
        at: 0,
        level: 'warn',
        module: 'sentry',
        message: 'away',
        fields: { client: 'https://client.example' },
      },
    ];
    const all = problemReport(backend, AROUND)
      .map(({ text }) => text)
      .join('');
    expect(all).toContain('https://[name-1]/********');
    expect(all).not.toContain('client.example');
  });

  test('has no key, token, address, node or name of the user unless chosen', () => {
    const all = reportOf()
      .map(({ text }) => text)
      .join('\n');
    const key = SOME_ENODE.slice(8, 40);
    for (const secret of [KEY, TOKEN, key, '192.0.2.', 'alice', 'ab'.repeat(32)])
      expect(all).not.toContain(secret);
    expect(all).toContain('[enode-1]');
  });

  test('has no name of this node, and of the IPv6 address of a listed node no part', async () => {
    const backend = new FakeBackend();
    const text = `enode://${SOME_ENODE.slice(8, 136)}@[2001:db8:5::7]:30303`;
    await backend.lists.add({ list: 'static', text, label: null });
    backend.values.name = 'alice-1';
    const message = 'dial of 2001:db8:5::7 and of 2001:db8:5::9 failed';
    const fields = { client: 'Enodeck/alice-1/v1' };
    backend.logLines = [{ seq: 1, at: 0, level: 'warn', module: 'dial', message, fields }];
    const files = problemReport(backend, AROUND);
    expect(textOf(files, 'log.txt')).toMatch(/dial of \[ip-\d+\] and of \[ip-\d+\] failed/);
    expect(files.map((file) => file.text).join('\n')).not.toContain('alice-1');
    expect(textOf(files, 'readme.txt')).toContain('name of this node');
  });

  test('has no host name of a listed node', async () => {
    const backend = new FakeBackend();
    await backend.lists.add({ list: 'static', text: SOME_ENODE, label: null });
    Object.assign(backend.entries.static[0]!, { host: 'bastion.example.org' });
    const message = 'dial of bastion.example.org:30303 failed';
    backend.logLines = [{ seq: 1, at: 0, level: 'warn', module: 'dial', message, fields: {} }];
    expect(textOf(problemReport(backend, AROUND), 'log.txt')).toMatch(/dial of \[name-\d+\]:30303 failed/);
  });

  test('with addresses has those of nodes, and still no key, token or name of the user', () => {
    const files = reportOf({ addresses: true });
    expect(textOf(files, 'log.txt')).toContain(SOME_ENODE);
    expect(textOf(files, 'log.txt')).toContain('ab'.repeat(32));
    const all = files.map(({ text }) => text).join('\n');
    for (const secret of [KEY, TOKEN, '/home/alice']) expect(all).not.toContain(secret);
  });

  test('has the latest lines of the log only', () => {
    const lines = textOf(reportOf(), 'log.txt').trimEnd().split('\n');
    expect(lines).toHaveLength(2_000);
    expect(lines.at(-3)).toContain('line 2999');
  });
});
