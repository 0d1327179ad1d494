import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  crawlProgress,
  crawlTimeLeft,
  EMPTY_FILTER,
  readFilter,
  readSeconds,
  topAndRest,
} from '../../../src-renderer/model/crawl-text.ts';
import { dnsOffReason, offReason } from '../../../src-renderer/model/discovery-off.ts';
import { orderTrees, sumTrees, treeShare } from '../../../src-renderer/model/dns-text.ts';
import { checkRecordText, recordFill, seqTimestamp } from '../../../src-renderer/model/record-text.ts';
import { isOptionalList } from '../../../src-renderer/model/setting-form.ts';
import { sourceMarks } from '../../../src-renderer/model/source-marks.ts';
import {
  convertPayload,
  hexLines,
  readPayload,
  textOf,
  type PayloadForm,
} from '../../../src-renderer/model/talk-payload.ts';
import { EXAMPLE_RECORD } from '../../support/window-preview/fixture-record.ts';
import { changeSettings, makeSettings } from '../../support/window-preview/fixture-settings.ts';
import { makeCrawl, makeTrees } from '../../support/window-preview/fixture-ways.ts';
import { API_REQUESTS } from '../../../shared/api-contract.ts';

const NOW = 1_800_000_000_000;

describe('the payload of a TALKREQ', () => {
  it('is read from hex with or without 0x and spaces, and from text', () => {
    expect(readPayload(' 0x70 69\n6E67', 'hex')).toEqual({ ok: true, hex: '70696e67', bytes: 4 });
    expect(readPayload('', 'hex')).toEqual({ ok: true, hex: '', bytes: 0 });
    expect(readPayload('é!', 'text')).toEqual({ ok: true, hex: 'c3a921', bytes: 3 });
  });
  it('names what is wrong', () => {
    expect(readPayload('0x7g', 'hex')).toMatchObject({ problem: 'not-hex' });
    expect(readPayload('abc', 'hex')).toMatchObject({ problem: 'half-byte' });
    expect(readPayload('00'.repeat(1_025), 'hex')).toMatchObject({ problem: 'too-long' });
    expect(readPayload('x'.repeat(1_025), 'text')).toMatchObject({ problem: 'too-long' });
  });
  it('is accepted by the request whenever the form accepts it', () => {
    const { payload } = API_REQUESTS['discovery.talk'].params.shape;
    fc.assert(
      fc.property(
        fc.string({ maxLength: 2_100 }),
        fc.constantFrom<PayloadForm>('hex', 'text'),
        (typed, form) => {
          const read = readPayload(typed, form);
          return !read.ok || payload.safeParse(read.hex).success;
        },
      ),
    );
  });
  it('is the same text after a conversion to hex and back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (text) => {
        const hex = convertPayload(text, 'text');
        expect(textOf(hex)).toBe(text.replace(/^\uFEFF/, ''));
      }),
    );
    expect(convertPayload('ff', 'hex')).toBe('ff');
    expect(textOf('ff')).toBeNull();
  });
  it('is dumped in lines of 16 bytes with printable ASCII', () => {
    expect(hexLines(`${'61'.repeat(16)}0a7a`)).toEqual([
      { at: '0000', bytes: Array.from({ length: 16 }, () => '61').join(' '), text: 'a'.repeat(16) },
      { at: '0010', bytes: '0a 7a', text: '·z' },
    ]);
    expect(hexLines('')).toEqual([]);
  });
});

describe('the text of an ENR', () => {
  it('is read without quotes, spaces and line breaks, with or without enr:', () => {
    const good = { state: 'good', text: EXAMPLE_RECORD };
    expect(checkRecordText(` "${EXAMPLE_RECORD.slice(0, 40)}\n${EXAMPLE_RECORD.slice(40)}" `)).toEqual(good);
    expect(checkRecordText(EXAMPLE_RECORD.slice(4))).toEqual(good);
  });
  it('is distinguished from an empty text, an enode URL and other text', () => {
    expect(checkRecordText('  ')).toEqual({ state: 'empty' });
    expect(checkRecordText('enode://12')).toEqual({ state: 'enode' });
    expect(checkRecordText('enr:!')).toMatchObject({ state: 'bad' });
    expect(checkRecordText('hello')).toMatchObject({ state: 'bad' });
  });
  it('gives the time of a sequence number that is a timestamp, and the used share of its size', () => {
    expect(seqTimestamp('1747000012345')).toBe(1_747_000_012_345);
    expect(seqTimestamp('17')).toBeNull();
    expect(seqTimestamp('18446744073709551615')).toBeNull();
    expect([recordFill(150), recordFill(400)]).toEqual([0.5, 1]);
  });
});

describe('why a discovery method is off', () => {
  const settings = makeSettings('empty');
  const off = changeSettings(settings, { discoveryV5: false });
  it('is the setting, then a pending restart, then a node that is not running', () => {
    expect(offReason('v5', off, 'running')).toEqual({ kind: 'setting', key: 'discoveryV5' });
    expect(offReason('v4', off, 'running')).toEqual({ kind: 'unknown' });
    expect(offReason('v4', changeSettings(off, { discovery: false }), 'running')).toEqual({
      kind: 'setting',
      key: 'discovery',
    });
    expect(offReason('v5', changeSettings(off, { discoveryV5: true }), 'running')).toEqual({
      kind: 'restart',
    });
    expect(offReason('v5', settings, 'failed')).toEqual({ kind: 'stopped' });
    expect(offReason('v5', null, null)).toEqual({ kind: 'unknown' });
  });
  it('distinguishes an empty list in the settings from a network without a list', () => {
    expect(dnsOffReason(settings, 'running')).toBeNull();
    expect(dnsOffReason(makeSettings('off'), 'running')).toEqual({ kind: 'setting', key: 'discoveryDns' });
    expect(dnsOffReason(settings, 'stopped')).toEqual({ kind: 'stopped' });
    expect(dnsOffReason(changeSettings(makeSettings('off'), { discoveryDns: null }), 'running')).toEqual({
      kind: 'restart',
    });
  });
  it('finds the lists that may be empty', () => {
    const view = (key: string) => settings.find((entry) => entry.key === key)!;
    expect(isOptionalList(view('discoveryDns'))).toBe(true);
    expect(isOptionalList(view('addresses'))).toBe(false);
    expect(isOptionalList(view('netRestrict'))).toBe(false);
  });
});

describe('DNS node lists', () => {
  const trees = makeTrees('typical', NOW);
  it('are summed, and sorted: failed ones first, linked ones last', () => {
    expect(sumTrees(trees)).toEqual({ records: 1_654, missing: 148, queries: 4_064, failed: 1 });
    expect(orderTrees(trees).map(({ domain }) => domain)).toEqual([
      'old.example.com',
      'all.mainnet.nodes.example.org',
      'mine.example.net',
      'backup.example.com',
    ]);
  });
  it('have a resolved share', () => {
    expect(treeShare({ records: 0, links: 0, missing: 12 })).toBe(0);
    expect(treeShare({ records: 2, links: 1, missing: 3 })).toBe(0.5);
    expect(treeShare({ records: 7, links: 0, missing: 0 })).toBe(1);
  });
});

describe('a crawl', () => {
  it('has an elapsed share and a time left', () => {
    const crawl = { state: 'running', startedAt: NOW, endsAt: NOW + 1_000 } as const;
    expect([-5, 0, 250, 2_000].map((ms) => crawlProgress(crawl, NOW + ms))).toEqual([0, 0, 0.25, 1]);
    expect(crawlTimeLeft(crawl, NOW + 250)).toBe(750);
    expect(crawlTimeLeft({ ...crawl, state: 'stopped' }, NOW)).toBe(0);
    expect(crawlProgress({ ...crawl, state: 'done' }, NOW)).toBe(1);
  });
  it('shows the most frequent forks and the sum of the others', () => {
    const { byFork } = makeCrawl('many', NOW)!;
    const { top, rest, restKinds } = topAndRest(byFork, 9);
    expect([top.length, restKinds]).toEqual([8, byFork.length - 8]);
    const sum = (entries: readonly { readonly count: number }[]): number =>
      entries.reduce((total, { count }) => total + count, 0);
    expect(sum(top) + rest).toBe(sum(byFork));
    expect(topAndRest(top, 9)).toMatchObject({ rest: 0, restKinds: 0 });
  });
  it('reads durations', () => {
    expect(['90', '90 s', '15m', '6 h', '2d', '0'].map(readSeconds)).toEqual([
      90, 90, 900, 21_600, 172_800, 0,
    ]);
    expect(['', 'h', '1.5 h', '6 hours', '-3'].map(readSeconds)).toEqual(Array(5).fill(undefined));
  });
  it('is exported with a filter; a wrong field is named', () => {
    const none = { ip: null, minAge: null, ethNetwork: null, snap: false, dialable: false, limit: null };
    expect(readFilter(EMPTY_FILTER)).toEqual({ ok: true, filter: none });
    expect(
      readFilter({
        ip: '192.0.2.0/24',
        minAge: '6 h',
        ethNetwork: 'own',
        snap: true,
        dialable: true,
        limit: '1,000',
      }),
    ).toEqual({
      ok: true,
      filter: {
        ip: '192.0.2.0/24',
        minAge: 21_600,
        ethNetwork: 'own',
        snap: true,
        dialable: true,
        limit: 1_000,
      },
    });
    expect(readFilter({ ...EMPTY_FILTER, ip: '192.0.2.1' })).toEqual({ ok: false, field: 'ip' });
    expect(readFilter({ ...EMPTY_FILTER, minAge: 'long' })).toEqual({ ok: false, field: 'minAge' });
    expect(readFilter({ ...EMPTY_FILTER, limit: '0' })).toEqual({ ok: false, field: 'limit' });
  });
  it('never sends a filter that the request refuses', () => {
    const typed = fc.string({ maxLength: 20 });
    const draft = fc.record({ ip: typed, minAge: typed, limit: typed });
    fc.assert(
      fc.property(draft, (fields) => {
        const read = readFilter({ ...EMPTY_FILTER, ...fields });
        return !read.ok || API_REQUESTS['crawl.export'].params.safeParse(read.filter).success;
      }),
    );
  });
});

describe('the sources of a node', () => {
  it('have one mark each, discovery first, and unknown sources keep their name', () => {
    expect(sourceMarks(['inbound', 'dns', 'v4', 'dns', 'moon']).map(({ key }) => key)).toEqual([
      'v4',
      'dns',
      'inbound',
      'moon',
    ]);
    expect(sourceMarks(['moon'])).toEqual([{ key: 'moon', known: null }]);
  });
});
