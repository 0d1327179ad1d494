import { describe, expect, it } from 'vitest';
import { hexToBytes } from '../../../src-main/base/bytes.ts';
import { encodeRlp } from '../../../src-main/base/rlp.ts';
import { describeMessage } from '../../../src-main/wire/message-schema.ts';
import { protocolSchema } from '../../../src-main/wire/registry.ts';
import vectors from '../../vectors/rlpx.json' with { type: 'json' };

function decode(protocol: string, code: number, bytes: Uint8Array) {
  const message = protocolSchema(protocol)?.message(code);
  if (message === undefined) throw new Error(`no schema of ${protocol} ${String(code)}`);
  return { name: message.name, ...describeMessage(message, { bytes, total: bytes.length }) };
}

const { auth, ack } = vectors.handshake;

describe('the vectors of the RLPx handshake', () => {
  it.each(auth.filter(({ format }) => format === 'eip8'))('decodes $name to its fields', (vector) => {
    const { fault, json } = decode('rlpx', 0, hexToBytes(vector.plaintext));
    expect(fault).toBeNull();
    expect(json).toEqual({
      signature: vector.signature,
      initiatorPublicKey: vector.initiatorPubkey,
      nonce: vector.nonce,
      version: String(vector.version),
    });
  });

  it.each(ack.filter(({ format }) => format === 'eip8'))('decodes $name to its fields', (vector) => {
    const { fault, json } = decode('rlpx', 1, hexToBytes(vector.plaintext));
    expect(fault).toBeNull();
    expect(json).toEqual({
      ephemeralPublicKey: vector.recipientEphemeralPubkey,
      nonce: vector.nonce,
      version: String(vector.version),
    });
  });
});

describe('the vectors of p2p', () => {
  it.each(vectors.hello)('decodes the Hello of $origin to its fields', (vector) => {
    const { fault, json, tree } = decode('p2p', 0, hexToBytes(vector.payload));
    expect(fault).toBeNull();
    expect(json).toEqual({
      protocolVersion: String(vector.protocolVersion),
      clientId: vector.clientId,
      capabilities: vector.capabilities.map(([name, version]) => ({ name, version: String(version) })),
      listenPort: String(vector.listenPort),
      nodeKey: vector.publicKey,
    });
    expect(tree.children.at(-1)?.note).toBe('ignored: additional data (EIP-8)');
  });

  it.each(vectors.disconnect)('decodes the Disconnect $payload', ({ payload, reason, expect: verdict }) => {
    const { fault, json, summary } = decode('p2p', 1, hexToBytes(payload));
    if (verdict === 'refuse') {
      expect(fault).not.toBeNull();
      return;
    }
    expect(fault).toBeNull();
    const number = String(reason);
    expect(json).toEqual(payload.startsWith('0xc1') ? { list: { reason: number } } : { number });
    expect(summary).toContain(`0x${Number(reason).toString(16).padStart(2, '0')} `);
  });

  it('names Ping and Pong', () => {
    expect(decode('p2p', 2, encodeRlp([]))).toMatchObject({ name: 'Ping', fault: null, json: {} });
    expect(decode('p2p', 3, encodeRlp([]))).toMatchObject({ name: 'Pong', fault: null, json: {} });
  });
});

describe('a fork ID', () => {
  const status = (hash: string, next: bigint): Uint8Array => {
    const zero = new Uint8Array(32);
    return encodeRlp([69, 1, zero, [hexToBytes(hash), next], 0, 0, zero]);
  };
  const forkOf = (hash: string, next: bigint) =>
    decode('eth/69', 0, status(hash, next)).tree.children.find(({ name }) => name === 'forkId');

  it('has the name of the fork and of the next one', () => {
    expect(forkOf('dce96c2d', 1_710_338_135n)?.value).toBe(
      'Shanghai (mainnet), next Cancun at 2024-03-13 13:55:35',
    );
    expect(forkOf('fc64ec04', 1_150_000n)?.value).toBe(
      'genesis (mainnet), next Homestead at block 1,150,000',
    );
    expect(decode('eth/69', 0, status('c376cf8b', 0n)).summary).toContain('fork c376cf8b Prague (mainnet)');
  });

  it('of another network has its hash', () => {
    expect(forkOf('01020304', 0n)?.value).toBe('0x01020304, no fork planned');
    expect(forkOf('01020304', 9n)?.value).toBe('0x01020304, next at block 9');
  });
});
