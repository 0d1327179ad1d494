import { describe, expect, test } from 'vitest';
import { utf8ToBytes } from '../../../src-main/base/bytes.ts';
import { JsonSplitter } from '../../../src-main/base/json-splitter.ts';

const TEXTS = ['{"a":"}]\\"{ü"}', '[{"b":[1,{"c":{}}]}]', '{}', '{"d":"\\\\"}'];

describe('a stream of JSON texts', () => {
  test.each([1, 2, 3, 7, 1_000])('is split wherever its chunks of %i bytes end', (size) => {
    const bytes = utf8ToBytes(` ${TEXTS.join('\n')}\r\n`);
    const splitter = new JsonSplitter(100);
    const texts: string[] = [];
    for (let at = 0; at < bytes.length; at += size)
      texts.push(...splitter.push(bytes.subarray(at, at + size)));
    expect(texts).toEqual(TEXTS);
  });

  test('needs no white space between its texts', () => {
    expect(new JsonSplitter(100).push(utf8ToBytes(TEXTS.join('')))).toEqual(TEXTS);
  });

  test('ends with a text that is too large, complete or not', () => {
    const limit = 'the text has more than 10 bytes';
    expect(() => new JsonSplitter(10).push(utf8ToBytes('{"a":12345}'))).toThrow(limit);
    const splitter = new JsonSplitter(10);
    expect(splitter.push(utf8ToBytes('{"a":"1234'))).toEqual([]);
    expect(() => splitter.push(utf8ToBytes('5'))).toThrow(limit);
    expect(new JsonSplitter(10).push(utf8ToBytes('{"a":1234}'))).toEqual(['{"a":1234}']);
  });

  test('ends with bytes between its texts, and with bytes that are not UTF-8', () => {
    const push = (bytes: Uint8Array) => (): unknown => new JsonSplitter(10).push(bytes);
    expect(push(utf8ToBytes('HTTP/1.1'))).toThrow('the stream is not a sequence of JSON objects');
    expect(push(utf8ToBytes('}'))).toThrow('the stream is not a sequence of JSON objects');
    expect(push(Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x7d))).toThrow('it is not UTF-8 text');
  });
});
