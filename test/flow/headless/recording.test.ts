import { describe, expect, test } from 'vitest';
import type { RecordDetail } from '../../../shared/model/recording.ts';
import { eventually } from '../../support/eventually.ts';
import { startedApplications } from '../../support/started-applications.ts';

const applications = startedApplications();

/** The demo, recorded until there are messages of sessions and of both discovery protocols. */
async function recordDemo(): Promise<readonly RecordDetail[]> {
  const { backend } = await applications.compose('demo', ['--demo']).then(async (application) => {
    application.backend.recorder.start({ nodes: null, discovery: true });
    await application.start();
    return application;
  });
  const { recorder } = backend;
  await eventually('sessions and packets', async () => {
    const wanted = [
      'msg:Status',
      'msg:Disconnect',
      'msg:Pong proto:p2p dir:in',
      'msg:Nodes dir:in',
      'msg:Neighbors dir:in',
      'msg:ack',
    ];
    const found = await Promise.all(wanted.map((filter) => recorder.search(filter)));
    const counts = found.map(({ length }) => length);
    if (counts.includes(0)) throw new Error(`${wanted.join()}: ${counts.join()}`);
    return true;
  });
  recorder.stop();
  // A page is bounded by its size.
  const records: RecordDetail[] = [];
  for (;;) {
    const page = await recorder.page('', records.at(-1)?.row.seq ?? null, 10_000);
    if (page.length === 0) return records;
    records.push(...page);
  }
}

describe('a recording of the demo', () => {
  test('has every message and packet decoded without a rest, and answers linked to requests', async () => {
    const records = await recordDemo();
    const decoded = records.filter(({ row }) => ['message', 'handshake', 'packet'].includes(row.kind));
    const raw = decoded.filter((record) => record.decoded === null || record.decoded.fault !== null);
    expect(raw.map(({ row, decoded: one }) => [row.protocol, row.name, one?.fault])).toEqual([]);
    for (const protocol of ['rlpx', 'p2p', 'eth/71', 'discv4', 'discv5']) {
      expect(decoded.some(({ row }) => row.protocol === protocol)).toBe(true);
    }
    const linkedTo = (name: string): readonly boolean[] =>
      decoded
        .filter(({ row }) => row.name === name && row.direction === 'in')
        .map(({ row }) => row.pairSeq !== null && row.latencyMs !== null);
    for (const name of ['Pong', 'Nodes', 'Neighbors']) expect(linkedTo(name), name).toContain(true);
    // Whether there are answers of these by then depends on the demo's nodes.
    for (const name of ['BlockHeaders', 'ENRResponse'])
      if (linkedTo(name).length > 0) expect(linkedTo(name), name).toContain(true);
  });

  test('names the node of each session, and the reason of each Disconnect', async () => {
    const records = await recordDemo();
    const hello = records.filter(({ row }) => row.name === 'Hello');
    expect(hello.length).toBeGreaterThan(0);
    expect(hello.every(({ row }) => row.nodeId !== null && row.connection !== null)).toBe(true);
    const disconnects = records.filter(({ row }) => row.name === 'Disconnect');
    expect(disconnects.length).toBeGreaterThan(0);
    for (const { decoded } of disconnects) expect(decoded?.summary).toMatch(/^0x[01][0-9a-f] [a-z]/);
  });
});
