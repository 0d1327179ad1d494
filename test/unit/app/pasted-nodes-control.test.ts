import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PastedNodeController } from '../../../src-main/app/pasted-nodes-control.ts';
import { ListControl } from '../../../src-main/app/node-list-control.ts';
import { bytesToHex } from '../../../src-main/base/bytes.ts';
import { publicKeyOf } from '../../../src-main/base/secp256k1.ts';
import { nodeTextOf, parseNode } from '../../../src-main/node-record/node-factory.ts';
import type { Node } from '../../../src-main/node-record/node.ts';
import { BanError } from '../../../src-main/server/ban-target.ts';
import { NodeListStore } from '../../../src-main/store/node-lists.ts';
import { RecordedEvents } from '../../support/recorded-events.ts';
import { nodeWithSequence } from '../../support/sequence-records.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const enode = (number: number, host = `192.0.2.${String(number)}:30303`): string =>
  `enode://${bytesToHex(publicKeyOf(new Uint8Array(32).fill(number)))}@${host}`;
const nodeOf = (number: number): Node => parseNode(enode(number));
const BANNED = nodeOf(66).idHex;
const OWN = 99;

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let lists: NodeListStore;
let control: ListControl;
let pasted: PastedNodeController;
let known: Node[];
/** The nodes whose ban by score was lifted. */
let lifted: string[];
let allows: (ip: string) => boolean;

beforeEach(async () => {
  folder = await temporaryFolder();
  known = [];
  lifted = [];
  allows = () => true;
  const clock = new VirtualClock();
  lists = await NodeListStore.open({
    file: join(folder.path, 'nodes.json'),
    clock,
    events: new RecordedEvents(),
    ownIdHex: nodeOf(OWN).idHex,
  });
  const bans = {
    admit: async () => undefined,
    liftScore: async (id: string) => void lifted.push(id),
    assertNotBannedByHand: ({ idHex }: { idHex: string }) => {
      if (idHex === BANNED) throw new BanError('banned-by-hand', 'there is a manual ban: lift it first');
    },
  };
  const given = { node: nodeOf(50), text: enode(50), label: null, addedAt: 0, source: 'flag' as const };
  const configured = { bootnodes: [], static: [given], trusted: [] };
  const parts = { lists, bans, clock, configured, allows: (ip: string) => allows(ip) };
  control = new ListControl({
    ...parts,
    nodes: { lastPongReceived: () => 0 },
    statistics: { clientOf: () => null, outcomes: { of: () => [] } },
    isDemo: false,
    current: { node: undefined },
  });
  pasted = new PastedNodeController({
    ...parts,
    known: (idHex) => known.find((node) => node.idHex === idHex),
    control,
  });
});
afterEach(() => folder.remove());

const states = async (text: string, list: 'static' | 'trusted' | 'bootnodes' = 'static') =>
  (await pasted.preview(list, text)).nodes.map(({ state }) => state);

/** Adds nodes until the list is full. */
async function fill(list: 'static' | 'trusted'): Promise<void> {
  const many = Array.from({ length: 10_000 }, (_, at) => {
    const node = { ...nodeOf(1), idHex: at.toString(16).padStart(64, '0') };
    return { node, text: enode(1), label: null };
  });
  await lists.addMany(list, many);
}

it('one entry of a list is the same as in the whole list, also one that cannot be edited', async () => {
  await lists.addMany('static', [{ node: nodeOf(60), text: enode(60), label: 'oak' }]);
  const entries = control.all().static;
  expect(entries.map(({ source }) => source)).toEqual(['flag', 'user']);
  expect(entries.map(({ id }) => control.find('static', id))).toEqual(entries);
  expect(control.find('trusted', nodeOf(60).idHex)).toBeUndefined();
});

it('the entries of a list are those with states, in the same order, without them', async () => {
  await control.add({ list: 'static', text: enode(1), label: 'one' });
  const [given, own] = control.all().static;
  expect(control.entries('static')).toEqual(
    [given, own].map((entry) => ({ id: entry?.id, text: entry?.text, label: entry?.label })),
  );
  expect(own).toMatchObject({ text: enode(1), label: 'one' });
});

describe('the preview of a text', () => {
  it('says of each line what it is, and changes nothing', async () => {
    await lists.add('static', enode(1), 'here');
    await lists.add('trusted', enode(2), null);
    const before = lists.entries('static');
    const { nodes } = await pasted.preview(
      'static',
      [
        `${enode(1)} # again`,
        enode(2),
        enode(3),
        enode(3, '192.0.2.9:1'),
        enode(OWN),
        enode(50),
        enode(66),
        enode(4, '0.0.0.0:30303'),
        enode(5, '192.0.2.5:99999'),
      ].join('\n'),
    );
    expect(nodes.map(({ line, state, sameAs, lists: others }) => [line, state, sameAs, others])).toEqual([
      [1, 'listed', null, []],
      [2, 'new', null, ['trusted']],
      [3, 'new', null, []],
      [4, 'repeated', 3, []],
      [5, 'own', null, []],
      [6, 'listed', null, []],
      [7, 'refused', null, []],
      [8, 'refused', null, []],
      [9, 'refused', null, []],
    ]);
    expect(nodes[6]?.reason).toBe('There is a manual ban: lift it first.');
    expect(nodes[7]?.reason).toBe('0.0.0.0 is the unspecified address. Enter the address of the node.');
    expect(lists.entries('static')).toEqual(before);
  });

  it('points at the wrong character in the line and in the text', async () => {
    const bad = enode(5, '192.0.2.5:99999');
    const { nodes } = await pasted.preview('static', `  ${bad}`);
    const wrongAt = bad.indexOf('99999');
    expect(nodes).toMatchObject([{ line: 1, wrongAt, column: 2 + wrongAt + 1, id: null, text: bad }]);
  });

  it('has no control character in a label, and at most 64 characters', async () => {
    const { nodes } = await pasted.preview('static', `${enode(1)} # a\u0007b\u202ec${'d'.repeat(80)}`);
    expect(nodes[0]?.label).toMatch(/^a b cd+…$/);
    expect(nodes[0]?.label).toHaveLength(64);
  });

  it('has no place in the line for a text of JSON', async () => {
    const { nodes } = await pasted.preview('static', JSON.stringify([enode(5, '192.0.2.5:99999')]));
    expect(nodes).toMatchObject([{ column: null, wrongAt: expect.any(Number) as number }]);
  });

  it('compares a record with the newest known one', async () => {
    known = [nodeWithSequence(1, 7n)];
    await lists.add('static', nodeTextOf(nodeWithSequence(2, 3n)), null);
    const text = [nodeWithSequence(1, 3n), nodeWithSequence(2, 9n), nodeWithSequence(3, 1n)].map(nodeTextOf);
    const { nodes } = await pasted.preview('static', text.join('\n'));
    expect(nodes.map(({ state, record }) => [state, record])).toEqual([
      ['new', { seq: '3', knownSeq: '7', age: 'older' }],
      ['newer', { seq: '9', knownSeq: '3', age: 'newer' }],
      ['new', null],
    ]);
    const older = await pasted.preview('static', nodeTextOf(nodeWithSequence(2, 2n)));
    expect(older.nodes).toMatchObject([{ state: 'listed', record: { age: 'older' } }]);
  });

  it('has the rules of the list and of the allowed networks', async () => {
    const noPort = enode(1, '192.0.2.1:0?discport=30303');
    expect(await states(noPort)).toEqual(['refused']);
    expect(await states(noPort, 'trusted')).toEqual(['new']);
    allows = (ip) => ip === '192.0.2.2';
    expect(await states(`${enode(1)}\n${enode(2)}`)).toEqual(['refused', 'new']);
  });

  it('returns at most 1,024 characters of a text that is no node', async () => {
    const { nodes } = await pasted.preview('static', 'x'.repeat(5_000));
    expect(nodes[0]?.text).toHaveLength(1_024);
  });
});

describe('the addition of nodes', () => {
  it('says what happened to each, in their order', async () => {
    await lists.add('static', nodeTextOf(nodeWithSequence(1, 1n)), 'first');
    await lists.add('static', enode(2), null);
    const newer = nodeTextOf(nodeWithSequence(1, 2n));
    const results = await pasted.add('static', [
      { text: enode(3), label: 'third' },
      { text: newer, label: 'other' },
      { text: enode(2), label: null },
      { text: enode(3), label: null },
      { text: enode(OWN), label: null },
      { text: enode(66), label: null },
      { text: 'nonsense', label: null },
    ]);
    expect(results.map(({ outcome }) => outcome)).toEqual([
      'added',
      'updated',
      'unchanged',
      'unchanged',
      'refused',
      'refused',
      'refused',
    ]);
    expect(results.map(({ reason }) => reason === null)).toEqual([
      true,
      true,
      true,
      true,
      false,
      false,
      false,
    ]);
    expect(lists.entries('static').map(({ text, label }) => [text, label])).toEqual([
      [newer, 'first'],
      [enode(2), null],
      [enode(3), 'third'],
    ]);
    expect(lifted).toEqual([nodeOf(3).idHex, nodeOf(1).idHex]);
  });

  it('refuses what the list has no room for', async () => {
    await fill('trusted');
    expect(await pasted.add('trusted', [{ text: enode(7), label: null }])).toEqual([
      { outcome: 'refused', reason: 'A list holds at most 10000 nodes.' },
    ]);
  });
});

describe('the removal of an entry', () => {
  it('is undone whole, for ten minutes', async () => {
    await lists.add('static', enode(1), 'one');
    await lists.add('static', enode(2), 'two');
    const whole = lists.entries('static');
    await control.remove('static', nodeOf(1).idHex);
    expect(await control.restore('static', [nodeOf(1).idHex])).toEqual({
      restored: [nodeOf(1).idHex],
      refused: [],
    });
    expect(lists.entries('static')).toEqual(whole);
    expect(await control.restore('static', [nodeOf(1).idHex])).toMatchObject({
      restored: [],
      refused: [{ id: nodeOf(1).idHex }],
    });
  });

  it('is not undone for a node that is refused now', async () => {
    await lists.add('static', enode(1), 'one');
    await control.remove('static', nodeOf(1).idHex);
    allows = () => false;
    expect(await control.restore('static', [nodeOf(1).idHex])).toMatchObject({
      restored: [],
      refused: [{ reason: expect.stringContaining('Allowed networks') as string }],
    });
    allows = () => true;
    expect(await control.restore('static', [nodeOf(1).idHex])).toMatchObject({ refused: [] });
  });

  it('is not undone while the list has no room, and is afterwards', async () => {
    await lists.add('trusted', enode(1), 'one');
    await control.remove('trusted', nodeOf(1).idHex);
    await fill('trusted');
    expect(await control.restore('trusted', [nodeOf(1).idHex])).toEqual({
      restored: [],
      refused: [{ id: nodeOf(1).idHex, reason: 'A list holds at most 10000 nodes.' }],
    });
    await lists.remove('trusted', '0'.repeat(64));
    expect(await control.restore('trusted', [nodeOf(1).idHex])).toMatchObject({
      restored: [nodeOf(1).idHex],
    });
  });

  it('is undone once: the entry is not kept any more', async () => {
    await lists.add('static', enode(1), null);
    await control.remove('static', nodeOf(1).idHex);
    await control.restore('static', [nodeOf(1).idHex]);
    await lists.remove('static', nodeOf(1).idHex);
    expect(await control.restore('static', [nodeOf(1).idHex])).toMatchObject({
      restored: [],
      refused: [{ id: nodeOf(1).idHex }],
    });
  });

  it('of several entries has one answer for each', async () => {
    await lists.add('static', enode(1), null);
    await control.remove('static', nodeOf(1).idHex);
    const [first, unknown] = [nodeOf(1).idHex, nodeOf(2).idHex];
    expect(await control.restore('static', [first, unknown, first])).toMatchObject({
      restored: [first],
      refused: [{ id: unknown }],
    });
  });
});

describe('the order of a list', () => {
  it('cannot be changed for nodes that the command line names', async () => {
    await expect(control.move('static', nodeOf(50).idHex, null)).rejects.toMatchObject({
      code: 'not-editable',
    });
  });
});
