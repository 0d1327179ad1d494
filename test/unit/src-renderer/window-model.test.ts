import { lowerFirst } from '../../../shared/causes/sentences.ts';
import type { CauseCode } from '../../../shared/causes/catalogue.ts';
import { describe, expect, it } from 'vitest';
import { scaleOf } from '../../../src-renderer/components/base/chart-options.ts';
import { layOutLookup, nearestPoint } from '../../../src-renderer/components/discovery/lookup-layout.ts';
import { searchPalette, type PaletteItem } from '../../../src-renderer/components/shell/palette-search.ts';
import { dialVerdict } from '../../../src-renderer/model/dial-outcomes.ts';
import {
  formatCapabilities,
  formatCount,
  formatEndpoint,
  formatExact,
  formatShare,
  formatSpan,
  visibleText,
} from '../../../src-renderer/model/format.ts';
import { filterLogs, logLineText } from '../../../src-renderer/model/log-filter.ts';
import { checkNodeText, shortNodeText } from '../../../src-renderer/model/node-text.ts';
import { livenessOf, samePlace } from '../../../src-renderer/model/table-entries.ts';
import { createDice, makeLog, makeLogs } from '../../support/window-preview/fixture-data.ts';
import { makeLookup, makeTable } from '../../support/window-preview/fixture-discovery.ts';

const NOW = 1_800_000_000_000;
const KEY =
  '79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8';

describe('formats', () => {
  it('group digits, above 2^53 too', () => {
    expect(formatCount(23_817_402)).toBe('23,817,402');
    expect(formatCount('3503995874084926111')).toBe('3,503,995,874,084,926,111');
  });
  it('show durations in whole seconds, and IPv6 in brackets', () => {
    expect(formatSpan(3_400)).toBe('3 s');
    expect(formatSpan(-5)).toBe('0 s');
    expect(formatEndpoint('2001:db8::1', 30_303)).toBe('[2001:db8::1]:30303');
    expect(formatExact(new Date(2026, 0, 2, 3, 4, 5, 6).getTime())).toBe('2026-01-02 03:04:05.006');
  });
  it('show 0% and 100% only if exact', () => {
    expect([0, 0.001, 0.62, 0.999, 1].map(formatShare)).toEqual(['0%', '<1%', '62%', '99%', '100%']);
  });
  it('have the versions of a capability together', () => {
    const eth = ['eth/68', 'eth/69', 'eth/70', 'eth/71'];
    expect(formatCapabilities(['p2p/5', ...eth, 'snap/1'])).toBe('p2p/5 · eth/68–71 · snap/1');
    expect(formatCapabilities(['eth/68', 'eth/70', 'snap/71'])).toBe('eth/68 · eth/70 · snap/71');
    expect(formatCapabilities([])).toBe('');
  });
  it('begin a title in lower case within a sentence, except an abbreviation', () => {
    expect(lowerFirst('Too many peers')).toBe('too many peers');
    expect(lowerFirst('ENR not received')).toBe('ENR not received');
    expect(lowerFirst('')).toBe('');
  });
  it('make hidden characters visible', () => {
    expect(visibleText('a\u202Eb\r\nc\u200Bd\u2028e')).toBe('a\ufffdb\ufffd\ufffdc\ufffdd\ufffde');
  });
});

describe('the check of a node’s text', () => {
  it('accepts empty text, and shows the parts of an enode URL', () => {
    expect(checkNodeText('  ')).toEqual({ state: 'empty' });
    expect(checkNodeText(` enode://${KEY}@203.0.113.7:30303?discport=30301 `)).toMatchObject({
      state: 'good',
      kind: 'enode',
      warnings: [],
      facts: [
        { name: 'key', value: KEY },
        { name: 'host', value: '203.0.113.7' },
        { name: 'tcp', value: '30303' },
        { name: 'udp', value: '30301' },
      ],
    });
  });
  it('warns about addresses that are not reachable from everywhere', () => {
    const warnings = (rest: string): unknown => {
      const check = checkNodeText(`enode://${KEY}${rest}`);
      return check.state === 'good' ? check.warnings : check;
    };
    expect(warnings('@127.0.0.1:30303')).toEqual(['loopback']);
    expect(warnings('@192.168.1.4:30303')).toEqual(['private']);
    expect(warnings('@172.32.0.1:30303')).toEqual([]);
    expect(warnings('@203.0.113.7:0?discport=30301')).toEqual(['no-tcp']);
    expect(warnings('')).toEqual(['no-host']);
  });
  it('is shown with its key or its middle shortened, as it was pasted', () => {
    const short = `${KEY.slice(0, 6)}…${KEY.slice(-4)}`;
    const place = '@node.example.org:30303?discport=0';
    expect(shortNodeText(`enode://${KEY}${place}`)).toEqual({ key: `enode://${short}`, place });
    expect(shortNodeText(`enode://${KEY}`)).toEqual({ key: `enode://${short}`, place: '' });
    const record = `enr:-${'KO4Q'.repeat(40)}x2Bw8A`;
    expect(shortNodeText(record)).toEqual({ key: 'enr:-KO4QKO4QKO4QKO4…x2Bw8A', place: '' });
  });
  it('refuses a static node with TCP port 0, with the message of the node', () => {
    const noTcp = `enode://${KEY}@203.0.113.7:0?discport=30301`;
    expect(checkNodeText(noTcp, 'static')).toEqual({
      state: 'bad',
      message: 'A static node needs a TCP port: it is dialled there.',
    });
    expect(checkNodeText(noTcp, 'trusted')).toMatchObject({ state: 'good', warnings: ['no-tcp'] });
  });
  it('names the wrong part', () => {
    expect(checkNodeText('enode://12ab@192.0.2.1:30303')).toMatchObject({
      state: 'bad',
      message: expect.stringContaining('4 hex digits') as string,
    });
    expect(checkNodeText('hello')).toMatchObject({
      state: 'bad',
      message: expect.stringContaining('enode://') as string,
    });
    expect(checkNodeText('enr:-?')).toMatchObject({ state: 'bad' });
  });
});

describe('the log filter', () => {
  const lines = makeLogs('typical', NOW);
  it('selects the level and above, and lines with every word', () => {
    expect(filterLogs(lines, 'debug', '')).toBe(lines);
    expect(filterLogs(lines, 'warn', '').every(({ level }) => level === 'warn' || level === 'error')).toBe(
      true,
    );
    const found = filterLogs(lines, 'info', 'Session reth');
    expect(found.length).toBeGreaterThan(0);
    expect(found.every(({ message }) => message === 'Session opened')).toBe(true);
  });
  it('copies a line as one line without hidden characters', () => {
    expect(logLineText(makeLog(createDice(2), 1, NOW, true))).not.toMatch(/[\r\n\u202E]/);
  });
});

describe('the chart of a lookup', () => {
  it('has every point within its bounds, and a line that never recedes', () => {
    for (let rounds = 1; rounds <= 6; rounds++) {
      const { points, line } = layOutLookup(makeLookup(NOW, rounds));
      for (const { x, y } of [...points, ...line]) {
        expect(x).toBeGreaterThanOrEqual(0);
        expect(x).toBeLessThanOrEqual(1);
        expect(y).toBeGreaterThanOrEqual(0);
        expect(y).toBeLessThanOrEqual(1);
      }
      expect(line.every(({ y }, at) => at === 0 || y >= line[at - 1]!.y)).toBe(true);
    }
  });
  it('can be empty', () => {
    const { points, rules } = layOutLookup({ ...makeLookup(NOW), steps: [], closest: [] });
    expect(points).toEqual([]);
    expect(rules[0]).toEqual({ distance: 256, y: 0 });
  });
  it('explains the point nearest to the pointer, and none that is out of reach', () => {
    const points = [
      { left: 0, top: 0 },
      { left: 10, top: 0 },
    ];
    expect(nearestPoint(points, 7, 2, 24)).toBe(points[1]);
    expect(nearestPoint(points, 40, 0, 24)).toBeNull();
  });
});

describe('the scale of a chart', () => {
  const line = (values: number[], mirrored = false) => ({ title: '', colour: '', values, mirrored });
  it('ends in round numbers, with room on both sides of zero', () => {
    expect(scaleOf([line([10, 190]), line([0, 90], true)])).toEqual({
      bottom: -100,
      top: 200,
      allZero: false,
    });
    expect(scaleOf([line([10, 190]), line([0, 0], true)])).toEqual({ bottom: -50, top: 200, allZero: false });
    expect(scaleOf([line([0])])).toMatchObject({ bottom: 0, allZero: true });
  });
});

describe('the palette', () => {
  const items: PaletteItem[] = [
    { id: 'go.peers', group: 'go', title: 'Peers' },
    { id: 'do.add', group: 'do', title: 'Add node', words: 'static peer' },
    ...Array.from({ length: 30 }, (_, at): PaletteItem => ({
      id: `peer.${at}`,
      group: 'peers',
      title: 'Geth',
      hint: `192.0.2.${at} peer`,
    })),
  ];
  it('shows peers only for a search, and at most eight', () => {
    expect(searchPalette(items, ' ').map(({ id }) => id)).toEqual(['go.peers', 'do.add']);
    const found = searchPalette(items, 'peer');
    expect(found.slice(0, 2).map(({ id }) => id)).toEqual(['go.peers', 'do.add']);
    expect(found).toHaveLength(10);
  });
});

describe('the summary of dial results', () => {
  it('is one sentence that is true, or none', () => {
    const dial = (code: CauseCode, count: number) => ({ code, count, dialled: true });
    expect(dialVerdict([dial('too-many-peers', 9), dial('connected', 1)])).toBe('mostlyFull');
    expect(dialVerdict([dial('timed-out', 9), dial('connected', 1)])).toBe('mostlySilent');
    expect(dialVerdict([dial('connected', 9)])).toBe('mostlySessions');
    expect(dialVerdict([dial('connection-refused', 5), dial('connected', 5)])).toBeNull();
    expect(dialVerdict([dial('connected', 2)])).toBeNull();
  });
});

describe('the cells of the table', () => {
  it('are coloured by liveness checks', () => {
    const entry = makeTable('typical', NOW).buckets[0]!.entries[0]!;
    expect([0, 1, 5, 6, 19, 20].map((checks) => livenessOf({ ...entry, live: true, checks }))).toEqual([
      'new',
      'once',
      'once',
      'often',
      'often',
      'long',
    ]);
    expect(livenessOf({ ...entry, live: false, checks: 9 })).toBe('new');
  });
  it('are identified by bucket, list and index', () => {
    const place = { distance: 250, list: 'entries', at: 1 } as const;
    expect(samePlace(place, { ...place })).toBe(true);
    expect(samePlace(place, { ...place, list: 'replacements' })).toBe(false);
    expect(samePlace(place, null)).toBe(false);
  });
});
