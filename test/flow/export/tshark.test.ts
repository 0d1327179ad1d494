import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../src-main/base/system-runtime.ts';
import { exportRecording } from '../../../src-main/export/export-recording.ts';
import type { ExportedRecord } from '../../../src-main/export/exported-record.ts';
import { utf8ToBytes } from '../../../src-main/base/bytes.ts';
import { encodeRlp, RawRlp } from '../../../src-main/base/rlp.ts';
import { RECORD_PAYLOAD_BYTES } from '../../../shared/model/recording.ts';
import { openRecorder } from '../../support/open-recorder.ts';
import { recordRow } from '../../support/record-row.ts';
import { recordsOfEveryMessage } from '../../support/recordings.ts';
import { runsTshark, tshark, tsharkFields } from '../../support/tshark.ts';

/** What tshark prints of a recording's pcapng export. */
async function shown(records: readonly ExportedRecord[], ...options: readonly string[]): Promise<string> {
  const { base64 } = await exportRecording(records, {
    format: 'pcapng',
    anonymous: false,
    clock: systemClock,
    application: 'Enodeck test',
  });
  return tshark(base64 ?? '', ...options);
}

describe.runIf(runsTshark)('a pcapng export', () => {
  const records = recordsOfEveryMessage();

  it('shows protocol, message and number of every record in tshark', async () => {
    const names = [
      'enodeck.seq',
      'enodeck.protocol',
      'enodeck.message',
      'enodeck.direction',
      '_ws.col.Protocol',
    ];
    const lines = (await shown(records, ...tsharkFields(...names))).trimEnd().split('\n');
    expect(lines).toEqual(
      records.map(({ row }) =>
        [row.seq, row.protocol, row.name, row.direction === 'in' ? 0 : 1, row.protocol].join('\t'),
      ),
    );
  });

  it('names the first fields of a message, and shows addresses, ports, time and latency', async () => {
    const payload = encodeRlp([41, [21_033_411, 192, 0, 1]]);
    const row = recordRow({
      ...{
        seq: 7,
        pairSeq: 9,
        at: 1_700_000_000_123.456,
        protocol: 'eth/69',
        code: 3,
        name: 'GetBlockHeaders',
      },
      ...{
        address: '[::1]:30303',
        direction: 'out',
        latencyMs: 1.5,
        plainBytes: payload.length,
        keptBytes: payload.length,
      },
    });
    const output = await shown([{ row, payload }], '-V');
    expect(output).toContain('requestId: 41 (0x29)');
    expect(output).toContain('query: list of 9 bytes');
    expect(output).toContain('[0]: 21033411 (0x0140f1c3)');
    expect(output).toContain('Latency (microseconds): 1500');
    expect(output).toContain('Sequence number of the answer or request: 9');
    const columns = tsharkFields('frame.time_epoch', 'exported_pdu.dst_port', '_ws.col.Info');
    const line = await shown([{ row, payload }], ...columns);
    expect(line).toContain('1700000000.123456');
    expect(line).toContain('-> GetBlockHeaders, #41 from 21,033,411, 192');
  });

  it('shows what is there of a message that was not kept whole, and of malformed bytes', async () => {
    const whole = encodeRlp([41, [new Uint8Array(32).fill(7), new Uint8Array(32).fill(8)]]);
    const kept = whole.subarray(0, 40);
    const hashes = { protocol: 'eth/69', code: 5, name: 'GetBlockBodies' };
    const partial = {
      row: recordRow({ seq: 1, ...hashes, plainBytes: whole.length, keptBytes: kept.length }),
      payload: kept,
    };
    const broken = {
      row: recordRow({ seq: 2, ...hashes, plainBytes: 3, keptBytes: 3 }),
      payload: Uint8Array.of(0xc2, 0xb8, 0xff),
    };
    const end = {
      row: recordRow({ seq: 3, kind: 'end', protocol: 'rlpx', name: 'end', plainBytes: 0, keptBytes: 0 }),
      payload: new Uint8Array(0),
    };
    const output = await shown([partial, broken, end], '-V');
    expect(output).toContain('requestId: 41 (0x29)');
    expect(output).toContain('not kept, or malformed RLP');
    expect(output).toContain('Payload not kept whole: True');
    expect(output).toContain('Enodeck #3 rlpx end');
  });

  it('shows packets of both discovery protocols and of DNS, over IPv4 and IPv6', async () => {
    const sources = ['discv4', 'discv5', 'dns'] as const;
    const addresses = ['192.0.2.7:30303', '[2001:db8::7]:9000', '[fe80::1]:1', 'not an address'];
    const payload = encodeRlp([]);
    const packets = sources.flatMap((source, at) =>
      addresses.map((address, index) => {
        const row = recordRow({
          ...{ seq: at * addresses.length + index + 1, kind: 'packet', source, address, protocol: source },
          ...{ code: 1, name: 'Ping', connection: null, direction: index % 2 === 0 ? 'in' : 'out' },
        });
        return { row, payload };
      }),
    );
    const names = [
      'enodeck.seq',
      'enodeck.protocol',
      'exported_pdu.ipv4_src',
      'exported_pdu.ipv6_dst',
      'enodeck.message',
    ];
    const lines = (await shown(packets, ...tsharkFields(...names))).trimEnd().split('\n');
    expect(lines).toEqual(
      packets.map(({ row }, index) => {
        const [v4, v6] = [index % 4 === 0 ? '192.0.2.7' : '', index % 4 === 1 ? '2001:db8::7' : ''];
        const own = index % 4 === 2 ? '::' : '';
        return [row.seq, row.protocol, v4, `${v6}${own}`, row.name].join('\t');
      }),
    );
  });

  it('names the parts of the TXT records of a DNS list', async () => {
    const dns = { kind: 'packet', source: 'dns', protocol: 'dns', connection: null } as const;
    const texts = [
      'enrtree-root:v1 e=AAAA l=BBBB seq=3 sig=CCCC',
      'enrtree-branch:AAAA,BBBB',
      'enrtree://KEY@nodes.test',
      'enr:-abc',
      'v=spf1 -all',
    ];
    const records = texts.map((text, index) => {
      const payload = utf8ToBytes(text);
      const sizes = { plainBytes: payload.length, keptBytes: payload.length };
      const row = recordRow({ ...dns, ...sizes, seq: index + 2, code: 1, name: 'Answer' });
      return { row, payload };
    });
    const name = utf8ToBytes('nodes.test');
    const query = recordRow({ ...dns, seq: 1, code: 0, name: 'Query', plainBytes: 10, keptBytes: 10 });
    const output = await shown([{ row: query, payload: name }, ...records], '-V');
    for (const line of [
      'name: nodes.test',
      ...['enrRoot: AAAA', 'linkRoot: BBBB', 'seq: 3', 'signature: CCCC', 'hashes: AAAA,BBBB'],
      ...['publicKey: KEY', 'domain: nodes.test', 'record: -abc', 'text: v=spf1 -all'],
    ]) {
      expect(output).toContain(line);
    }
    expect(output).not.toContain('malformed');
  });

  it('shows messages beyond 64 KiB, of which the first bytes were kept, after the oldest records left the ring', async () => {
    const recorder = openRecorder(systemClock, { maxRecords: 3, maxBytes: 10_000_000 });
    recorder.start({ nodes: null, discovery: false });
    const tap = recorder.connection('inbound', { ip: '2001:db8::1', port: 30_303 });
    tap.identified('22'.repeat(32));
    tap.negotiated((code) => ({ protocol: 'eth/69', name: 'BlockHeaders', code: code - 16 }), 'geth');
    const large = encodeRlp([1, Array.from({ length: 400 }, () => new Uint8Array(1_000).fill(1))]);
    for (let count = 0; count < 7; count++)
      tap.message(16 + 4, {
        direction: 'in',
        payload: large,
        wireBytes: large.length,
        compressedBytes: null,
        timing: null,
      });
    const records = [...recorder.from(0)];
    const names = ['enodeck.seq', 'enodeck.message', 'enodeck.size', 'enodeck.truncated', 'frame.cap_len'];
    const lines = (await shown(records, ...tsharkFields(...names))).trimEnd().split('\n');
    expect(lines).toHaveLength(3);
    for (const [index, line] of lines.entries()) {
      const [seq, message, size, truncated, captured] = line.split('\t');
      expect([seq, message, size]).toEqual([String(index + 5), 'BlockHeaders', String(large.length)]);
      expect(truncated).toMatch(/^(1|True)$/);
      expect(Number(captured)).toBeGreaterThan(RECORD_PAYLOAD_BYTES);
      expect(Number(captured)).toBeLessThan(RECORD_PAYLOAD_BYTES + 1_000);
    }
    expect(await shown(records, '-V')).toContain('requestId: 1 (0x01)');
  });

  it('dissects payloads of any content without an error', async () => {
    const nested = (depth: number): Uint8Array => {
      let bytes: Uint8Array = Uint8Array.of(0xc0);
      for (let count = 0; count < depth; count++) bytes = encodeRlp([new RawRlp(bytes)]);
      return bytes;
    };
    const contents = [
      nested(5_000),
      encodeRlp(Array.from({ length: 20_000 }, () => [])),
      ...fc.sample(fc.uint8Array({ maxLength: 300 }), { numRuns: 300, seed: 3 }),
      ...[0xb8, 0xbf, 0xf8, 0xfb, 0xff].map((first) => new Uint8Array(9).fill(first)),
    ];
    const records = contents.map((payload, index) => ({
      row: recordRow({
        ...{ seq: index + 1, protocol: 'eth/69', code: 3, name: 'GetBlockHeaders' },
        ...{ plainBytes: payload.length, keptBytes: payload.length },
      }),
      payload,
    }));
    const lines = (await shown(records, ...tsharkFields('enodeck.message'))).trimEnd().split('\n');
    expect(lines).toEqual(contents.map(() => 'GetBlockHeaders'));
  });
});
