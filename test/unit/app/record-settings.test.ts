import { describe, expect, it } from 'vitest';
import { SETTINGS } from '../../../shared/settings-table.ts';
import { applyRecordSettings, startFromSettings } from '../../../src-main/app/record-settings.ts';
import type { TappedMessage } from '../../../src-main/events/connection-tap.ts';
import { openRecorder } from '../../support/open-recorder.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const NODE = 'aa'.repeat(32);
const OTHER = 'bb'.repeat(32);
const REMOTE = { ip: '127.0.0.1', port: 30_303 };
const PING: TappedMessage = {
  ...{ direction: 'in', payload: new Uint8Array([0xc0]), wireBytes: 32 },
  ...{ compressedBytes: null, timing: null },
};

/** A recorder, and a Ping of a new session with a node. */
function open(clock = new VirtualClock()) {
  const recorder = openRecorder(clock);
  const ping = (idHex: string): void => {
    const tap = recorder.connection('inbound', REMOTE);
    tap.identified(idHex);
    tap.message(2, PING);
  };
  const nodes = () => [...recorder.from(0)].map(({ row }) => row.nodeId);
  return { recorder, ping, nodes };
}

describe('the node that is always recorded', () => {
  it('is recorded from the start, in each of its sessions, and no other node is', () => {
    const { recorder, ping, nodes } = open();
    startFromSettings(recorder, { recordNode: NODE });
    for (const idHex of [NODE, OTHER, NODE]) ping(idHex);
    expect(nodes()).toEqual([NODE, NODE]);
  });

  it('is recorded as soon as the setting changes, and not after a stop', () => {
    const { recorder, ping, nodes } = open();
    const limits = { recordLimit: 200, recordMegabytes: 1, recordMaxAge: 0 };
    applyRecordSettings(recorder, { ...limits, recordNode: NODE }, ['recordLimit']);
    ping(NODE);
    expect(nodes()).toEqual([]);
    applyRecordSettings(recorder, { ...limits, recordNode: NODE }, ['recordNode']);
    ping(NODE);
    recorder.stop();
    ping(NODE);
    expect(nodes()).toEqual([NODE]);
    expect(recorder.status().maxRecords).toBe(200);
  });

  it('is none by default, and the setting takes a node ID only', () => {
    const { recorder } = open();
    startFromSettings(recorder, { recordNode: SETTINGS.recordNode.default });
    expect(recorder.status().isRecording).toBe(false);
    const { schema } = SETTINGS.recordNode;
    expect(schema.parse(` 0x${NODE.toUpperCase()} `.replace('0X', '0x'))).toBe(NODE);
    expect(schema.safeParse('enode://').error?.issues[0]?.message).toBe('must be a node ID of 64 hex digits');
  });
});

describe('the age of recorded messages', () => {
  const limits = { recordLimit: 200, recordMegabytes: 1, recordNode: NODE };

  it('is not limited by default', async () => {
    const clock = new VirtualClock();
    const { recorder, ping, nodes } = open(clock);
    expect(SETTINGS.recordMaxAge.default).toBe(0);
    applyRecordSettings(recorder, { ...limits, recordMaxAge: 0 }, ['recordNode', 'recordMaxAge']);
    ping(NODE);
    await clock.advance(1_000 * 3_600_000);
    expect(nodes()).toEqual([NODE]);
  });

  it('removes a message for everyone who reads, also when no other one comes', async () => {
    const clock = new VirtualClock();
    const { recorder, ping, nodes } = open(clock);
    applyRecordSettings(recorder, { ...limits, recordMaxAge: 10 }, ['recordNode', 'recordMaxAge']);
    ping(NODE);
    await clock.advance(6 * 60_000);
    ping(NODE);
    await clock.advance(5 * 60_000);
    expect(recorder.get(1)).toBeUndefined();
    expect(nodes()).toEqual([NODE]);
    expect(recorder.status()).toMatchObject({ records: 1, first: 2, evicted: 1 });
    await clock.advance(6 * 60_000);
    expect(recorder.status()).toMatchObject({ records: 0, bytes: 0 });
  });
});
