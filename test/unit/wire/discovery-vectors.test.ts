import { describe, expect, it } from 'vitest';
import { parseEnrText } from '../../../shared/enr-text.ts';
import type { WireJson } from '../../../shared/model/wire.ts';
import { bytesToHex, hexToBytes, to0x } from '../../../src-main/base/bytes.ts';
import { decodeEnr } from '../../../src-main/node-record/enr.ts';
import { encodeRlp, RawRlp } from '../../../src-main/base/rlp.ts';
import { describeMessage } from '../../../src-main/wire/message-schema.ts';
import { protocolSchema } from '../../../src-main/wire/registry.ts';
import { discv5Vectors, packetVector, vectorBytes } from '../../support/discv5-vectors.ts';
import v4Vectors from '../../vectors/discv4.json' with { type: 'json' };
import enrVectors from '../../vectors/enr.json' with { type: 'json' };

function decode(protocol: string, code: number, bytes: Uint8Array) {
  const message = protocolSchema(protocol)?.message(code);
  if (message === undefined) throw new Error(`no schema of ${protocol} ${String(code)}`);
  return { name: message.name, ...describeMessage(message, { bytes, total: bytes.length }) };
}

interface EndpointVector {
  readonly ipHex: string;
  readonly udp: number;
  readonly tcp: number;
}

const endpoint = ({ ipHex, udp, tcp }: EndpointVector): WireJson => ({
  ip: ipHex,
  udp: String(udp),
  tcp: String(tcp),
});

/** The JSON of a record in text form; every entry by its key. */
function recordJson(text: string): Record<string, unknown> {
  const parsed = parseEnrText(text);
  if (!parsed.ok) throw new Error(parsed.reason);
  const { seq, signature } = decodeEnr(parsed.bytes);
  return { seq: String(seq), signature: to0x(signature) };
}

interface DecodedVector {
  readonly version?: number;
  readonly from?: EndpointVector;
  readonly to?: EndpointVector;
  readonly nodes?: readonly (EndpointVector & { readonly publicKey: string })[];
  readonly record?: string;
  readonly recordSeq?: string;
}

function v4Json({ version, from, to, nodes, record, recordSeq: _, ...rest }: DecodedVector): WireJson {
  return {
    ...rest,
    ...(version === undefined ? {} : { version: String(version) }),
    ...(from === undefined ? {} : { from: endpoint(from) }),
    ...(to === undefined ? {} : { to: endpoint(to) }),
    ...(nodes === undefined
      ? {}
      : { nodes: nodes.map((node) => ({ ...(endpoint(node) as object), publicKey: node.publicKey })) }),
    ...(record === undefined ? {} : { record: expect.objectContaining(recordJson(record)) as WireJson }),
  };
}

describe('the vectors of discovery v4', () => {
  for (const { name, type, typeName, data, decoded, extraElements, trailing } of v4Vectors.packets) {
    it(`decodes ${name} to its fields`, () => {
      const bytes = hexToBytes(data + trailing.slice(2));
      const { name: message, fault, json, tree } = decode('discv4', type, bytes);
      expect(fault).toBeNull();
      expect(message.toLowerCase()).toBe(typeName);
      expect(json).toEqual(v4Json(decoded));
      const ignored = tree.children.filter((node) => node.note?.startsWith('ignored') === true);
      const extra = [extraElements.map((each) => each.slice(2)).join(''), trailing.slice(2)];
      expect(ignored.map(({ start, end }) => bytesToHex(bytes.subarray(start, end)))).toEqual(
        extra.filter((each) => each !== ''),
      );
    });
  }
});

describe('the vectors of discovery v5', () => {
  for (const { name, type, message, reqId, ...fields } of discv5Vectors.messages) {
    it(`decodes ${name} to its fields`, () => {
      const { fault, json } = decode('discv5', type, hexToBytes(message).subarray(1));
      const { enrSeq, ip, port, distances, total, records, protocol, request, response } = fields;
      expect(fault).toBeNull();
      expect(json).toEqual({
        requestId: reqId,
        ...(enrSeq === undefined ? {} : { enrSeq }),
        ...(ip === undefined ? {} : { recipientIp: '0x7f000001', recipientPort: String(port) }),
        ...(distances === undefined ? {} : { distances: distances.map(String) }),
        ...(total === undefined ? {} : { total: String(total) }),
        ...(records === undefined
          ? {}
          : { records: records.map((text) => expect.objectContaining(recordJson(text)) as WireJson) }),
        ...(protocol === undefined ? {} : { protocol, request }),
        ...(response === undefined ? {} : { response }),
      });
    });
  }

  it.each(['ping-message', 'ping-handshake', 'ping-handshake-enr'])('decodes the message of %s', (name) => {
    const { ping, computed } = packetVector(name);
    const plaintext = vectorBytes(computed.messagePlaintext);
    expect(decode('discv5', plaintext[0] ?? 0, plaintext.subarray(1)).json).toEqual({
      requestId: ping?.reqId,
      enrSeq: ping?.enrSeq,
    });
  });

  it('decodes the fields of a WHOAREYOU', () => {
    const { whoareyou } = packetVector('whoareyou');
    if (whoareyou === undefined) throw new Error('no fields');
    const { requestNonce, idNonce, enrSeq } = whoareyou;
    const payload = encodeRlp([hexToBytes(requestNonce), hexToBytes(idNonce), BigInt(enrSeq)]);
    expect(decode('discv5', 0, payload).json).toEqual({ nonce: requestNonce, idNonce, enrSeq });
  });

  it.each(discv5Vectors.badMessages)('finds a fault in $name', ({ message }) => {
    const bytes = hexToBytes(message);
    expect(decode('discv5', bytes[0] ?? 0, bytes.subarray(1)).fault).not.toBeNull();
  });
});

describe('the vectors of node records', () => {
  it.each(enrVectors.valid)('decodes $name entry by entry', ({ name, rlp, seq, signature, pairs }) => {
    const record = hexToBytes(rlp);
    const { fault, json, tree } = decode('discv4', 6, encodeRlp([new Uint8Array(32), new RawRlp(record)]));
    expect(fault).toBeNull();
    const fields = (json as { record: Record<string, unknown> }).record;
    expect(Object.keys(fields)).toEqual(['signature', 'seq', ...pairs.map(({ key }) => key)]);
    expect(fields).toMatchObject({ seq, signature });
    const nodes = tree.children.find((node) => node.name === 'record')?.children ?? [];
    const invalid = nodes.filter(({ note }) => note?.startsWith('invalid') === true);
    expect(invalid.map((node) => node.name)).toEqual(name === 'udp-port-not-uint16' ? ['udp'] : []);
  });

  it('shows an entry that does not have the form of its key as it is, with the reason', () => {
    const record = [new Uint8Array(64), 1, 'ip', Uint8Array.of(1, 2, 3), 'tcp', 30_303];
    const { fault, json, tree } = decode('discv4', 6, encodeRlp([new Uint8Array(32), record]));
    expect(fault).toBeNull();
    expect(json).toMatchObject({ record: { ip: '0x83010203', tcp: '30303' } });
    const nodes = tree.children[1]?.children ?? [];
    expect(nodes.find(({ name }) => name === 'ip')?.note).toBe('invalid: has 3 bytes, 4 are required');
  });
});
