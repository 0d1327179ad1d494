import { describe, expect, it } from 'vitest';
import { matchesFilter, parseFilter, type FilterTerm } from '../../../shared/record-filter.ts';
import type { RecordRow } from '../../../shared/model/recording.ts';
import { recordRow } from '../../support/record-row.ts';

function terms(text: string): readonly FilterTerm[] {
  const parsed = parseFilter(text);
  if (!parsed.ok) throw new Error(parsed.reason);
  return parsed.terms;
}

const row = recordRow({
  protocol: 'eth/69',
  name: 'GetBlockHeaders',
  nodeName: 'archive-2',
  address: '192.0.2.31:30303',
  plainBytes: 1_200,
  latencyMs: 31,
  requestId: '41',
  direction: 'out',
  pairSeq: 1_233,
});

function matches(text: string, of: RecordRow = row): boolean {
  return matchesFilter(of, terms(text), () => true);
}

describe('the filter of the recording', () => {
  it.each([
    ['', true],
    ['archive', true],
    ['"archive-2"', true],
    ['peer:192.0.2', true],
    ['peer:reth', false],
    ['proto:eth', true],
    ['proto:eth/69', true],
    ['proto:eth/6', false],
    ['msg:getblockheaders', true],
    ['msg:Receipts,GetBlockHeaders', true],
    ['msg:Get', false],
    ['dir:out', true],
    ['dir:in', false],
    ['size>1k', true],
    ['size>1.2k', false],
    ['size<2000', true],
    ['latency>30ms', true],
    ['latency>1s', false],
    ['id:41', true],
    ['err', false],
    ['open', false],
    ['-dir:in', true],
    ['not dir:out', false],
    ['proto:eth -msg:Receipts size>1000', true],
    ['proto:eth msg:Receipts', false],
  ])('%s matches: %s', (text, expected) => {
    expect(matches(text)).toBe(expected);
  });

  it('has no latency of a message without one, above or below', () => {
    const none = recordRow({ latencyMs: null });
    expect(matches('latency>0', none)).toBe(false);
    expect(matches('latency<1000', none)).toBe(false);
  });

  it('matches a fault with err, and a request without an answer with open', () => {
    const broken = recordRow({ cause: { code: 'truncated', message: 'cut' }, role: 'answer' });
    expect(matches('err', broken)).toBe(true);
    expect(matches('open', broken)).toBe(false);
    expect(matches('open', recordRow({ role: 'request', pairSeq: null }))).toBe(true);
  });

  it.each([
    ['foo:bar', 0, /foo: is not known/],
    ['proto:eth colour:red', 10, /colour: is not known/],
    ['dir:up', 4, /in or out/],
    ['size>big', 5, /needs a number/],
    ['weight>5', 0, /cannot be compared/],
    ['peer:', 4, /needs a value/],
    ['hash:0x1', 5, /hex digits/],
    ['a "b', 2, /not closed/],
    ['not', 0, /needs a term/],
    ['x'.repeat(1_025), 1_024, /1024 characters/],
  ])('says where %s is wrong', (text, at, reason) => {
    const parsed = parseFilter(text);
    if (parsed.ok) throw new Error('it was read');
    expect(parsed.at).toBe(at);
    expect(parsed.reason).toMatch(reason);
  });

  it('leaves the terms on payloads to the node, and negates its answer', () => {
    const asked: string[] = [];
    const answer = (_: RecordRow, term: FilterTerm): boolean => {
      asked.push(term.source);
      return true;
    };
    expect(matchesFilter(row, terms('hash:8f21c07a proto:eth'), answer)).toBe(true);
    expect(matchesFilter(row, terms('-text:geth'), answer)).toBe(false);
    expect(asked).toEqual(['hash:8f21c07a', '-text:geth']);
  });
});
