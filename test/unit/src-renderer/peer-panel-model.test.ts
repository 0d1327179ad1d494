import { describe, expect, test } from 'vitest';
import type { EventLine } from '../../../shared/model/peer.ts';
import type { WireFormField } from '../../../shared/model/wire.ts';
import { shortAgent } from '../../../src-renderer/model/clients.ts';
import {
  boundsOf,
  groupedHex,
  linesOf,
  valuesOfLines,
  widthOf,
} from '../../../src-renderer/model/composer-form.ts';
import { timelineOf } from '../../../src-renderer/model/peer-timeline.ts';
import { trendLines } from '../../../src-renderer/model/peer-trend.ts';
import { rowOfSession } from '../../../src-renderer/model/session-list.ts';
import { sessionOf } from '../../support/saved-sessions.ts';

const ID = 'aa'.repeat(32);
const line = (at: number, text: string, nodeId: string): EventLine => ({
  ...{ seq: at, at, tone: 'quiet', kind: 'peer-added', text, nodeId, nodeName: null, address: null },
  ...{ direction: null, endedBy: null },
});
const NOTHING = {
  id: ID,
  events: [],
  session: null,
  reputation: null,
  earlier: [],
  sessions: [],
  within: null,
};

describe('the timeline of a peer', () => {
  test('has the events of the node only, newest first', () => {
    const events = [line(1, 'one', ID), line(2, 'other', 'bb'.repeat(32)), line(3, 'three', ID)];
    expect(timelineOf({ ...NOTHING, events }).map(({ text }) => text)).toEqual(['three', 'one']);
  });

  test('has the start of the session, changes of reputation and past sessions, each end once', () => {
    const past = { ...sessionOf(ID, 1, 50_000), key: 'k' };
    const entries = timelineOf({
      ...NOTHING,
      session: { connectedAt: 90_000, direction: 'inbound' },
      reputation: {
        score: -4_096,
        banAt: -51_200,
        changes: [{ at: 95_000, code: 'timeout', change: -4_096 }],
      },
      earlier: [
        { at: 50_400, code: 'client-quitting', by: 'remote', params: {}, stage: 'running', message: null },
      ],
      sessions: [past],
    });
    expect(entries.map(({ at }) => at)).toEqual([95_000, 90_000, 50_400]);
    expect(entries.map(({ tone }) => tone)).toEqual(['warning', 'good', 'warning']);
    expect(entries[0]?.text).toMatch(/reputation −4,096$/);
  });

  test('shows hidden characters of hostile text', () => {
    expect(timelineOf({ ...NOTHING, events: [line(1, 'a\u202Eb', ID)] })[0]?.text).toBe('a\ufffdb');
  });
});

describe('the trend of traffic', () => {
  test('leaves out the interval that is not complete', () => {
    const lines = trendLines({ intervalMs: 2_000, bytesIn: [0, 4_000, 9], bytesOut: [0, 0, 9] }, 100, 40);
    expect(lines.in).toBe('0.0,19.0 100.0,2.0');
    expect(lines.out).toBe('0.0,21.0 100.0,21.0');
  });

  test('of a session that has just started is flat', () => {
    expect(trendLines({ intervalMs: 1_000, bytesIn: [0], bytesOut: [0] }, 100, 40).in).toBe('0.0,19.0');
  });
});

test('a past session is shown as a row with its name from the node lists', () => {
  const record = { ...sessionOf(ID, 1, 50_000), key: 'k', label: 'archive-2' };
  expect(rowOfSession(record)).toMatchObject({
    id: ID,
    label: 'archive-2',
    connectedAt: 49_000,
    lastInAt: 50_000,
  });
});

test('the user agent is shortened to client, version and system', () => {
  expect(shortAgent('Geth/v1.17.8-stable-9d2f1e0c/linux-amd64/go1.25.4')).toBe('Geth v1.17.8, linux-amd64');
  expect(shortAgent('reth/v1.11.2')).toBe('reth v1.11.2');
  expect(shortAgent('anything')).toBe('anything');
});

describe('the form of the composer', () => {
  const hash: WireFormField = { name: 'hash', type: 'hash', kind: 'bytes', minBytes: 32, maxBytes: 32 };
  const hashes: WireFormField = { name: 'hashes', type: 'list', kind: 'list', item: hash };
  const paths: WireFormField = { name: 'paths', type: 'list', kind: 'list', item: hashes };

  test('says types and bounds in short', () => {
    expect(boundsOf(hash)).toBe('hash, 32 bytes');
    expect(boundsOf(hashes)).toBe('list of hash');
    expect(boundsOf({ name: 'a', type: 'uint64', kind: 'uint', max: '9' })).toBe('uint64');
    expect(boundsOf({ name: 'a', type: 'choice', kind: 'choice', fields: [hash] })).toBe('hash');
  });

  test('gives numbers and switches a third of a row, lists and choices a whole one', () => {
    expect(widthOf({ name: 'a', type: 'uint64', kind: 'uint' })).toBe('short');
    expect(widthOf({ name: 'a', type: 'boolean', kind: 'boolean' })).toBe('short');
    expect([widthOf(hash), widthOf(hashes)]).toEqual(['half', 'wide']);
    expect(widthOf({ name: 'a', type: 'choice', kind: 'choice', fields: [hash] })).toBe('wide');
  });

  test('edits a list one item per line; nested items are JSON', () => {
    expect(valuesOfLines('0x01\n\n 0x02, 0x03', hashes)).toEqual(['0x01', '0x02', '0x03']);
    expect(valuesOfLines('["0x01","0x02"]\n[', paths)).toEqual([['0x01', '0x02'], '[']);
    expect(linesOf(['0x01', ['0x02']])).toBe('0x01\n["0x02"]');
    expect(linesOf('x')).toBe('');
  });

  test('groups hex digits by bytes', () => {
    expect(groupedHex('cb29c9')).toBe('cb 29 c9');
    expect(groupedHex('')).toBe('');
  });
});
