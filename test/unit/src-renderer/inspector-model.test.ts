import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RECORD_SOURCES, type RecordRow } from '../../../shared/model/recording.ts';
import { matchesFilter, parseFilter } from '../../../shared/record-filter.ts';
import { addTerms, inspectorLink, payloadFilter } from '../../../src-renderer/model/filter-chips.ts';
import { chipText, completeFilter, filterFacts } from '../../../src-renderer/model/filter-completion.ts';
import { fitColumns } from '../../../src-renderer/model/fit-columns.ts';
import { recordColumns } from '../../../src-renderer/model/record-columns.ts';
import {
  barHeight,
  barsPath,
  binAt,
  densityOf,
  moveRange,
  placeOf,
  rangeBetween,
} from '../../../src-renderer/model/record-density.ts';
import { indexesBetween, indexOfSeq, RecordFeed, rowOfSeq } from '../../../src-renderer/model/record-feed.ts';
import {
  answerOf,
  bracketPart,
  formatDelta,
  formatLatency,
  hostOf,
  nextTrouble,
  pairOf,
  peerWords,
  protocolTag,
  titleOf,
  troubleOf,
} from '../../../src-renderer/model/record-words.ts';
import { exchangeOf, latenciesLike } from '../../../src-renderer/model/request-timing.ts';
import { recordRow } from '../../support/record-row.ts';

const START = 1_700_000_000_000;
const row = (seq: number, change: Partial<RecordRow> = {}): RecordRow =>
  recordRow({ seq, at: START + seq * 100, monotonicMs: seq * 100, ...change });
const snapshot = (data: readonly RecordRow[]) => ({ kind: 'snapshot', data }) as const;
const delta = (...appended: readonly RecordRow[]) => ({ kind: 'delta', data: { appended } }) as const;
const seqs = (rows: readonly RecordRow[]): number[] => rows.map(({ seq }) => seq);

describe('RecordFeed', () => {
  it('appends rows in order, keeps the newest and counts those that left', () => {
    const feed = new RecordFeed();
    feed.apply([snapshot([row(1), row(2)]), delta(row(3), row(4), row(5))], 3);
    expect(seqs(feed.rows)).toEqual([3, 4, 5]);
    expect(seqs(feed.matching)).toEqual([3, 4, 5]);
    expect(feed.left).toBe(2);
  });

  it('joins a snapshot to the known rows, and replaces them when the numbers start again', () => {
    const feed = new RecordFeed();
    feed.apply([snapshot([row(5), row(6)])], 100);
    feed.apply([snapshot([row(6), row(7)])], 100);
    expect(seqs(feed.rows)).toEqual([5, 6, 7]);
    expect(feed.epoch).toBe(0);
    feed.apply([snapshot([row(1)])], 100);
    expect(seqs(feed.rows)).toEqual([1]);
    expect(feed.epoch).toBe(1);
    feed.apply([snapshot([])], 100);
    expect(feed.rows).toEqual([]);
  });

  it('links a request to its answer, of which only the answer is sent', () => {
    const feed = new RecordFeed();
    feed.apply([snapshot([row(1, { role: 'request' })])], 10);
    feed.apply([delta(row(2, { role: 'answer', pairSeq: 1, latencyMs: 100 }))], 10);
    expect(rowOfSeq(feed.rows, 1)?.pairSeq).toBe(2);
    expect(rowOfSeq(feed.matching, 1)?.pairSeq).toBe(2);
  });

  it('takes a row out of the matching ones when it no longer matches, and puts one in', () => {
    const feed = new RecordFeed();
    feed.setFilter((one) => one.role === 'request' && one.pairSeq === null);
    feed.apply([snapshot([row(1), row(2), row(3)])], 10);
    expect(seqs(feed.matching)).toEqual([1, 2, 3]);
    feed.apply([delta(row(4, { role: 'answer', pairSeq: 2 }))], 10);
    expect(seqs(feed.matching)).toEqual([1, 3]);
    feed.setFilter((one) => one.cause !== null);
    feed.apply([delta(row(3, { cause: { code: 'truncated', message: 'ends early' } }))], 10);
    expect(seqs(feed.matching)).toEqual([3]);
  });

  it('shows what a filter of all rows shows, for any pushes', () => {
    const change = fc.record({
      role: fc.constantFrom('request', 'answer', 'announcement'),
      back: fc.integer({ min: 1, max: 6 }),
      source: fc.constantFrom(...RECORD_SOURCES),
    });
    fc.assert(
      fc.property(fc.array(fc.array(change, { maxLength: 8 }), { maxLength: 8 }), (batches) => {
        const accepts = (one: RecordRow): boolean => one.source === 'session' || one.pairSeq !== null;
        const feed = new RecordFeed();
        feed.setFilter(accepts);
        let seq = 0;
        for (const batch of batches) {
          const rows = batch.map(({ role, back, source }) => {
            seq += 1;
            return row(seq, { role, source, pairSeq: role === 'answer' && seq > back ? seq - back : null });
          });
          feed.apply([delta(...rows)], 12);
          expect(feed.rows.length).toBeLessThanOrEqual(12);
          expect(feed.matching).toEqual(feed.rows.filter(accepts));
        }
        expect(feed.rows.at(-1)?.seq ?? 0).toBe(seq);
      }),
    );
  });

  it('finds rows by number and by time', () => {
    const rows = [row(3), row(5), row(9)];
    expect([0, 3, 4, 5, 9, 10].map((seq) => indexOfSeq(rows, seq))).toEqual([0, 0, 1, 1, 2, 3]);
    expect(rowOfSeq(rows, 4)).toBeUndefined();
    expect(indexesBetween(rows, { from: START + 500, to: START + 900 })).toEqual([1, 3]);
    expect(indexesBetween(rows, { from: START + 901, to: START + 950 })).toEqual([3, 3]);
  });
});

describe('the words of a row', () => {
  it('mark what could not be read red, and what ended or was dropped amber', () => {
    const cause = { code: 'truncated', message: 'ends early' } as const;
    expect(troubleOf(row(1))).toBeNull();
    expect(troubleOf(row(1), true)).toBe('bad');
    expect(troubleOf(row(1, { cause }))).toBe('bad');
    expect(troubleOf(row(1, { kind: 'bad-frame', cause }))).toBe('bad');
    expect(troubleOf(row(1, { kind: 'dropped', cause }))).toBe('end');
    expect(troubleOf(row(1, { kind: 'end', cause }))).toBe('end');
    expect(troubleOf(row(1, { name: 'Disconnect' }))).toBe('end');
  });

  it('say the answer, the latency, or that a request waits', () => {
    const open = row(1, { role: 'request' });
    expect(answerOf({ ...open, pairSeq: 4 }, START)).toEqual({ kind: 'answered', seq: 4 });
    expect(answerOf(open, START + 2_000)).toEqual({ kind: 'waits', ms: 1_900 });
    expect(answerOf(open, START - 9_000)).toEqual({ kind: 'waits', ms: 0 });
    expect(answerOf(open, START + 60_000)).toEqual({ kind: 'unanswered' });
    expect(answerOf(open, null)).toEqual({ kind: 'unanswered' });
    expect(answerOf(row(2, { role: 'answer', latencyMs: 31 }), START)).toEqual({ kind: 'latency', ms: 31 });
    expect(answerOf(row(2, { role: 'answer' }), START)).toEqual({ kind: 'none' });
    expect(answerOf(row(2, { role: 'announcement' }), START)).toEqual({ kind: 'none' });
  });

  it('show small latencies with a tenth, and the time since the row above', () => {
    expect([0, 0.37, 9.94, 31.4, 2_000].map(formatLatency)).toEqual([
      '<0.1 ms',
      '0.4 ms',
      '9.9 ms',
      '31 ms',
      '2.0 s',
    ]);
    expect(formatDelta(row(3), row(1))).toBe('+200 ms');
    expect(formatDelta(row(3), undefined)).toBe('');
  });

  it('name a peer by its label, else by its address, and mark its client', () => {
    const at = { address: '[2001:db8::1]:30303' };
    expect(peerWords(row(1, at))).toMatchObject({ family: null, name: '2001:db8::1' });
    const geth = peerWords(row(1, { ...at, nodeName: 'Geth/v1.17.8-stable/linux-amd64/go1.25' }));
    expect(geth).toMatchObject({ family: 'Geth', name: '2001:db8::1' });
    expect(geth.title).toContain('Geth/v1.17.8');
    const labelled = peerWords(row(1, { nodeName: 'archive-2' }), 'reth/v1.11.2/x86_64');
    expect(labelled).toMatchObject({ family: 'reth', name: 'archive-2' });
    expect(hostOf('192.0.2.1:30303')).toBe('192.0.2.1');
    expect(hostOf('nothing')).toBe('nothing');
  });

  it('shorten protocols and request IDs', () => {
    expect(['eth/69', 'discv4', 'discv5', 'p2p'].map(protocolTag)).toEqual(['eth', 'v4', 'v5', 'p2p']);
    expect(titleOf(row(1, { name: 'BlockHeaders', requestId: '41' }))).toBe('BlockHeaders #41');
    expect(titleOf(row(1, { name: 'BlockHeaders', requestId: '8604717285263847263' }))).toBe('BlockHeaders');
  });

  it('tie a pair with a bracket', () => {
    const pair = pairOf(row(5, { pairSeq: 2 }));
    expect([1, 2, 3, 5, 6].map((seq) => bracketPart(pair, seq))).toEqual([
      null,
      'start',
      'middle',
      'end',
      null,
    ]);
    expect(pairOf(row(5))).toBeNull();
    expect(bracketPart(null, 5)).toBeNull();
  });

  it('find the next row with trouble, from the start again', () => {
    const rows = [row(1), row(2, { kind: 'bad-frame' }), row(3), row(4, { kind: 'bad-frame' })];
    const isBad = (one: RecordRow): boolean => troubleOf(one) === 'bad';
    expect(nextTrouble(rows, 2, isBad)?.seq).toBe(4);
    expect(nextTrouble(rows, 4, isBad)?.seq).toBe(2);
    expect(nextTrouble([row(1)], 0, isBad)).toBeUndefined();
  });
});

describe('the strip of messages over time', () => {
  const rows = [row(0), row(50, { direction: 'out' }), row(99, { kind: 'bad-frame' }), row(100)];

  it('counts messages per bin and direction, with the worst of each bin', () => {
    const density = densityOf(rows, 10, null, troubleOf);
    expect(density).toMatchObject({ from: START, to: START + 10_000 });
    expect(density?.in).toEqual([1, 0, 0, 0, 0, 0, 0, 0, 0, 2]);
    expect(density?.out).toEqual([0, 0, 0, 0, 0, 1, 0, 0, 0, 0]);
    expect(density?.marks).toEqual([{ bin: 9, tone: 'bad', title: 'Ping' }]);
    expect(density?.inRate).toBeCloseTo(0.4);
    expect(density?.outRate).toBe(0);
  });

  it('reaches to now while recording, and shows at least ten seconds', () => {
    expect(densityOf(rows, 10, START + 20_000, troubleOf)?.to).toBe(START + 20_000);
    expect(densityOf([row(1)], 10, null, () => null)).toMatchObject({ from: START + 101 - 10_000 });
    expect(densityOf([], 10, null, () => null)).toBeNull();
  });

  it('has times and counts of the bin at a place', () => {
    const density = densityOf(rows, 10, null, troubleOf)!;
    const last = { bin: 9, from: START + 9_000, to: START + 10_000, in: 2, out: 0 };
    expect(binAt(density, 0.95)).toEqual(last);
    expect(binAt(density, 1)).toEqual(last);
    expect(binAt(density, 0.5)).toEqual({ bin: 5, from: START + 5_000, to: START + 6_000, in: 0, out: 1 });
    expect(binAt(density, -1)).toMatchObject({ bin: 0, in: 1, out: 0 });
  });

  it('draws bars that stay visible beside a burst', () => {
    expect(barHeight(0, 100, 26)).toBe(0);
    expect(barHeight(1, 1_000_000, 26)).toBe(1.5);
    expect(barHeight(100, 100, 26)).toBe(26);
    const shape = { base: 30, height: 26, step: 7, width: 5, up: true };
    expect(barsPath([0, 4], 4, shape)).toBe('M7.0 30v-26.0h5V30z');
    expect(barsPath([4], 4, { ...shape, up: false })).toBe('M0.0 30v26.0h5V30z');
  });

  it('turns a brush into a range of at least a bin, and back', () => {
    const density = densityOf(rows, 10, null, troubleOf)!;
    expect(rangeBetween(density, 0.75, 0.25)).toEqual({ from: START + 2_500, to: START + 7_500 });
    expect(rangeBetween(density, 1, 1)).toEqual({ from: START + 9_000, to: START + 10_000 });
    expect(rangeBetween(density, -1, 2)).toEqual({ from: START, to: START + 10_000 });
    expect(placeOf(density, { from: START - 500, to: START + 5_000 })).toEqual({ left: 0, right: 0.5 });
    expect(placeOf(density, { from: START - 500, to: START - 1 })).toBeNull();
  });

  it('moves and resizes a range within the strip', () => {
    const density = densityOf(rows, 10, null, troubleOf)!;
    const range = { from: START + 8_000, to: START + 9_000 };
    expect(moveRange(density, range, 1, false)).toEqual({ from: START + 9_000, to: START + 10_000 });
    expect(moveRange(density, range, 5, false)).toEqual({ from: START + 9_000, to: START + 10_000 });
    expect(moveRange(density, range, -1, true)).toEqual(range);
    expect(moveRange(density, range, 1, true)).toEqual({ from: START + 8_000, to: START + 10_000 });
  });
});

describe('the filter', () => {
  const facts = filterFacts([
    row(1, { name: 'GetReceipts', protocol: 'eth/69', nodeName: 'archive 2' }),
    row(2, { name: 'Receipts', protocol: 'eth/69', address: '192.0.2.9:30303' }),
    row(3, { name: 'Ping', nodeName: 'Geth/v1.17.8', address: '192.0.2.9:30303' }),
  ]);
  const suggest = (text: string, caret = text.length) => completeFilter(text, caret, facts).suggestions;

  it('completes keys, values and message names', () => {
    expect(facts).toEqual({
      names: ['GetReceipts', 'Ping', 'Receipts'],
      protocols: ['eth', 'p2p'],
      peers: ['192.0.2.9', 'archive 2'],
    });
    expect(suggest('pe')).toEqual(['peer:', 'open']);
    expect(suggest('msg:rec')).toEqual(['Receipts', 'GetReceipts']);
    expect(suggest('msg:Ping,rec')).toEqual(['Receipts', 'GetReceipts']);
    expect(suggest('peer:arch')).toEqual(['"archive 2"']);
    expect(suggest('-dir:i')).toEqual(['in']);
    expect(suggest('getr')).toEqual(['msg:GetReceipts']);
    expect(suggest('text:x')).toEqual([]);
  });

  it('replaces the word at the caret only', () => {
    const text = 'dir:in msg:rec err';
    expect(completeFilter(text, 14, facts)).toMatchObject({ from: 11, to: 14 });
    expect(completeFilter('-pro', 4, facts)).toMatchObject({ from: 1, to: 4, suggestions: ['proto:'] });
  });

  it('suggests only what the filter language reads', () => {
    for (const typed of ['', 'm', 'msg:', 'peer:', 'proto:', 'dir:', 's']) {
      for (const suggestion of suggest(typed)) {
        const { from } = completeFilter(typed, typed.length, facts);
        const whole = `${typed.slice(0, from)}${suggestion}`;
        const value = /[:]$/.test(whole)
          ? whole === 'dir:'
            ? 'in'
            : 'abcd'
          : /[<>]$/.test(whole)
            ? '1'
            : '';
        expect(parseFilter(whole === 'not' ? 'not err' : whole + value), whole).toMatchObject({ ok: true });
      }
    }
  });

  it('adds terms once, and says where a term is wrong', () => {
    const first = addTerms([], 'dir:in err');
    expect(first).toMatchObject({ ok: true });
    const terms = first.ok ? first.terms : [];
    const again = addTerms(terms, 'err size>10k');
    expect(again.ok && again.terms.map(({ source }) => source)).toEqual(['dir:in', 'err', 'size>10k']);
    expect(addTerms(terms, 'msg:Ping dir:up')).toMatchObject({ ok: false, at: 13 });
    const many = addTerms([], Array.from({ length: 32 }, (_, at) => `no:${at}`).join(' '));
    expect(addTerms(many.ok ? many.terms : [], 'err')).toMatchObject({ ok: false });
  });

  it('shows chips in words and asks the node without the negation', () => {
    expect(chipText('-msg:GetReceipts,Receipts')).toBe('not msg GetReceipts, Receipts');
    expect(chipText(`peer:${'ab'.repeat(32)}`)).toBe('peer abababab…ababab');
    expect(chipText('size>10k')).toBe('size>10k');
    const parsed = parseFilter('not hash:0xabcd -text:hello');
    expect(parsed.ok && parsed.terms.map(payloadFilter)).toEqual(['hash:0xabcd', 'text:hello']);
  });

  it('opens for a node with a filter that selects it alone', () => {
    const id = 'ab'.repeat(32);
    const link = inspectorLink(id, START);
    expect(link.query.at).toBe(String(START));
    const parsed = parseFilter(link.query.filter);
    const matches = (one: RecordRow): boolean => parsed.ok && matchesFilter(one, parsed.terms, () => false);
    expect([row(1, { nodeId: id }), row(2)].map(matches)).toEqual([true, false]);
  });
});

describe('the columns', () => {
  it('keep peer and message at 960 pixels, and show the bytes when there is room', () => {
    const at = (width: number): string[] => fitColumns(recordColumns(width), width).map(({ id }) => id);
    expect(at(686)).toEqual([
      'gutter',
      'no',
      'direction',
      'peer',
      'protocol',
      'message',
      'summary',
      'answer',
    ]);
    expect(at(1_008)).toContain('plain');
    expect(at(200)).toEqual(['gutter', 'direction', 'peer', 'message']);
  });
});

describe('the timing of a request', () => {
  const node = { nodeId: 'aa'.repeat(32), address: '192.0.2.1:30303', connection: 1 };
  const ask = (seq: number, pairSeq: number | null, name = 'GetReceipts'): RecordRow =>
    row(seq, { ...node, role: 'request', name, direction: 'out', pairSeq });
  const answer = (seq: number, pairSeq: number, latencyMs: number): RecordRow =>
    row(seq, { ...node, role: 'answer', name: 'Receipts', pairSeq, latencyMs });
  const rows = [
    ask(1, 4),
    row(2, { ...node, role: 'announcement', wireBytes: 99 }),
    row(3, { address: '192.0.2.2:30303', connection: 2, role: 'announcement' }),
    answer(4, 1, 300),
    ask(5, 6),
    answer(6, 5, 100),
    ask(7, 8, 'GetBlockHeaders'),
    answer(8, 7, 900),
    ask(9, null),
  ];

  it('is the same from the request and from the answer', () => {
    const fromRequest = exchangeOf(rows, rows[0]!);
    expect(exchangeOf(rows, rows[3]!)).toEqual(fromRequest);
    expect(fromRequest?.latencyMs).toBe(300);
    expect(fromRequest?.between).toEqual([{ ms: 100, direction: 'in', bytes: 99 }]);
  });

  it('has no answer for an open request, and is absent for other messages', () => {
    expect(exchangeOf(rows, rows[8]!)).toMatchObject({ answer: null, latencyMs: null, between: [] });
    expect(exchangeOf(rows, rows[1]!)).toBeNull();
    expect(exchangeOf(rows, answer(20, 19, 1))).toBeNull();
  });

  it('compares with the answers of the same kind from the same node', () => {
    expect(latenciesLike(rows, rows[0]!)).toEqual({
      answered: 2,
      p50Ms: 100,
      p95Ms: 300,
      latencies: [100, 300],
    });
    expect(latenciesLike([], rows[0]!)).toMatchObject({ answered: 0, p50Ms: null });
  });
});
