import { describe, expect, test } from 'vitest';
import { RpcError } from '../../../src-main/sentry/errors.ts';
import {
  encodeCall,
  isNotOffered,
  noticeOf,
  outcomeOf,
  parseAnswer,
  refusalOf,
  repliesOf,
} from '../../../src-main/sentry/rpc-message.ts';

describe('JSON-RPC', () => {
  test('encodes a call', () => {
    const call = { method: 'debug_getRawHeader', params: ['0x1'] };
    expect(encodeCall(7, call)).toBe(
      '{"jsonrpc":"2.0","id":7,"method":"debug_getRawHeader","params":["0x1"]}',
    );
  });

  test('reads a reply and a batch of replies, and leaves out what is none', () => {
    const answer = [
      { jsonrpc: '2.0', id: 1, result: null },
      { id: 2, error: { code: -32_601, message: 'not\nfound\u0007 ' } },
      { id: '3', result: 1 },
      { id: 1.5, result: 1 },
      { id: 4 },
      7,
      null,
      [],
    ];
    expect(repliesOf(answer)).toEqual([
      { id: 1, result: null, error: undefined },
      { id: 2, result: undefined, error: { code: -32_601, message: 'not found' } },
    ]);
    expect(repliesOf({ id: null, error: {} })).toEqual([
      { id: null, result: undefined, error: { code: 0, message: 'no message' } },
    ]);
    expect(repliesOf('text')).toEqual([]);
  });

  test('keeps 200 characters of an error', () => {
    const [reply] = repliesOf({ id: 1, error: { code: 1, message: 'x'.repeat(10_000) } });
    expect(reply?.error?.message).toHaveLength(200);
  });

  test('hides our credentials in an error before it is cut off', () => {
    const conceal = (text: string): string => text.replaceAll('our-key', '****');
    const message = `${'x'.repeat(195)}our-key${'y'.repeat(100)}`;
    const [reply] = repliesOf({ id: 1, error: { code: 1, message } }, conceal);
    expect(reply?.error?.message).toBe(`${'x'.repeat(195)}****y`);
  });

  test('tells a notice from a reply', () => {
    const params = { subscription: '0x1', result: { hash: '0x' } };
    expect(noticeOf({ method: 'eth_subscription', params })).toEqual(params);
    expect(noticeOf({ method: 'eth_subscription', params: { subscription: 1 } })).toBeUndefined();
    expect(noticeOf({ id: 1, result: 1 })).toBeUndefined();
    expect(noticeOf([])).toBeUndefined();
  });

  test('refuses what is no JSON', () => {
    expect(() => parseAnswer('<html>')).toThrow('The client’s RPC answer is not valid: it is not JSON');
  });

  test.each([
    ['geth', -32_601, 'the method debug_getRawHeader does not exist/is not available', true],
    ['reth', -32_601, 'Method not found', true],
    ['Besu', -32_604, 'Method not enabled', true],
    ['Nethermind', -32_601, 'Method x is not supported, method not found', true],
    ['geth', -32_602, 'missing value for required argument 0', false],
    ['geth', -32_000, 'header not found', false],
  ])('knows the words of %s for %i %s', (_, code, message, expected) => {
    const outcome = outcomeOf('m', { id: 1, result: undefined, error: { code, message } });
    expect(outcome.ok).toBe(false);
    if (outcome.ok) return;
    expect(isNotOffered(outcome.error)).toBe(expected);
    expect(refusalOf(outcome.error)).toEqual({ code, message });
  });

  test('takes a lost connection for no refusal', () => {
    expect(refusalOf(new RpcError('rpc-timeout', { ms: 1 }))).toBeUndefined();
    expect(isNotOffered(new Error('Method not found'))).toBe(false);
  });
});
