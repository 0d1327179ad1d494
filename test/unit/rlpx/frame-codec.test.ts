import { describe, expect, it } from 'vitest';
import { concatBytes } from '../../../src-main/base/bytes.ts';
import { createKeccak, type RunningKeccak } from '../../../src-main/base/keccak.ts';
import { createAesCtr } from '../../../src-main/base/symmetric.ts';
import { MAX_RLPX_MESSAGE_SIZE } from '../../../src-main/rlpx/constants.ts';
import { FrameDecoder, FrameEncoder } from '../../../src-main/rlpx/frame-codec.ts';
import { deriveSecrets } from '../../../src-main/rlpx/handshake.ts';
import { MacState } from '../../../src-main/rlpx/mac-state.ts';
import { NodeFrameOpener, NodeFrameSealer } from '../../../src-main/rlpx/node-frames.ts';
import { FRAME_PATHS, frameCodecs } from '../../support/frame-codecs.ts';
import { hex, unhex } from '../../support/hex.ts';
import { SeededRandom } from '../../support/seeded-random.ts';
import vectors from '../../vectors/rlpx.json' with { type: 'json' };

const { golden, session, refused } = vectors.frames;

describe('the MAC and the frames of node:crypto', () => {
  // Its MAC state is a fixed digest, which no keccak state has: only this path takes a state from outside.
  it('write and read the golden frame', () => {
    const aesKey = hex(golden.aesSecret);
    const mac = new MacState(hex(golden.macSecret), constantHash(hex(golden.macDigest)));
    const encoder = new FrameEncoder(new NodeFrameSealer(aesKey, mac));
    expect(unhex(concatBytes(...encoder.encode(golden.code, hex(golden.payload))))).toBe(golden.frame);
    const decoder = new FrameDecoder(new NodeFrameOpener(aesKey, mac));
    decoder.push(hex(golden.frame));
    expect(decoder.next()).toMatchObject({ code: golden.code, payload: hex(golden.payload) });
  });

  it.each(vectors.macState.cases.map((entry, index) => ({ index, ...entry })))(
    'runs MAC case $index',
    ({ ops, digest16 }) => {
      const hash = createKeccak();
      const mac = new MacState(hex(vectors.macState.secret), hash);
      for (const { op, data } of ops) {
        if (op === 'update') hash.update(hex(data));
        else if (op === 'header') mac.header(hex(data));
        else mac.frame(hex(data));
      }
      expect(unhex(hash.digest().subarray(0, 16))).toBe(digest16);
    },
  );
});

describe.each(FRAME_PATHS)('RLPx frames of %s', (path) => {
  it.each(['initiatorToRecipient', 'recipientToInitiator'] as const)(
    'encodes and decodes the session %s',
    (direction) => {
      const sender = frameCodecs(path, secrets(direction === 'initiatorToRecipient')).encoder;
      const receiver = frameCodecs(path, secrets(direction !== 'initiatorToRecipient')).decoder;
      for (const { body, frame } of session[direction]) {
        const [code, payload] = splitBody(hex(body));
        expect(unhex(concatBytes(...sender.encode(code, payload)))).toBe(frame);
        receiver.push(hex(frame));
        expect(receiver.next()).toMatchObject({ code, payload });
        expect(receiver.next()).toBeUndefined();
      }
    },
  );

  it.each(refused.cases)('refuses a frame: $name', ({ reason, frame }) => {
    const { decoder } = frameCodecs(path, secrets(false));
    decoder.push(hex(frame));
    const code = reason === 'bad_header_mac' ? 'bad-header-mac' : 'bad-frame-mac';
    expect(() => decoder.next()).toThrow(expect.objectContaining({ code }));
  });

  it('round-trips messages of all sizes for any segmentation of the stream', () => {
    const random = new SeededRandom(3);
    const { encoder } = frameCodecs(path, secrets(true));
    const { decoder } = frameCodecs(path, secrets(false));
    for (const size of [0, 1, 14, 15, 16, 17, 16_383, 16_384, 70_000, 1_500_000]) {
      const payload = random.bytes(size);
      const wire = concatBytes(...encoder.encode(size % 300, payload));
      for (let at = 0; at < wire.length;) {
        const cut = Math.min(wire.length, at + 1 + random.below(60_000));
        decoder.push(wire.subarray(at, cut));
        at = cut;
        const message = decoder.next();
        expect(message === undefined).toBe(at < wire.length);
        if (message !== undefined) {
          expect(message.code).toBe(size % 300);
          expect(message.payload.length).toBe(size);
          expect(Buffer.compare(message.payload, payload)).toBe(0);
          expect(message.frameBytes).toBe(wire.length);
        }
      }
    }
    expect(decoder.buffered).toBe(0);
  });

  it('refuses to encode a message above the frame limit', () => {
    const { encoder } = frameCodecs(path, secrets(true));
    const tooLarge = new Uint8Array(MAX_RLPX_MESSAGE_SIZE);
    expect(() => encoder.encode(1, tooLarge)).toThrow(expect.objectContaining({ code: 'message-too-large' }));
  });

  it.each(['', '00', '8100', '817f', '820011', 'c0', 'b8'])(
    'refuses content 0x%s without a valid code',
    (content) => {
      const { aesKey, macKey, egress } = secrets(true);
      const { decoder } = frameCodecs(path, secrets(false));
      const mac = createKeccak();
      mac.update(egress);
      decoder.push(frameOf(hex(content), { aesKey, macKey, mac }));
      expect(() => decoder.next()).toThrow(expect.objectContaining({ code: 'invalid-message-code' }));
    },
  );
});

/** Builds a frame with any content. */
function frameOf(
  content: Uint8Array,
  keys: { aesKey: Uint8Array; macKey: Uint8Array; mac: RunningKeccak },
): Uint8Array {
  const cipher = createAesCtr(keys.aesKey, new Uint8Array(16));
  const mac = new MacState(keys.macKey, keys.mac);
  const header = cipher.update(Uint8Array.of(0, 0, content.length, 0xc2, 0x80, 0x80, ...new Uint8Array(10)));
  const headerMac = mac.header(header);
  const padded = new Uint8Array(Math.ceil(content.length / 16) * 16);
  padded.set(content);
  const body = cipher.update(padded);
  return concatBytes(header, headerMac, body, mac.frame(body));
}

function splitBody(body: Uint8Array): [number, Uint8Array] {
  return [body[0] === 0x80 ? 0 : body[0]!, body.subarray(1)];
}

function constantHash(digest: Uint8Array): RunningKeccak {
  return { update: () => undefined, digest: () => digest.slice() };
}

function secrets(asInitiator: boolean): ReturnType<typeof deriveSecrets> {
  const { initiator, recipient, auth, ack } = vectors.handshake;
  return deriveSecrets({
    initiator: asInitiator,
    ephemeralKey: hex(asInitiator ? initiator.ephemeralKey : recipient.ephemeralKey),
    remoteEphemeralPublicKey: hex(asInitiator ? recipient.ephemeralPubkey : initiator.ephemeralPubkey),
    initiatorNonce: hex(initiator.nonce),
    recipientNonce: hex(recipient.nonce),
    authPacket: hex(auth[1]!.packet),
    ackPacket: hex(ack[1]!.packet),
  });
}
