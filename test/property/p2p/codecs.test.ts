import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BASE_PROTOCOL_LENGTH, negotiate } from '../../../src-main/p2p/capabilities.ts';
import { decodeDisconnect } from '../../../src-main/p2p/disconnect-reason.ts';
import { decodeHello, encodeHello, HelloError } from '../../../src-main/p2p/messages.ts';

const someBytes = (maxLength: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ maxLength, size: 'max' });
const capability = fc.record({ name: fc.stringMatching(/^[a-z]{0,4}$/), version: fc.nat(5) });

const hello = fc.record({
  p2pVersion: fc.nat(1_000),
  clientName: fc.string({ maxLength: 60, unit: 'grapheme' }),
  capabilities: fc.array(capability, { maxLength: 20 }),
  listenPort: fc.nat(65_535),
  publicKey: fc.uint8Array({ minLength: 64, maxLength: 64 }).filter((key) => key.some((byte) => byte !== 0)),
});

describe('Hello', () => {
  it('survives a round trip', () => {
    fc.assert(
      fc.property(hello, (value) => {
        expect(decodeHello(encodeHello(value))).toEqual(value);
      }),
    );
  });

  it('of random or changed bytes decodes or is refused with its own error', () => {
    const changed = fc.tuple(hello, fc.nat(), fc.nat(255)).map(([value, position, byte]) => {
      const payload = encodeHello(value);
      payload[position % payload.length] = byte;
      return payload;
    });
    fc.assert(
      fc.property(fc.oneof(someBytes(200), changed), (payload) => {
        try {
          decodeHello(payload);
        } catch (error) {
          expect(error).toBeInstanceOf(HelloError);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('Disconnect', () => {
  it('of any bytes has a reason', () => {
    fc.assert(
      fc.property(someBytes(20), (payload) => {
        expect(decodeDisconnect(payload).reason).toBeTypeOf('string');
      }),
    );
  });
});

describe('negotiation', () => {
  it('yields the same protocols and codes on both sides, without overlap', () => {
    const lists = fc.tuple(fc.array(capability, { maxLength: 12 }), fc.array(capability, { maxLength: 12 }));
    fc.assert(
      fc.property(lists, ([left, right]) => {
        const sized = (list: typeof left): { name: string; version: number; length: number }[] =>
          list.map((entry) => ({ ...entry, length: 3 + entry.version }));
        const ours = negotiate(sized(left), right);
        expect(negotiate(sized(right), left)).toEqual(ours);
        let next = BASE_PROTOCOL_LENGTH;
        for (const { protocol, offset } of ours) {
          expect(offset).toBe(next);
          next += protocol.length;
        }
      }),
    );
  });
});
