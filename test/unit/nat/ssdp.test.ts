import { expect, test } from 'vitest';
import { descriptionIn } from '../../../src-main/nat/ssdp.ts';

const read = (text: string): string | undefined =>
  descriptionIn(Buffer.from(text, 'latin1'), '192.168.1.1')?.href;

test.each([
  ['as in the specification', 'HTTP/1.1 200 OK\r\nST: x\r\nLOCATION: http://192.168.1.1:80/d.xml\r\n\r\n'],
  ['with LF alone', 'HTTP/1.1 200 OK\nST: x\nLOCATION: http://192.168.1.1:80/d.xml\n\n'],
  ['with space before the colon', 'HTTP/1.1 200 OK\r\nLocation : http://192.168.1.1:80/d.xml\r\n\r\n'],
  ['without a space after the colon', 'HTTP/1.1 200 OK\r\nlocation:http://192.168.1.1:80/d.xml\r\n\r\n'],
  ['without a reason phrase', 'HTTP/1.1 200\r\nLocation: http://192.168.1.1:80/d.xml\r\n\r\n'],
  ['without an empty line', 'HTTP/1.1 200 OK\r\nLocation: http://192.168.1.1:80/d.xml'],
  ['of HTTP/1.0', 'HTTP/1.0 200 OK\r\nLocation: http://192.168.1.1:80/d.xml\r\n\r\n'],
  ['folded', 'HTTP/1.1 200 OK\r\nEXT:\r\nLocation:\r\n http://192.168.1.1:80/d.xml\r\n\r\n'],
])('an answer to a search %s has a description URL', (_what, text) => {
  expect(read(text)).toBe('http://192.168.1.1/d.xml');
});

test.each([
  ['of another host', 'HTTP/1.1 200 OK\r\nLocation: http://192.168.1.2/d.xml\r\n\r\n'],
  ['with a user', 'HTTP/1.1 200 OK\r\nLocation: http://me@192.168.1.1/d.xml\r\n\r\n'],
  ['over another protocol', 'HTTP/1.1 200 OK\r\nLocation: https://192.168.1.1/d.xml\r\n\r\n'],
  ['with another status', 'HTTP/1.1 404 Not Found\r\nLocation: http://192.168.1.1/d.xml\r\n\r\n'],
  ['that is an announcement', 'NOTIFY * HTTP/1.1\r\nLocation: http://192.168.1.1/d.xml\r\n\r\n'],
  ['without a location', 'HTTP/1.1 200 OK\r\nST: x\r\n\r\nLocation: http://192.168.1.1/d.xml'],
  [
    'that is too long',
    `HTTP/1.1 200 OK\r\nLocation: http://192.168.1.1/d.xml\r\nX: ${'x'.repeat(5_000)}\r\n\r\n`,
  ],
])('an answer %s is ignored', (_what, text) => {
  expect(read(text)).toBeUndefined();
});
