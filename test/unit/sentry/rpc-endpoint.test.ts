import { describe, expect, test } from 'vitest';
import { parseRpcEndpoint, type RpcCredentials } from '../../../src-main/sentry/rpc-endpoint.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const parse = (text: string, credentials: RpcCredentials = {}): ReturnType<typeof parseRpcEndpoint> =>
  parseRpcEndpoint(text, credentials, new VirtualClock());

describe('the address of a client', () => {
  test.each([
    ['http://127.0.0.1:8545', 'http', 'http://127.0.0.1:8545'],
    [' https://node.example/v3/secret?key=secret ', 'http', 'https://node.example'],
    ['ws://[::1]:8546', 'web-socket', 'ws://[::1]:8546'],
    ['WSS://node.example/path', 'web-socket', 'wss://node.example'],
    ['/home/me/.ethereum/geth.ipc', 'ipc', '/home/me/.ethereum/geth.ipc'],
    ['./geth.ipc', 'ipc', './geth.ipc'],
    ['C:\\geth\\geth.ipc', 'ipc', 'C:\\geth\\geth.ipc'],
    ['\\\\.\\pipe\\geth.ipc', 'ipc', '\\\\.\\pipe\\geth.ipc'],
  ])('%s is %s, shown as %s', (text, kind, label) => {
    const endpoint = parse(text);
    expect(endpoint.address.kind).toBe(kind);
    expect(endpoint.label).toBe(label);
  });

  test.each([
    ['', 'it is empty'],
    ['x'.repeat(2_049), 'it has more than 2048 characters'],
    ['ftp://127.0.0.1', 'ftp is none of http, https, ws and wss'],
    ['http://', 'it is not a URL'],
    ['http://a:99999', 'it is not a URL'],
    [
      'http://me:word@127.0.0.1',
      'a user name and password are given as the header Authorization, not in the URL',
    ],
    ['http://127.0.0.1/#x', 'a part after # has no meaning'],
    ['localhost:8545', 'a path begins with /, ./ or ../, a URL with http://, https://, ws:// or wss://'],
    ['/tmp/a\u0000b', 'a path has no control characters'],
  ])('%j is refused', (text, detail) => {
    expect(() => parse(text)).toThrow(`The RPC address of the client is not valid: ${detail}`);
  });

  test('over IPC takes no credentials, which would not be sent', () => {
    const refusal = 'an IPC socket takes neither a JWT secret nor headers';
    expect(() => parse('/x.ipc', { jwtSecret: new Uint8Array(32) })).toThrow(refusal);
    expect(() => parse('/x.ipc', { headers: ['a: b'] })).toThrow(refusal);
  });
});

describe('a text of the client', () => {
  const clock = new VirtualClock();
  const { conceal, headers } = parseRpcEndpoint(
    'https://node.example/v3/key-of-path?apikey=key%20of%20query&x=1',
    { headers: ['X-Api-Key: key-of-header', 'X-Auth: Bearer key-of-scheme'], jwtSecret: new Uint8Array(32) },
    clock,
  );

  test.each([
    ['not allowed: key-of-header', 'not allowed: ********'],
    ['Bearer key-of-scheme and key-of-scheme', '******** and ********'],
    ['/v3/key-of-path?apikey=key%20of%20query&x=1', '/********?********'],
    ['key-of-path, key%20of%20query, key of query', '********, ********, ********'],
    [
      'the method x does not exist/is not available v3 x=1',
      'the method x does not exist/is not available v3 x=1',
    ],
  ])('%s is kept as %s', (text, shown) => {
    expect(conceal(text)).toBe(shown);
  });

  test('is kept without the token of a request', () => {
    expect(conceal(`no: ${headers()['authorization'] ?? ''}!`)).toBe('no: Bearer ********!');
  });
});

describe('the headers of a client', () => {
  test('are sent with a token that has the present time', () => {
    const clock = new VirtualClock(1_000_000);
    const credentials = { jwtSecret: new Uint8Array(32), headers: ['X-Api-Key:  k:1 '] };
    const endpoint = parseRpcEndpoint('http://127.0.0.1', credentials, clock);
    expect(endpoint.usesJwt).toBe(true);
    expect(parse('http://a', { headers: ['a: b'] }).usesJwt).toBe(false);
    expect(endpoint.headers()).toMatchObject({ 'x-api-key': 'k:1' });
    const claims = endpoint.headers()['authorization']?.split('.')[1] ?? '';
    expect(Buffer.from(claims, 'base64url').toString()).toBe('{"iat":1000}');
  });

  test('keep a name of Object', () => {
    expect(parse('http://a', { headers: ['__proto__: 1', 'constructor: 2'] }).headers()).toEqual(
      Object.fromEntries([
        ['__proto__', '1'],
        ['constructor', '2'],
      ]),
    );
  });

  test.each([
    [['a b: c'], '"a b" is not valid: a name has letters, digits and hyphens'],
    [['a'], 'a is not valid: it is not of the form Name: value'],
    [['Host: b'], 'Host is not valid: the connection itself sets it'],
    [['Content-Length: 1'], 'Content-Length is not valid: the connection itself sets it'],
    [['Sec-WebSocket-Key: 1'], 'Sec-WebSocket-Key is not valid: the connection itself sets it'],
    [['a: b\r\nc: d'], 'a is not valid: its value has characters other than printable ASCII'],
    [['a: é'], 'a is not valid: its value has characters other than printable ASCII'],
    [[`a: ${'x'.repeat(4_097)}`], 'a is not valid: its value has more than 4096 characters'],
    [['a: 1', 'A: 2'], 'A is not valid: it is given twice'],
    [Array.from({ length: 17 }, (_, at) => `h${String(at)}: 1`), 'h16 is not valid: more than 16 headers'],
  ])('%j is refused', (headers, words) => {
    expect(() => parse('http://a', { headers })).toThrow(`The HTTP header ${words}`);
  });

  test('cannot replace the token', () => {
    const credentials = { jwtSecret: new Uint8Array(32), headers: ['Authorization: Basic x'] };
    expect(() => parse('http://a', credentials)).toThrow('it would replace the token of the JWT secret');
  });
});
