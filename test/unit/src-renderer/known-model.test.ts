import { describe, expect, it, test } from 'vitest';
import { API_REQUESTS } from '../../../shared/api-contract.ts';
import { NO_KNOWN_FILTER } from '../../../shared/model/known-node.ts';
import { KNOWN_COLUMNS, nextSort } from '../../../src-renderer/model/known-columns.ts';
import {
  EMPTY_KNOWN_DRAFT,
  isPlainDraft,
  knownFilterOf,
  portIn,
  UNKNOWN_CLIENT,
  type KnownDraft,
} from '../../../src-renderer/model/known-filter.ts';

describe('the fields of the filter of known nodes', () => {
  test.each<readonly [Partial<KnownDraft>, Partial<typeof NO_KNOWN_FILTER>]>([
    [{}, {}],
    [{ text: '  geth ' }, { text: 'geth' }],
    [{ fork: 'is:stale' }, { fork: 'stale' }],
    [{ fork: 'network:sepolia' }, { ethNetwork: 'sepolia' }],
    [{ client: 'Geth' }, { client: 'Geth' }],
    [{ client: UNKNOWN_CLIENT }, { client: '' }],
    [{ source: 'by:dns' }, { source: 'dns' }],
    [{ source: 'table:v5' }, { table: 'v5' }],
    [{ family: 'ipv6' }, { family: 'ipv6' }],
    [{ age: '3600' }, { maxAge: 3_600 }],
    [{ port: ' 30303 ' }, { port: 30_303 }],
    [{ port: '70000' }, { port: null }],
    [{ dialable: true }, { dialable: true }],
    [{ fork: 'is:mine', source: 'by:luck', family: 'ipv5' }, {}],
  ])('%j become the filter %j, which the API accepts', (fields, expected) => {
    const draft = { ...EMPTY_KNOWN_DRAFT, ...fields };
    const filter = knownFilterOf(draft);
    expect(filter).toEqual({ ...NO_KNOWN_FILTER, ...expected });
    expect(API_REQUESTS['nodes.exportKnown'].params.safeParse({ filter, format: 'enr' }).success).toBe(true);
    expect(isPlainDraft(draft)).toBe(Object.keys(fields).length === 0);
  });

  it('tell an empty port from a wrong one', () => {
    expect(['', '0', '1', '65535', '65536', 'x', '1e3'].map(portIn)).toEqual([
      null,
      undefined,
      1,
      65_535,
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe('a click on a column of the known nodes', () => {
  const column = (id: string) => KNOWN_COLUMNS.find((each) => each.id === id)!;
  const byId = { by: 'id', order: 'ascending' } as const;

  it('sorts by it in its first order, then in the other one', () => {
    expect(nextSort(column('lastPong'), byId)).toEqual({ by: 'lastPong', order: 'descending' });
    expect(nextSort(column('node'), byId)).toEqual({ by: 'id', order: 'descending' });
    expect(nextSort(column('source'), byId)).toBe(byId);
  });
});
