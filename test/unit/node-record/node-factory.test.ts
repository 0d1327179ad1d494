import { describe, expect, it } from 'vitest';
import { ipToBytes } from '../../../src-main/base/ip.ts';
import { publicKeyOf } from '../../../src-main/base/secp256k1.ts';
import { signEnr, type EnrEntries } from '../../../src-main/node-record/enr.ts';
import {
  enodeUrlOf,
  nodeFromParts,
  nodeFromRecord,
  nodeTextOf,
  NodeTextError,
  parseNode,
  withEndpoint,
} from '../../../src-main/node-record/node-factory.ts';
import { hex, unhex } from '../../support/hex.ts';
import { readVectors } from '../../support/vectors.ts';

interface Vectors {
  valid: {
    input: string;
    kind: 'enode' | 'record';
    nodeId: string;
    publicKey: string;
    ip: string | null;
    hostname: string | null;
    tcp: number;
    udp: number;
    canonical?: string;
  }[];
  invalid: { input: string; reason: string }[];
}

const vectors = readVectors<Vectors>('enode-urls.json');
const privateKey = hex('b71c71a67e1177ad4e901695e1b4b9ee17ae16c6668d313eac2f96dbcda3f291');

function refusal(text: string): NodeTextError {
  try {
    parseNode(text);
  } catch (error) {
    expect(error).toBeInstanceOf(NodeTextError);
    return error as NodeTextError;
  }
  throw new Error('Nothing was refused');
}

function recordNode(entries: EnrEntries, families?: ('ipv4' | 'ipv6')[]): object {
  const { ip, udp, tcp } = nodeFromRecord(signEnr(entries, 7n, privateKey), families);
  return { ip, udp, tcp };
}

describe('The text of a node', () => {
  it.each(vectors.valid)('is parsed to the same node as in go-ethereum: $input', (vector) => {
    const node = parseNode(vector.input);
    expect(unhex(node.publicKey)).toBe(vector.publicKey);
    expect(unhex(node.id)).toBe(vector.nodeId);
    expect(`0x${node.idHex}`).toBe(vector.nodeId);
    expect(node).toMatchObject({
      ip: vector.ip ?? undefined,
      hostname: vector.hostname ?? undefined,
      tcp: vector.tcp,
      udp: vector.udp,
    });
    expect(nodeTextOf(node)).toBe(vector.canonical ?? vector.input);
    if (vector.kind === 'enode') expect(enodeUrlOf(node)).toBe(vector.canonical);
  });

  it.each(vectors.invalid)('is refused: $input, $reason', ({ input, reason }) => {
    expect(refusal(input).reason).toBe(reason.replaceAll('_', '-'));
  });

  it('is refused with the invalid field and a message', () => {
    const error = refusal(`enode://${'1'.repeat(10)}@127.0.0.1:30303`);
    expect(error).toMatchObject({ field: 'public-key', reason: 'bad-public-key', code: 'invalid-node-text' });
    expect(error.message).toBe('The public key has 10 hex digits instead of 128');
    expect(refusal('enr:-IS4').field).toBe('record');
  });
});

describe('A node of a record', () => {
  const ip = ipToBytes('8.8.8.8');
  const ip6 = ipToBytes('2001:4860::8888');

  it('has the IPv4 endpoint when both are equally global', () => {
    expect(recordNode({ ip, ip6, udp: 1, tcp: 2, udp6: 3, tcp6: 4 })).toEqual({
      ip: '8.8.8.8',
      udp: 1,
      tcp: 2,
    });
  });

  it('has the IPv6 endpoint when it is more global, with the common ports when it has no other ports', () => {
    expect(recordNode({ ip: ipToBytes('192.168.1.1'), ip6, udp: 1, tcp: 2, udp6: 3 })).toEqual({
      ip: '2001:4860::8888',
      udp: 3,
      tcp: 2,
    });
  });

  it('has the endpoint of a family that this machine can reach', () => {
    expect(recordNode({ ip, ip6, udp: 1 }, ['ipv6'])).toEqual({ ip: '2001:4860::8888', udp: 1, tcp: 0 });
    expect(recordNode({ ip6, udp: 1 }, ['ipv4'])).toEqual({ ip: undefined, udp: 1, tcp: 0 });
  });

  it('has no multicast address', () => {
    expect(recordNode({ ip: ipToBytes('224.0.0.1'), udp: 1 })).toEqual({ ip: undefined, udp: 1, tcp: 0 });
    expect(recordNode({ ip: ipToBytes('224.0.0.1'), ip6, udp: 1 })).toEqual({
      ip: '2001:4860::8888',
      udp: 1,
      tcp: 0,
    });
  });

  it('keeps the record and its sequence number', () => {
    const record = signEnr({}, 7n, privateKey);
    const node = nodeFromRecord(record);
    expect(node.record).toBe(record);
    expect(node.seq).toBe(7n);
    expect(nodeTextOf(node)).toMatch(/^enr:/);
  });
});

describe('A node of parts', () => {
  it('does not change with the buffer of its key', () => {
    const publicKey = publicKeyOf(privateKey);
    const node = nodeFromParts({ publicKey, ip: '10.0.0.1', udp: 5 });
    publicKey.fill(0);
    expect(unhex(node.publicKey)).toBe(unhex(publicKeyOf(privateKey)));
    expect(node).toMatchObject({ ip: '10.0.0.1', udp: 5, tcp: 0, seq: 0n, record: undefined });
  });

  it('is copied with another endpoint, and keeps members that are missing in it', () => {
    const node = nodeFromParts({
      publicKey: publicKeyOf(privateKey),
      hostname: 'node.example',
      udp: 5,
      tcp: 6,
    });
    expect(withEndpoint(node, { ip: '::1' })).toMatchObject({
      ip: '::1',
      hostname: 'node.example',
      udp: 5,
      tcp: 6,
    });
    expect(withEndpoint(node, { tcp: 9 })).toMatchObject({ ip: undefined, udp: 5, tcp: 9 });
  });
});
