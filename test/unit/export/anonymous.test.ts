import { describe, expect, it } from 'vitest';
import {
  bytesToHex,
  concatBytes,
  hexToBytes,
  indexOfBytes,
  utf8ToBytes,
} from '../../../src-main/base/bytes.ts';
import { ipToBytes } from '../../../src-main/base/ip.ts';
import { encodeRlp, type RlpInput } from '../../../src-main/base/rlp.ts';
import { publicKeyOf } from '../../../src-main/base/secp256k1.ts';
import { systemClock } from '../../../src-main/base/system-runtime.ts';
import { encodeEnr, signEnr } from '../../../src-main/node-record/enr.ts';
import { Anonymizer } from '../../../src-main/export/anonymous.ts';
import { decodeRecord, type ExportedRecord } from '../../../src-main/export/exported-record.ts';
import { exportRecording } from '../../../src-main/export/export-recording.ts';
import { RawRlp } from '../../../src-main/base/rlp.ts';
import { recordRow } from '../../support/record-row.ts';
import { recordsOfEveryMessage } from '../../support/recordings.ts';

const KEY = new Uint8Array(32).fill(9);
const PUBLIC_KEY = publicKeyOf(KEY);
const IP4 = ipToBytes('203.0.113.77');
const IP6 = ipToBytes('2001:db8:77::abcd');
const ID = 'ab'.repeat(32);
const ENR = signEnr(
  {
    id: 'v4',
    ip: IP4,
    ip6: IP6,
    secp256k1: hexToBytes(`02${bytesToHex(PUBLIC_KEY.subarray(0, 32))}`),
    secret: IP4,
  },
  7n,
  KEY,
);
const ENCODED_ENR = new RawRlp(encodeEnr(ENR));
const hash = new Uint8Array(32).fill(1);
const endpoint = [IP4, 30_303, 30_303];

function record(protocol: string, code: number, name: string, fields: RlpInput): ExportedRecord {
  const payload = encodeRlp(fields);
  const row = { protocol, code, name, nodeId: ID, nodeName: 'my node', address: '203.0.113.77:30303' };
  return {
    row: recordRow({ ...row, plainBytes: payload.length, keptBytes: payload.length }),
    payload,
  };
}

/** Messages that tell who a node is or where it is. */
const TELLING: readonly ExportedRecord[] = [
  record('rlpx', 0, 'auth', [new Uint8Array(65).fill(3), PUBLIC_KEY, hash, 4]),
  record('p2p', 0, 'Hello', [5, 'Geth', [['eth', 69]], 0, PUBLIC_KEY, IP4]),
  record('discv4', 1, 'Ping', [4, endpoint, [IP6, 1, 2], 99, 7, IP4]),
  record('discv4', 4, 'Neighbors', [[[...endpoint, PUBLIC_KEY]], 99]),
  record('discv4', 3, 'Findnode', [PUBLIC_KEY, 99]),
  record('discv4', 6, 'ENRResponse', [hash, ENCODED_ENR]),
  record('discv5', 2, 'Pong', [Uint8Array.of(1), 7, IP4, 30_303]),
  record('discv5', 4, 'Nodes', [Uint8Array.of(1), 1, [ENCODED_ENR]]),
  record('discv5', 5, 'TalkReq', [Uint8Array.of(1), 'utp', concatBytes(IP4, PUBLIC_KEY)]),
  record('discv5', 6, 'TalkResp', [Uint8Array.of(1), concatBytes(IP4, PUBLIC_KEY)]),
  record('dns', 0, 'answer', [IP4, PUBLIC_KEY]),
  record('les/4', 3, 'Announce', [IP4, PUBLIC_KEY]),
  // Malformed: not all fields can be found.
  record('discv4', 1, 'Ping', [4, endpoint, IP4]),
];

const SECRETS = [
  IP4,
  IP6,
  PUBLIC_KEY.subarray(0, 8),
  PUBLIC_KEY.subarray(40, 48),
  ENR.signature.subarray(0, 8),
];

describe('an anonymous export', () => {
  it.each(TELLING.map((each) => [`${each.row.protocol} ${each.row.name}`, each] as const))(
    'has no address and no key of %s',
    (_, telling) => {
      const { row, payload } = new Anonymizer().apply(telling);
      for (const secret of SECRETS) expect(indexOfBytes(payload, secret)).toBe(-1);
      expect(row).toMatchObject({ nodeName: null, address: '0.0.0.0:0', keptBytes: payload.length });
      expect(row.nodeId).toBe('1'.padStart(64, '0'));
    },
  );

  it('still decodes the messages in which it found everything', () => {
    for (const telling of TELLING.slice(0, 8)) {
      const decoded = decodeRecord(new Anonymizer().apply(telling));
      expect(decoded?.fault, telling.row.name).toBeNull();
    }
    const nodes = decodeRecord(new Anonymizer().apply(TELLING[7] ?? (TELLING[0] as ExportedRecord)));
    expect(nodes?.json).toMatchObject({ records: [{ seq: '7', id: 'v4', ip: '0x00000000' }] });
  });

  it('keeps the messages of eth and snap as they are', () => {
    const records = recordsOfEveryMessage().filter(({ row }) => /^(eth|snap)/.test(row.protocol));
    expect(records.length).toBeGreaterThan(80);
    for (const each of records) expect(new Anonymizer().apply(each).payload).toEqual(each.payload);
  });

  it('numbers the nodes, and the same node the same', () => {
    const anonymizer = new Anonymizer();
    const idOf = (nodeId: string | null) =>
      anonymizer.apply({ row: recordRow({ nodeId }), payload: Uint8Array.of(0xc0) }).row.nodeId;
    expect([idOf(ID), idOf('cd'.repeat(32)), idOf(ID), idOf(null)]).toEqual([
      '1'.padStart(64, '0'),
      '2'.padStart(64, '0'),
      '1'.padStart(64, '0'),
      null,
    ]);
  });

  it('leaves addresses and keys out of the text of a cause', () => {
    const message = `203.0.113.77:30303, [2001:db8:77::abcd]:1 and 0x${ID}: wrong at 12:30`;
    const row = recordRow({ cause: { code: 'bad-mac' as never, message } });
    const cleaned = new Anonymizer().apply({ row, payload: new Uint8Array(0) }).row.cause?.message;
    expect(cleaned).not.toMatch(/203|2001|abab/);
    expect(cleaned).toContain('wrong at 12:30');
  });

  it.each(['jsonl', 'pcapng', 'vectors'] as const)('has none of it in a %s file', async (format) => {
    const options = { format, anonymous: true, clock: systemClock, application: 'test' };
    const { text, base64 } = await exportRecording(TELLING, options);
    const bytes =
      text === null ? Uint8Array.from(atob(base64 ?? ''), (c) => c.charCodeAt(0)) : utf8ToBytes(text);
    for (const secret of SECRETS) {
      expect(indexOfBytes(bytes, secret)).toBe(-1);
      expect(indexOfBytes(bytes, utf8ToBytes(bytesToHex(secret)))).toBe(-1);
    }
    for (const word of ['203.0.113.77', ID, 'my node'])
      expect(indexOfBytes(bytes, utf8ToBytes(word))).toBe(-1);
  });
});
