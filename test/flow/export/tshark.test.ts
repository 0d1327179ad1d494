import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../src-main/base/system-runtime.ts';
import { exportRecording } from '../../../src-main/export/export-recording.ts';
import type { ExportedRecord } from '../../../src-main/export/exported-record.ts';
import { encodeRlp } from '../../../src-main/base/rlp.ts';
import { recordRow } from '../../support/record-row.ts';
import { recordsOfEveryMessage } from '../../support/recordings.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const LUA = resolve(import.meta.dirname, '../../../docs/enodeck.lua');
const hasTshark = spawnSync('tshark', ['--version']).status === 0;

/** What tshark prints of a file with our dissector. */
async function tshark(records: readonly ExportedRecord[], ...options: readonly string[]): Promise<string> {
  const exported = await exportRecording(records, {
    format: 'pcapng',
    anonymous: false,
    clock: systemClock,
    application: 'Enodeck test',
  });
  const { path: folder, remove } = await temporaryFolder();
  const file = join(folder, exported.fileName);
  await writeFile(
    file,
    Uint8Array.from(atob(exported.base64 ?? ''), (character) => character.charCodeAt(0)),
  );
  const { status, stdout, stderr } = spawnSync(
    'tshark',
    ['-X', `lua_script:${LUA}`, '-r', file, ...options],
    { encoding: 'utf8', env: { ...process.env, HOME: folder, TZ: 'UTC' } },
  );
  await remove();
  expect(stderr).not.toMatch(/lua|malformed|error/i);
  expect(status).toBe(0);
  return stdout;
}

const fields = (...names: readonly string[]) => ['-T', 'fields', ...names.flatMap((name) => ['-e', name])];

// .ci/run installs tshark.
describe.runIf(hasTshark || process.env['CI'] === 'true')('a pcapng export', () => {
  const records = recordsOfEveryMessage();

  it('shows protocol, message and number of every record in tshark', async () => {
    const names = [
      'enodeck.seq',
      'enodeck.protocol',
      'enodeck.message',
      'enodeck.direction',
      '_ws.col.Protocol',
    ];
    const lines = (await tshark(records, ...fields(...names))).trimEnd().split('\n');
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
    const output = await tshark([{ row, payload }], '-V');
    expect(output).toContain('requestId: 41 (0x29)');
    expect(output).toContain('query: list of 9 bytes');
    expect(output).toContain('[0]: 21033411 (0x0140f1c3)');
    expect(output).toContain('Latency (microseconds): 1500');
    expect(output).toContain('Sequence number of the answer or request: 9');
    const columns = fields('frame.time_epoch', 'exported_pdu.dst_port', '_ws.col.Info');
    const line = await tshark([{ row, payload }], ...columns);
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
    const output = await tshark([partial, broken, end], '-V');
    expect(output).toContain('requestId: 41 (0x29)');
    expect(output).toContain('not kept, or malformed RLP');
    expect(output).toContain('Payload not kept whole: True');
    expect(output).toContain('Enodeck #3 rlpx end');
  });
});
