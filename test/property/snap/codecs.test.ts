import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeRlp } from '../../../src-main/base/rlp.ts';
import { SNAP_LENGTH } from '../../../src-main/snap/constants.ts';
import { SnapCodecError } from '../../../src-main/snap/errors.ts';
import { decodeSnapMessage, encodeSnapMessage, type SnapMessage } from '../../../src-main/snap/messages.ts';

const uint64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const hash = fc.uint8Array({ minLength: 32, maxLength: 32 });
const hashes = fc.array(hash, { maxLength: 5 });
const blob = fc.uint8Array({ maxLength: 60 });
const blobs = fc.array(blob, { maxLength: 4 });
const bound = fc.oneof(hash, fc.constant(new Uint8Array(0)));
const item = fc.array(blob, { maxLength: 4 }).map((fields) => encodeRlp(fields));
const common = { requestId: uint64, responseBytes: uint64 };

const message: fc.Arbitrary<SnapMessage> = fc.oneof(
  fc.record({ name: fc.constant('GetAccountRange'), ...common, root: hash, start: hash, limit: hash }),
  fc.record({
    name: fc.constant('AccountRange'),
    requestId: uint64,
    accounts: fc.array(fc.record({ hash, body: item }), { maxLength: 4 }),
    proof: blobs,
  }),
  fc.record({
    name: fc.constant('GetStorageRanges'),
    ...common,
    root: hash,
    accounts: hashes,
    start: bound,
    limit: bound,
  }),
  fc.record({
    name: fc.constant('StorageRanges'),
    requestId: uint64,
    slots: fc.array(fc.array(fc.record({ hash, data: blob }), { maxLength: 3 }), { maxLength: 3 }),
    proof: blobs,
  }),
  fc.record({ name: fc.constant('GetByteCodes'), ...common, hashes }),
  fc.record({ name: fc.constant('ByteCodes'), requestId: uint64, codes: blobs }),
  fc.record({
    name: fc.constant('GetTrieNodes'),
    ...common,
    root: hash,
    paths: fc.array(fc.array(blob, { minLength: 1, maxLength: 4 }), { maxLength: 4 }),
  }),
  fc.record({ name: fc.constant('TrieNodes'), requestId: uint64, nodes: blobs }),
);

function decodesOrRefuses(decode: () => unknown): void {
  try {
    decode();
  } catch (error) {
    expect(error).toBeInstanceOf(SnapCodecError);
  }
}

describe('messages of snap/1', () => {
  it('round-trip', () => {
    fc.assert(
      fc.property(message, (sent) => {
        const { code, payload } = encodeSnapMessage(sent);
        expect(decodeSnapMessage(code, payload)).toEqual(sent);
      }),
    );
  });

  it('of random bytes decode or are refused with SnapCodecError', () => {
    fc.assert(
      fc.property(fc.nat(SNAP_LENGTH + 2), fc.uint8Array({ maxLength: 200 }), (code, payload) => {
        decodesOrRefuses(() => decodeSnapMessage(code, payload));
      }),
    );
  });

  it('with a changed or missing byte decode or are refused, and with an additional byte are refused', () => {
    fc.assert(
      fc.property(message, fc.nat(), fc.nat(255), (sent, at, byte) => {
        const { code, payload } = encodeSnapMessage(sent);
        const changed = payload.slice();
        changed[at % payload.length] = byte;
        decodesOrRefuses(() => decodeSnapMessage(code, changed));
        decodesOrRefuses(() => decodeSnapMessage(code, payload.subarray(0, at % payload.length)));
        expect(() => decodeSnapMessage(code, Uint8Array.of(...payload, byte))).toThrow(SnapCodecError);
      }),
    );
  });
});
