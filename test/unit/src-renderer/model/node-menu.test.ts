import { describe, expect, it } from 'vitest';
import { actionsOnMany, menuOfNode, requestsOf } from '../../../../src-renderer/model/node-menu.ts';
import {
  addressOf,
  describeSubject,
  subjectOfFound,
  subjectOfKnown,
  subjectOfSession,
  subjectOfTableEntry,
  subjectOfWhy,
  type NodeSubject,
} from '../../../../src-renderer/model/node-subject.ts';
import { SOME_TABLE } from '../../../support/some-table.ts';
import { makeKnownNodes } from '../../../support/window-preview/fixture-known.ts';
import { makeSessions } from '../../../support/window-preview/fixture-records.ts';
import { makeWhy } from '../../../support/window-preview/fixture-why.ts';

const subject = (part: Partial<NodeSubject> = {}): NodeSubject => ({
  ...{ id: 'ab'.repeat(32), name: null, label: null, ip: '192.0.2.1', port: 30_303, enode: null, enr: null },
  ...{ kind: { static: false, trusted: false }, connected: false },
  ...part,
});
const menu = (part: Partial<NodeSubject>): readonly string[] => menuOfNode(subject(part)).flat();

describe('the menu of a node', () => {
  it('is the same in every table; what does not apply is left out', () => {
    expect(menu({ connected: true })).toContain('disconnect');
    expect(menu({ connected: true })).toContain('peer');
    expect(menu({ connected: true })).not.toContain('dial');
    expect(menuOfNode(subject({ connected: true }), { isPeers: true }).flat()).not.toContain('peer');
    expect(menu({})).toContain('dial');
    expect(menu({})).not.toContain('peer');
    expect(menu({ kind: { static: true, trusted: false } })).toContain('dropStatic');
    expect(menu({ ip: null })).not.toContain('copyAddress');
  });

  it('has lookups in Discovery, and TALKREQs in that of v5', () => {
    expect(menu({})).not.toContain('lookup');
    expect(menuOfNode(subject(), { discovery: 'v4' }).flat()).not.toContain('talk');
    expect(menuOfNode(subject(), { discovery: 'v5' }).flat()).toEqual(
      expect.arrayContaining(['lookup', 'talk']),
    );
  });

  it('of many says to how many each action applies', () => {
    const many = [
      subject({ connected: true }),
      subject({ kind: { static: true, trusted: false } }),
      subject(),
    ];
    const counts = Object.fromEntries(
      actionsOnMany(many).map(({ action, subjects }) => [action, subjects.length]),
    );
    expect(counts).toMatchObject({ makeStatic: 2, dropStatic: 1, disconnect: 1, ban: 3, copyEnode: 3 });
    expect(counts).not.toHaveProperty('dropTrusted');
  });
});

describe('a node of a row that is not its session', () => {
  const [connected, other] = ['cd'.repeat(32), 'ef'.repeat(32)];
  const standing = { lists: null, isConnected: (id: string) => id === connected };
  const [record] = makeSessions('typical', 0, undefined);
  const [why] = makeWhy('typical', 0, '1h', null, null).nodes;
  const entry = SOME_TABLE.buckets[0]?.entries[0];
  const found = { id: '', ip: '192.0.2.1', udp: 30_303, distance: 256, enode: 'enode://' };
  const [known] = makeKnownNodes('typical', 0);

  it.each([
    ['a past session', (nodeId: string) => subjectOfSession({ ...record!, nodeId }, standing)],
    ['Why no peer?', (id: string) => subjectOfWhy({ ...why!, id }, standing)],
    ['a discovery table', (id: string) => subjectOfTableEntry({ ...entry!, id }, standing)],
    ['a lookup', (id: string) => subjectOfFound({ ...found, id }, standing)],
    ['the known nodes', (id: string) => subjectOfKnown({ ...known!, id, connected: id === other }, standing)],
  ] as const)('of %s is connected when it is a peer now', (_, subjectOf) => {
    expect(menuOfNode(subjectOf(connected)).flat()).toEqual(expect.arrayContaining(['peer', 'disconnect']));
    expect(menuOfNode(subjectOf(other)).flat()).toContain('dial');
  });
});

describe('a node in a sentence', () => {
  it('has its name, or its short ID, and its address', () => {
    expect(describeSubject(subject({ name: 'archive-2' }))).toBe('archive-2, 192.0.2.1:30303');
    expect(describeSubject(subject({ ip: null, port: null }))).toBe('abababab…ababab');
    expect(addressOf(subject({ ip: '2001:db8::1' }))).toBe('[2001:db8::1]:30303');
  });
});

describe('the requests of an action on many', () => {
  it('are one a node, and none for what the table has', () => {
    const many = [subject(), subject({ enode: 'enode://ab@192.0.2.1:30303' })];
    expect(requestsOf('ban', many)).toBe(2);
    expect(requestsOf('export', many)).toBe(1);
    expect(requestsOf('copyId', many)).toBe(0);
  });
});
