import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes } from '../../../src-main/base/bytes.ts';
import { keccak256 } from '../../../src-main/base/keccak.ts';
import { RlpxError } from '../../../src-main/rlpx/errors.ts';
import type { FrameDecoder } from '../../../src-main/rlpx/frame-codec.ts';
import type { SessionSecrets } from '../../../src-main/rlpx/handshake.ts';
import { FRAME_PATHS, frameCodecs } from '../../support/frame-codecs.ts';

const someBytes = (maxLength: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ maxLength, size: 'max' });
const key = fc.uint8Array({ minLength: 32, maxLength: 32 });
const code = fc.oneof(fc.nat(40), fc.nat(2 ** 32 - 1));
const message = fc.record({ code, payload: someBytes(3_000) });

/** Payloads around the sizes at which an implementation changes its way, and of several times these sizes. */
const anySize = fc
  .oneof(fc.nat(300), fc.nat(5_000), fc.integer({ min: 16_360, max: 16_420 }), fc.nat(120_000))
  .map((length) => Uint8Array.from({ length }, (_, at) => (at * 31 + length) % 251));
const messages = fc.array(fc.record({ code, payload: anySize }), { minLength: 1, maxLength: 8 });
const cuts = fc.array(fc.integer({ min: 1, max: 70_000 }), { minLength: 1 });

/** Secrets of the initiator, whose MACs begin with any bytes; and the same of the recipient. */
const bothSecrets = fc
  .record({ aesKey: key, macKey: key, egress: someBytes(700), ingress: someBytes(700) })
  .map((ours): [SessionSecrets, SessionSecrets] => [
    ours,
    { ...ours, egress: ours.ingress, ingress: ours.egress },
  ]);

/** What a decoder made of pushed bytes: the messages, or where and how it failed. */
function decoded(decoder: FrameDecoder, wire: Uint8Array, cuts: readonly number[]): unknown[] {
  const results: unknown[] = [];
  try {
    for (let at = 0, turn = 0; at < wire.length; turn++) {
      const end = at + cuts[turn % cuts.length]!;
      decoder.push(wire.subarray(at, end));
      at = end;
      for (let next = decoder.next(); next !== undefined; next = decoder.next()) {
        results.push({ ...next, payload: Buffer.from(next.payload).toString('base64') });
      }
    }
  } catch (error) {
    if (!(error instanceof RlpxError)) throw error;
    results.push(error.code, decoder.fault);
  }
  return results;
}

describe('both implementations of frames agree', () => {
  it('in every byte they send', () => {
    fc.assert(
      fc.property(bothSecrets, messages, ([secrets], sent) => {
        const [wasm, node] = FRAME_PATHS.map((path) => frameCodecs(path, secrets).encoder);
        for (const { code, payload } of sent) {
          const expected = concatBytes(...node!.encode(code, payload));
          expect(Buffer.compare(concatBytes(...wasm!.encode(code, payload)), expected)).toBe(0);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('in the messages they read, cut anywhere', () => {
    fc.assert(
      fc.property(bothSecrets, messages, cuts, ([ours, theirs], sent, cuts) => {
        const { encoder } = frameCodecs('node', ours);
        const wire = concatBytes(...sent.flatMap(({ code, payload }) => encoder.encode(code, payload)));
        const [wasm, node] = FRAME_PATHS.map((path) =>
          decoded(frameCodecs(path, theirs).decoder, wire, cuts),
        );
        expect(wasm).toEqual(node);
        expect(wasm).toHaveLength(sent.length);
      }),
      { numRuns: 60 },
    );
  });

  it('in which frame they refuse, and why, when a bit is flipped', () => {
    fc.assert(
      fc.property(bothSecrets, messages, cuts, fc.nat(), ([ours, theirs], sent, cuts, bit) => {
        const { encoder } = frameCodecs('wasm', ours);
        const wire = concatBytes(...sent.flatMap(({ code, payload }) => encoder.encode(code, payload)));
        wire[(bit >>> 3) % wire.length]! ^= 1 << (bit & 7);
        const [wasm, node] = FRAME_PATHS.map((path) =>
          decoded(frameCodecs(path, theirs).decoder, wire, cuts),
        );
        expect(wasm).toEqual(node);
        expect(wasm).toContainEqual(expect.stringMatching(/^bad-(header|frame)-mac$/));
      }),
      { numRuns: 100 },
    );
  });

  it('over many connections at the same time', () => {
    fc.assert(
      fc.property(
        fc.array(bothSecrets, { minLength: 2, maxLength: 6 }),
        fc.array(fc.tuple(fc.nat(5), message), { minLength: 1, maxLength: 40 }),
        (connections, sent) => {
          const ends = connections.map(([ours, theirs]) => ({
            near: frameCodecs('wasm', ours),
            far: frameCodecs('wasm', theirs),
            reference: frameCodecs('node', ours),
          }));
          for (const [index, { code, payload }] of sent) {
            const { near, far, reference } = ends[index % ends.length]!;
            const frame = concatBytes(...near.encoder.encode(code, payload));
            expect(frame).toEqual(concatBytes(...reference.encoder.encode(code, payload)));
            far.decoder.push(frame);
            expect(far.decoder.next()).toMatchObject({ code, payload });
          }
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe.each(FRAME_PATHS)('frames of %s', (path) => {
  const secret = keccak256(Uint8Array.of(1));
  const secrets = { aesKey: secret, macKey: keccak256(secret), egress: secret, ingress: secret };

  it('round-trip messages for any segmentation of the stream', () => {
    fc.assert(
      fc.property(
        fc.array(message, { maxLength: 8 }),
        fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1 }),
        (sent, cuts) => {
          const { encoder, decoder } = frameCodecs(path, secrets);
          const wire = concatBytes(...sent.flatMap(({ code, payload }) => encoder.encode(code, payload)));
          const expected = sent.map(({ code, payload }) => ({
            code,
            payload: Buffer.from(payload).toString('base64'),
            frameBytes: expect.any(Number) as number,
          }));
          expect(decoded(decoder, wire, cuts)).toEqual(expected);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('of random bytes are refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 500 }), (bytes) => {
        const { decoder } = frameCodecs(path, secrets);
        decoder.push(bytes);
        expect(() => decoder.next()).toThrow(RlpxError);
      }),
      { numRuns: 200 },
    );
  });
});
