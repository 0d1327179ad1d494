import { describe, expect, it } from 'vitest';
import { DISCONNECT_REASONS } from '../../../shared/causes/disconnect-reasons.ts';
import { encodeRlp, type RlpInput } from '../../../src-main/base/rlp.ts';
import {
  decodeDisconnect,
  describeReceived,
  encodeDisconnect,
} from '../../../src-main/p2p/disconnect-reason.ts';
import { decodeHello, EMPTY_LIST_PAYLOAD, encodeHello, P2P_CODES } from '../../../src-main/p2p/messages.ts';
import { compressSnappy } from '../../../src-main/base/snappy.ts';
import { hex, unhex } from '../../support/hex.ts';
import { readVectors } from '../../support/vectors.ts';

interface HelloVector {
  payload: string;
  protocolVersion: number;
  clientId: string;
  capabilities: [string, number][];
  listenPort: number;
  publicKey: string;
}
const vectors = readVectors<{
  hello: HelloVector[];
  disconnect: { payload: string; reason?: number; expect?: string }[];
  controlMessages: { ping: string; pong: string };
}>('rlpx.json');

describe('Hello', () => {
  it.each(vectors.hello)('of $clientId decodes, and additional fields are ignored', (expected) => {
    const hello = decodeHello(hex(expected.payload));
    expect(hello.p2pVersion).toBe(expected.protocolVersion);
    expect(hello.clientName).toBe(expected.clientId);
    expect(hello.capabilities.map(({ name, version }) => [name, version])).toEqual(expected.capabilities);
    expect(hello.listenPort).toBe(expected.listenPort);
    expect(unhex(hello.publicKey)).toBe(expected.publicKey);
  });

  it('survives a round trip', () => {
    const hello = {
      p2pVersion: 5,
      clientName: 'Enodeck/v0.1.0/linux-x64/node20',
      capabilities: [{ name: 'eth', version: 69 }],
      listenPort: 0,
      publicKey: new Uint8Array(64).fill(7),
    };
    expect(decodeHello(encodeHello(hello))).toEqual(hello);
  });

  it('has listen port 0 for an invalid port', () => {
    const fields = (port: bigint): Uint8Array => encodeRlp([5, 'x', [], port, new Uint8Array(64).fill(1)]);
    expect(decodeHello(fields(0xffffn)).listenPort).toBe(0xffff);
    for (const port of [0x1_0000n, 2n ** 64n - 1n]) expect(decodeHello(fields(port)).listenPort).toBe(0);
  });

  it.each([
    ['a long name', ['x'.repeat(1_000), 1]],
    ['a name of 65 bytes', ['y'.repeat(65), 1]],
    ['a version of 2^53', ['eth', 2n ** 53n]],
    ['a version of 2^64', ['les', 2n ** 64n]],
    ['a version of 256 bits', ['les', 2n ** 256n - 1n]],
    ['a version of 320 bits', ['les', new Uint8Array(40).fill(255)]],
  ] satisfies [string, RlpInput][])('ignores a capability with %s', (_, invalid) => {
    const capabilities = [invalid, ['eth', 69], ['z'.repeat(64), 2n ** 53n - 1n]];
    const hello = decodeHello(encodeRlp([5, 'x', capabilities, 0, new Uint8Array(64).fill(1)]));
    expect(hello.capabilities).toEqual([
      { name: 'eth', version: 69 },
      { name: 'z'.repeat(64), version: Number.MAX_SAFE_INTEGER },
    ]);
  });

  it('limits the base protocol version to 2^53 - 1', () => {
    const { p2pVersion } = decodeHello(encodeRlp([2n ** 64n - 1n, 'x', [], 0, new Uint8Array(64).fill(1)]));
    expect(p2pVersion).toBe(Number.MAX_SAFE_INTEGER);
  });

  it.each([
    ['a short key', [5, 'x', [], 0, new Uint8Array(63)], 'invalid-identity'],
    ['a key of zeros', [5, 'x', [], 0, new Uint8Array(64)], 'invalid-identity'],
    ['no key', [5, 'x', [], 0], 'malformed-hello'],
    ['a list for a name', [5, [], [], 0, new Uint8Array(64).fill(1)], 'malformed-hello'],
    ['a capability without a version', [5, 'x', [['eth']], 0, new Uint8Array(64).fill(1)], 'malformed-hello'],
  ] as const)('with %s is refused', (_, fields, code) => {
    expect(() => decodeHello(encodeRlp(fields))).toThrow(expect.objectContaining({ code }));
  });
});

describe('Disconnect', () => {
  it.each(vectors.disconnect)('payload "$payload" decodes', ({ payload, reason, expect: expected }) => {
    const received = decodeDisconnect(hex(payload));
    if (expected === 'refuse') expect(received.reason).toBe('invalid-reason');
    else expect(received.wire).toBe(reason);
  });

  it('of an empty list is invalid, as it is for geth', () => {
    expect(decodeDisconnect(EMPTY_LIST_PAYLOAD)).toEqual({ reason: 'invalid-reason', wire: undefined });
  });

  it('round-trips every reason of the specification', () => {
    for (const [name, { wire, text }] of Object.entries(DISCONNECT_REASONS)) {
      const received = decodeDisconnect(encodeDisconnect(wire));
      expect(received).toEqual({ reason: name, wire });
      expect(describeReceived(received)).toBe(text);
    }
  });

  it('of an unknown number keeps the number', () => {
    expect(describeReceived(decodeDisconnect(hex('0xc10c')))).toBe('unknown disconnect reason 12');
  });
});

describe('ping and pong', () => {
  it('are empty lists, compressed', () => {
    const message = (code: number): string =>
      unhex(Uint8Array.of(code, ...compressSnappy(EMPTY_LIST_PAYLOAD)));
    expect(message(P2P_CODES.ping)).toBe(vectors.controlMessages.ping);
    expect(message(P2P_CODES.pong)).toBe(vectors.controlMessages.pong);
  });
});
