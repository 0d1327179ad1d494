import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bytesToHex, concatBytes, hexToBytes, utf8ToBytes } from '../../../src-main/base/bytes.ts';
import { CodecError } from '../../../src-main/base/errors.ts';
import {
  booleanOf,
  decodeMessage,
  encodeCall,
  MAX_MESSAGE,
  METHOD_RETURN,
} from '../../../src-main/desktop/dbus-message.ts';

const HELLO = {
  ...{ serial: 1, destination: 'org.freedesktop.DBus', path: '/org/freedesktop/DBus' },
  ...{ interface: 'org.freedesktop.DBus', member: 'Hello', args: [] },
};

/** A reply as dbus-daemon sends it: fields of the types u, s and g, and a body. */
function reply(serial: number, body: string, littleEndian = true): Uint8Array {
  const bytes = hexToBytes(body);
  const fields = littleEndian
    ? `0501750001000000 0601730004000000 3a312e3200000000 0801670001620000 0701730003000000 61626300`
    : `0501750000000001 0601730000000004 3a312e3200000000 0801670001620000 0701730000000003 61626300`;
  const array = hexToBytes(fields.replaceAll(' ', ''));
  const head = new Uint8Array(16);
  head.set([littleEndian ? 0x6c : 0x42, METHOD_RETURN, 1, 1]);
  const view = new DataView(head.buffer);
  view.setUint32(4, bytes.length, littleEndian);
  view.setUint32(8, 77, littleEndian);
  view.setUint32(12, array.length, littleEndian);
  new DataView(array.buffer).setUint32(4, serial, littleEndian);
  const padding = new Uint8Array(-(16 + array.length) & 7);
  return concatBytes(head, array, padding, bytes);
}

describe('a call', () => {
  test('has the bytes of the specification', () => {
    expect(bytesToHex(encodeCall(HELLO))).toBe(
      [
        '6c01000100000000 01000000 6d000000',
        `01016f0015000000 ${hex('/org/freedesktop/DBus')}00 0000`,
        `0201730014000000 ${hex('org.freedesktop.DBus')}00 000000`,
        `0301730005000000 ${hex('Hello')}00 0000`,
        `0601730014000000 ${hex('org.freedesktop.DBus')}00 000000`,
      ]
        .join('')
        .replaceAll(' ', ''),
    );
  });

  test('with arguments has their signature, and their strings aligned', () => {
    const bytes = encodeCall({ ...HELLO, args: ['a', 'bcd'] });
    expect(bytesToHex(bytes)).toContain('0801670002737300');
    expect(bytesToHex(bytes.slice(-16))).toBe('01000000 61000000 03000000 62636400'.replaceAll(' ', ''));
    expect(decodeMessage(bytes)?.length).toBe(bytes.length);
  });
});

describe('a reply', () => {
  test.each([true, false])('is read in both byte orders, little-endian %s', (littleEndian) => {
    const body = littleEndian ? '01000000' : '00000001';
    const bytes = reply(3, body, littleEndian);
    const next = decodeMessage(concatBytes(bytes, Uint8Array.of(1, 2, 3)));
    expect(next?.length).toBe(bytes.length);
    expect(next?.message).toMatchObject({ type: METHOD_RETURN, replySerial: 3 });
    expect(booleanOf(next!.message)).toBe(true);
  });

  test('may have its boolean in a variant; other bodies are none', () => {
    const valueOf = (body: string) => booleanOf(decodeMessage(reply(1, body))!.message);
    expect(valueOf('0162000001000000')).toBe(true);
    expect(valueOf('00000000')).toBe(false);
    expect(valueOf('02000000')).toBeUndefined();
    expect(valueOf('0175000001000000')).toBeUndefined();
    expect(valueOf('')).toBeUndefined();
  });

  test('is complete only with its last byte, and refused when it is too long', () => {
    const bytes = reply(1, '01000000');
    for (let length = 0; length < bytes.length; length += 1) {
      expect(decodeMessage(bytes.subarray(0, length))).toBeUndefined();
    }
    const long = bytes.slice();
    new DataView(long.buffer).setUint32(4, MAX_MESSAGE, true);
    expect(() => decodeMessage(long)).toThrow(/too long/);
  });

  test('that is random or changed throws nothing but its own error', () => {
    const good = reply(2, '0162000001000000');
    const changed = fc
      .array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 })
      .map((changes) => {
        const bytes = good.slice();
        for (const [at, value] of changes) bytes[at] = value;
        return bytes;
      });
    fc.assert(
      fc.property(fc.oneof(changed, fc.uint8Array({ maxLength: 200 })), (bytes) => {
        try {
          const next = decodeMessage(bytes);
          if (next !== undefined) booleanOf(next.message);
        } catch (error) {
          expect(error).toBeInstanceOf(CodecError);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

const hex = (text: string): string => bytesToHex(utf8ToBytes(text));
