import { describe, expect, test } from 'vitest';
import { HttpAnswerError, HttpAnswerReader, type HttpAnswer } from '../../../src-main/nat/http-answer.ts';

/** Reads a response in one piece; the connection ends after it when it is not complete. */
function read(text: string, maxBytes = 1_000): HttpAnswer {
  const reader = new HttpAnswerReader(maxBytes);
  return reader.push(Buffer.from(text, 'latin1')) ?? reader.end();
}

/** Whether a response is complete without the end of the connection. */
const isComplete = (text: string): boolean =>
  new HttpAnswerReader(1_000).push(Buffer.from(text, 'latin1')) !== undefined;

describe('a response of a router', () => {
  test.each([
    ['as in RFC 9112', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello'],
    ['with lines that end in LF alone', 'HTTP/1.1 200 OK\nContent-Length: 5\n\nhello'],
    ['with both line ends', 'HTTP/1.1 200 OK\r\nX: 1\nContent-Length: 5\n\r\nhello'],
    ['with two CR before the LF', 'HTTP/1.1 200 OK\r\r\nContent-Length: 5\r\r\n\r\r\nhello'],
    ['with space before the colon', 'HTTP/1.1 200 OK\r\nContent-Length : 5\r\n\r\nhello'],
    [
      'with a tab before the colon and no space after it',
      'HTTP/1.1 200 OK\r\ncontent-length\t:5\r\n\r\nhello',
    ],
    ['without a reason phrase', 'HTTP/1.1 200\r\nContent-Length: 5\r\n\r\nhello'],
    ['with a space instead of a reason phrase', 'HTTP/1.1 200 \r\nContent-Length: 5\r\n\r\nhello'],
    ['with two spaces before the status', 'HTTP/1.1  200 OK\r\nContent-Length: 5\r\n\r\nhello'],
    ['of HTTP/1.0', 'HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello'],
    ['with a status in lower case', 'http/1.1 200 ok\r\nContent-Length: 5\r\n\r\nhello'],
    ['after an empty line', '\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello'],
    [
      'after an interim response',
      'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello',
    ],
    ['with a line that is not a header', 'HTTP/1.1 200 OK\r\nnonsense\r\nContent-Length: 5\r\n\r\nhello'],
    ['with a header without a name', 'HTTP/1.1 200 OK\r\n: 7\r\nContent-Length: 5\r\n\r\nhello'],
    ['with space in a header name', 'HTTP/1.1 200 OK\r\nX Y: 1\r\nContent-Length: 5\r\n\r\nhello'],
    ['with a control character', 'HTTP/1.1 200 OK\r\nX: \u0001\r\nContent-Length: 5\r\n\r\nhello'],
    ['with a folded header', 'HTTP/1.1 200 OK\r\nX: a\r\n  b: c\r\nContent-Length:\r\n\t5\r\n\r\nhello'],
    ['with its length twice', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello'],
    ['with its length twice in one header', 'HTTP/1.1 200 OK\r\nContent-Length: 5, 5\r\n\r\nhello'],
    ['with more than its length', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello!!'],
    ['in chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n'],
    [
      'in chunks with a length',
      'HTTP/1.1 200 OK\r\nContent-Length: 15\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
    ],
    [
      'in chunks whose sizes have eight digits',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n00000005\r\nhello\r\n00000000\r\n\r\n',
    ],
    ['in chunks with LF alone', 'HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n5\nhello\n0\n\n'],
    [
      'in chunks with an extension, and a space after the size',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, Chunked\r\n\r\n5 ;a=b\r\nhello\r\n00 \r\n\r\n',
    ],
    [
      'in chunks without line ends after them',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello0\r\n',
    ],
    [
      'declared as chunked, but with a length and no chunks',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 6\r\n\r\nhell\no',
    ],
  ])('%s is complete without the end of the connection', (_what, text) => {
    expect(isComplete(text)).toBe(true);
    const { status, body } = read(text);
    expect([status, Buffer.from(body).toString().replace('\n', '').slice(0, 5)]).toEqual([200, 'hello']);
  });

  test.each([
    ['has no length', 'HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello'],
    ['has an empty length', 'HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\nhello'],
    ['has a negative length', 'HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nhello'],
    ['is shorter than its length', 'HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello'],
    ['lacks the last chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n'],
    ['ends within a chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nhello'],
    ['is declared as chunked and is not', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nhello'],
  ])('that %s ends with the connection', (_what, text) => {
    expect(isComplete(text)).toBe(false);
    expect(Buffer.from(read(text).body).toString()).toBe('hello');
  });

  test('with status 204 has no body', () => {
    expect(read('HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\nhello').body).toHaveLength(0);
  });

  test('has the first value of a repeated header', () => {
    const { headers } = read('HTTP/1.1 200 OK\r\nLocation: a\r\nLOCATION: b\r\n\tc\r\nX: d\r\n\te\r\n\r\n');
    expect(Object.fromEntries(headers)).toEqual({ location: 'a', x: 'd e' });
  });

  test.each([
    ['SSH-2.0-dropbear\r\n', 'not-http'],
    ['\u0016\u0003\u0001\n', 'not-http'],
    ['HTTP/1.1 two hundred\r\n\r\n', 'not-http'],
    ['HTTP/1.1 20\r\n\r\n', 'not-http'],
    ['HTTP/1.1 200 OK\r\nX: 1', 'cut-off'],
    ['', 'cut-off'],
    ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\nnonsense\r\n', 'not-http'],
    [`HTTP/1.1 200 OK\r\nX: ${'a'.repeat(20_000)}`, 'too-long'],
    [`HTTP/1.1 200 OK\r\n${'X: a\r\n'.repeat(4_000)}`, 'too-long'],
    [`HTTP/1.1 200 OK\r\n\r\n${'a'.repeat(20_000)}`, 'too-long'],
    [`HTTP/1.1 200 OK\r\nContent-Length: 999999999\r\n\r\n${'a'.repeat(20_000)}`, 'too-long'],
    [`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffff\r\n${'a'.repeat(20_000)}`, 'too-long'],
  ])('%j… is refused: %s', (text, code) => {
    const attempt = (): unknown => read(text);
    expect(attempt).toThrow(HttpAnswerError);
    expect(attempt).toThrow(expect.objectContaining({ code }) as Error);
  });
});
