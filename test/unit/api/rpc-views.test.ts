import { beforeEach, describe, expect, test } from 'vitest';
import type { LogLine } from '../../../shared/model/log.ts';
import { viewMethods } from '../../../src-main/api/rpc-views.ts';
import { FakeBackend, peerRowOf } from '../../support/fake-backend.ts';
import { SOME_TABLE } from '../../support/some-table.ts';

let backend: FakeBackend;
let methods: ReadonlyMap<string, (params: readonly unknown[]) => unknown>;
beforeEach(() => {
  backend = new FakeBackend();
  methods = new Map(viewMethods(backend));
});
const call = (name: string, ...params: unknown[]): unknown => methods.get(name)?.(params);

const line = (seq: number, level: LogLine['level'] = 'info'): LogLine => ({
  ...{ seq, at: seq, level, module: 'dial', message: `line ${String(seq)}`, fields: {} },
});
const seqsOf = (lines: unknown): number[] => (lines as LogLine[]).map(({ seq }) => seq);

describe('the methods that read what the window shows', () => {
  test('have the tables of both protocols with their replacements', () => {
    const table = call('enodeck_table', 'v4');
    expect(table).toBe(SOME_TABLE);
    expect(table).toHaveProperty('buckets.0.replacements');
    expect(() => call('enodeck_table', 'v6')).toThrow('invalid argument 0: it must be v4 or v5');
    expect(() => call('enodeck_table')).toThrow('missing value for required argument 0');
  });

  test('have sessions, lists, counters and the state of the crawl', () => {
    backend.rows = [peerRowOf('ab'.repeat(32))];
    expect(call('enodeck_peers')).toBe(backend.rows);
    expect(call('enodeck_lists')).toEqual({ bootnodes: [], static: [], trusted: [] });
    expect(call('enodeck_discovery', 'v5')).toMatchObject({ enabled: true });
    expect(call('enodeck_latestLookup', 'v5')).toBeNull();
    expect(call('enodeck_crawl')).toBeNull();
    expect(call('enodeck_doctorReport', '1')).toBeNull();
    expect(() => call('enodeck_doctorReport', 'x')).toThrow('must be the ID of a test');
  });

  test('return the newest lines, or those after a number without a gap', () => {
    backend.logLines = Array.from({ length: 150 }, (_, index) => line(index + 1));
    expect(seqsOf(call('enodeck_logs'))).toEqual(Array.from({ length: 100 }, (_, index) => index + 51));
    expect(seqsOf(call('enodeck_logs', { limit: 2 }))).toEqual([149, 150]);
    expect(seqsOf(call('enodeck_logs', { after: 10, limit: 2 }))).toEqual([11, 12]);
    expect(seqsOf(call('enodeck_logs', { after: 150 }))).toEqual([]);
    expect(() => call('enodeck_logs', { limit: 1_001 })).toThrow('"limit" must be 1000 or less');
  });

  test('return the log lines of a level and above', () => {
    backend.logLines = [
      line(1, 'debug'),
      line(2, 'info'),
      line(3, 'warn'),
      line(4, 'error'),
      line(5, 'debug'),
    ];
    expect(seqsOf(call('enodeck_logs', { level: 'warn' }))).toEqual([3, 4]);
    expect(seqsOf(call('enodeck_logs', { level: 'warn', limit: 1 }))).toEqual([4]);
    expect(seqsOf(call('enodeck_logs'))).toEqual([1, 2, 3, 4, 5]);
  });
});
