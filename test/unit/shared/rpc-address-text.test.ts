import { describe, expect, test } from 'vitest';
import {
  headerNameOf,
  readRpcAddress,
  readRpcHeader,
  shownRpcAddress,
  shownRpcHeader,
} from '../../../shared/rpc-address-text.ts';

describe('what is shown of the address of a client', () => {
  test.each([
    ['http://127.0.0.1:8545', 'http://127.0.0.1:8545'],
    ['https://node.example/v3/a-key', 'https://node.example/********'],
    ['wss://node.example/?key=a-key', 'wss://node.example/********'],
    ['/home/me/geth.ipc', '/home/me/geth.ipc'],
    ['http://me:a-key@127.0.0.1', '********'],
  ])('%s is %s', (text, shown) => {
    expect(shownRpcAddress(text)).toBe(shown);
  });

  test('is an address again, so that a form accepts it', () => {
    expect(readRpcAddress(shownRpcAddress('https://node.example/v3/a-key')).ok).toBe(true);
    expect(readRpcHeader(shownRpcHeader('Authorization: Bearer a-key')).ok).toBe(true);
  });
});

describe('the path of a socket', () => {
  test.each([
    '/run/geth.ipc',
    './geth.ipc',
    'C:\\geth\\geth.ipc',
    '\\\\.\\pipe\\geth.ipc',
    '\\\\?\\PIPE\\geth.ipc',
  ])('%s is one of this machine', (path) => {
    expect(readRpcAddress(path)).toEqual({ ok: true, value: { kind: 'ipc', path } });
  });

  test.each([
    '\\\\other\\pipe\\geth.ipc',
    '//other/pipe/geth.ipc',
    '/\\other\\pipe\\geth.ipc',
    '\\\\.\\UNC\\other\\x',
  ])('%s may be of another machine, and is refused', (path) => {
    expect(readRpcAddress(path).ok).toBe(false);
  });
});

describe('what is shown of a header', () => {
  test('is its name', () => {
    expect(shownRpcHeader('Authorization: Bearer a-key')).toBe('Authorization: ********');
    expect(shownRpcHeader('a-key')).toBe('********');
  });

  test('is nothing of a line that is none, except the name in an error', () => {
    expect(headerNameOf('X-Key: a-key')).toBe('X-Key');
    expect(headerNameOf('é: a-key')).toBe('"é"');
  });
});
