import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { bytesToHex, hexToBytes } from '../../../../src-main/base/bytes.ts';
import { HEAD_SIZE, MAX_NEIGHBORS, MAX_PACKET_SIZE } from '../../../../src-main/discovery/v4/constants.ts';
import type { Endpoint, Message } from '../../../../src-main/discovery/v4/messages.ts';
import {
  decodePacket,
  encodePacket,
  PacketError,
  envelopeFault,
} from '../../../../src-main/discovery/v4/packet.ts';

interface EndpointVector {
  ip: string;
  udp: number;
  tcp: number;
}
interface DecodedVector {
  version?: number;
  from?: EndpointVector;
  to?: EndpointVector;
  pingHash?: string;
  target?: string;
  nodes?: (EndpointVector & { publicKey: string })[];
  requestHash?: string;
  record?: string;
  expiration?: string;
  enrSeq?: string;
}
interface PacketVector {
  name: string;
  packet: string;
  typeName: Message['type'];
  hash: string;
  publicKey: string;
  data: string;
  decoded: DecodedVector;
  extraElements: string[];
  trailing: string;
}
interface InvalidVector {
  name: string;
  reason: string;
  packet: string;
}
const vectors = JSON.parse(
  readFileSync(new URL('../../../vectors/discv4.json', import.meta.url), 'utf8'),
) as {
  privateKey: string;
  packets: PacketVector[];
  invalid: InvalidVector[];
};

const privateKey = hexToBytes(vectors.privateKey);

function endpointOf(vector: EndpointVector | undefined): Endpoint {
  if (vector === undefined) throw new Error('the vector has no endpoint');
  return { ip: vector.ip === '' ? undefined : vector.ip, udp: vector.udp, tcp: vector.tcp };
}

/** The message of a vector. */
function messageOf({ typeName, decoded }: PacketVector): Message {
  const expiration = Number(decoded.expiration);
  const enrSeq = decoded.enrSeq === undefined ? undefined : BigInt(decoded.enrSeq);
  const bytes = (hex: string | undefined): Uint8Array => hexToBytes(hex ?? '');
  switch (typeName) {
    case 'ping':
      return {
        type: 'ping',
        version: decoded.version ?? 0,
        from: endpointOf(decoded.from),
        to: endpointOf(decoded.to),
        expiration,
        enrSeq,
      };
    case 'pong':
      return {
        type: 'pong',
        to: endpointOf(decoded.to),
        pingHash: bytes(decoded.pingHash),
        expiration,
        enrSeq,
      };
    case 'findnode':
      return { type: 'findnode', target: bytes(decoded.target), expiration };
    case 'neighbors':
      return {
        type: 'neighbors',
        nodes: (decoded.nodes ?? []).map((node) => ({
          ...endpointOf(node),
          publicKey: bytes(node.publicKey),
        })),
        expiration,
      };
    case 'enrrequest':
      return { type: 'enrrequest', expiration };
    case 'enrresponse': {
      const record = Uint8Array.from(Buffer.from((decoded.record ?? '').slice('enr:'.length), 'base64url'));
      return { type: 'enrresponse', requestHash: bytes(decoded.requestHash), record };
    }
  }
}

/** A message with its bytes as hex, because views of different buffers must compare equal. */
function plain(message: Message): unknown {
  return JSON.parse(
    JSON.stringify(message, (_key, value: unknown) => {
      if (value instanceof Uint8Array) return bytesToHex(value);
      return typeof value === 'bigint' ? value.toString() : value;
    }),
  );
}

describe('packets of discovery v4', () => {
  it.each(vectors.packets)('reads the vector $name', (vector) => {
    const packet = decodePacket(hexToBytes(vector.packet));
    expect(bytesToHex(packet.hash)).toBe(vector.hash.slice(2));
    expect(bytesToHex(packet.publicKey)).toBe(vector.publicKey.slice(2));
    expect(plain(packet.message)).toEqual(plain(messageOf(vector)));
  });

  it.each(
    vectors.packets.filter(({ extraElements, trailing }) => extraElements.length === 0 && trailing === '0x'),
  )('encodes the message of the vector $name', (vector) => {
    const { datagram } = encodePacket(messageOf(vector), privateKey);
    expect(bytesToHex(datagram.subarray(HEAD_SIZE + 1))).toBe(vector.data.slice(2));
  });

  it.each(vectors.invalid)('refuses the vector $name', ({ packet, reason }) => {
    const refusal = (() => {
      try {
        return decodePacket(hexToBytes(packet));
      } catch (error) {
        return error;
      }
    })();
    expect(refusal).toBeInstanceOf(PacketError);
    expect((refusal as PacketError).code).toBe(reason.replaceAll('_', '-'));
  });

  it('refuses a packet above 1280 bytes', () => {
    expect(envelopeFault(new Uint8Array(MAX_PACKET_SIZE + 1))).toBe('too-large');
    expect(() => decodePacket(new Uint8Array(MAX_PACKET_SIZE + 1))).toThrow(
      expect.objectContaining({ code: 'too-large' }),
    );
  });

  it('holds twelve neighbours of the largest size in a packet, and not thirteen', () => {
    const neighbor = { ip: 'ff00:1111:2222:3333:4444:5555:6666:7777', udp: 65535, tcp: 65535 };
    const sizeOf = (count: number): number => {
      const nodes = Array.from({ length: count }, () => ({
        ...neighbor,
        publicKey: new Uint8Array(64).fill(255),
      }));
      return encodePacket({ type: 'neighbors', nodes, expiration: Number.MAX_SAFE_INTEGER }, privateKey)
        .datagram.length;
    };
    expect(sizeOf(MAX_NEIGHBORS)).toBeLessThanOrEqual(MAX_PACKET_SIZE);
    expect(sizeOf(MAX_NEIGHBORS + 1)).toBeGreaterThan(MAX_PACKET_SIZE);
  });
});
