import { describe, expect, it } from 'vitest';
import type { TappedPacket } from '../../../src-main/events/packet-tap.ts';
import { MAX_TEST_BYTES, MAX_TEST_RECORDS } from '../../../src-main/recorder/recorded-test.ts';
import { RECORD_PAYLOAD_BYTES } from '../../../shared/model/recording.ts';
import { openRecorder } from '../../support/open-recorder.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const TESTED = { ip: '127.0.0.1', port: 30_303 };
const OTHER = { ip: '127.0.0.1', port: 30_304 };

function open() {
  const recorder = openRecorder(new VirtualClock(), { maxRecords: 10_000, maxBytes: 64 * 1024 * 1024 });
  const heard: (readonly [number, string])[] = [];
  const test = recorder.test('7', (seq, source) => heard.push([seq, source]));
  const ping = (address = TESTED, payload = Uint8Array.of(0xc0)): void => {
    const packet: TappedPacket = {
      ...{ protocol: 'discv4', direction: 'out', code: 1, exchange: '', idHex: undefined },
      ...{ address, payload, wireBytes: 99 },
    };
    if (recorder.packets.isOn) recorder.packets.packet(packet);
  };
  const rows = () => [...recorder.from(0)].map(({ row }) => [row.source, row.address, row.test]);
  return { recorder, test, ping, rows, heard };
}

const message = {
  direction: 'in',
  payload: Uint8Array.of(0xc0),
  wireBytes: 32,
  compressedBytes: null,
  timing: null,
} as const;

describe('the recording of a test', () => {
  it('has the packets of its endpoints and the messages of its connection, and nothing else, with recording off', () => {
    const { recorder, test, ping, rows, heard } = open();
    ping();
    test.contact(TESTED);
    ping();
    ping(OTHER);
    recorder.packets.dropped('discv4', 'bad-hash', Uint8Array.of(1), TESTED);
    recorder.packets.dropped('discv4', 'bad-hash', Uint8Array.of(1), OTHER);
    recorder.connection('outbound', OTHER).message(2, message);
    test.connection('outbound', TESTED).message(2, message);
    expect(rows()).toEqual([
      ['discv4', '127.0.0.1:30303', '7'],
      ['discv4', '127.0.0.1:30303', '7'],
      ['session', '127.0.0.1:30303', '7'],
    ]);
    expect(heard).toEqual([
      [1, 'discv4'],
      [2, 'discv4'],
      [3, 'session'],
    ]);
    expect(recorder.status().isRecording).toBe(false);
  });

  it('ends with the test; the records stay', () => {
    const { recorder, test, ping, rows, heard } = open();
    test.contact(TESTED);
    const connection = test.connection('outbound', TESTED);
    ping();
    test.close();
    ping();
    connection.message(2, message);
    expect(rows()).toHaveLength(1);
    expect(recorder.packets.isOn).toBe(false);
    recorder.start({ nodes: null, discovery: true });
    ping();
    expect(rows().at(-1)).toEqual(['discv4', '127.0.0.1:30303', null]);
    expect(heard).toHaveLength(1);
  });

  it('is bounded by its number of records and by their bytes, unless a recording runs', () => {
    const many = open();
    const connection = many.test.connection('outbound', TESTED);
    for (let count = 0; count < MAX_TEST_RECORDS + 9; count++) connection.message(2, message);
    expect(many.rows()).toHaveLength(MAX_TEST_RECORDS);
    many.recorder.start({ nodes: null, discovery: false });
    connection.message(2, message);
    expect(many.rows().at(-1)).toEqual(['session', '127.0.0.1:30303', '7']);

    const large = open();
    large.test.contact(TESTED);
    for (let count = 0; count < 99; count++) large.ping(TESTED, new Uint8Array(RECORD_PAYLOAD_BYTES * 2));
    expect(large.rows()).toHaveLength(MAX_TEST_BYTES / RECORD_PAYLOAD_BYTES);
  });

  it('has the packets of 16 endpoints at most', () => {
    const { test, ping, rows } = open();
    const endpoints = Array.from({ length: 17 }, (_, at) => ({ ...TESTED, port: 30_303 + at }));
    for (const endpoint of endpoints) test.contact(endpoint);
    for (const endpoint of endpoints) ping(endpoint);
    expect(rows()).toHaveLength(16);
  });

  it('gives the packets of an endpoint that two tests contact to the newer one', () => {
    const { recorder, test, ping, rows } = open();
    test.contact(TESTED);
    const second = recorder.test('8', () => undefined);
    second.contact(TESTED);
    ping();
    second.close();
    ping();
    expect(rows().map(([, , id]) => id)).toEqual(['8', '7']);
  });
});
