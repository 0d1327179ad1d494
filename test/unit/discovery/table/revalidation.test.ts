import { beforeEach, describe, expect, it } from 'vitest';
import { DiscoveryError } from '../../../../src-main/discovery/errors.ts';
import { MemoryNodeDatabase } from '../../../../src-main/discovery/table/memory-node-database.ts';
import { Revalidation } from '../../../../src-main/discovery/table/revalidation.ts';
import { Table } from '../../../../src-main/discovery/table/table.ts';
import type { Node } from '../../../../src-main/node-record/node.ts';
import { fakeNode, idAtDistance } from '../../../support/nodes.ts';
import { SeededRandom } from '../../../support/seeded-random.ts';
import { VirtualClock } from '../../../support/virtual-clock.ts';

let clock: VirtualClock;
let random: SeededRandom;
let selfId: Uint8Array;
let table: Table;
let database: MemoryNodeDatabase;
let revalidation: Revalidation;
/** The answer to a ping: a sequence number, or undefined for none. */
let answer: (node: Node) => bigint | undefined;
let record: (node: Node) => Node | undefined;
let pings: { idHex: string; at: number }[];

beforeEach(() => {
  clock = new VirtualClock();
  random = new SeededRandom(5);
  selfId = random.bytes(32);
  table = new Table({ selfId, clock, random, events: { emit: () => undefined } });
  database = new MemoryNodeDatabase(clock, random);
  answer = () => 0n;
  record = () => undefined;
  pings = [];
  const noAnswer = (): DiscoveryError => new DiscoveryError('timeout', 'no answer');
  revalidation = new Revalidation({
    table,
    clock,
    random,
    transport: {
      database,
      ping: (node) => {
        pings.push({ idHex: node.idHex, at: clock.monotonic() });
        const seq = answer(node);
        return seq === undefined ? Promise.reject(noAnswer()) : Promise.resolve(seq);
      },
      requestEnr: (node) => {
        const newer = record(node);
        return newer === undefined ? Promise.reject(noAnswer()) : Promise.resolve(newer);
      },
    },
  });
  revalidation.start();
});

function add(count = 1): Node[] {
  const nodes = Array.from({ length: count }, () => fakeNode(idAtDistance(selfId, 256, random)));
  for (const node of nodes) table.addFound(node);
  return nodes;
}

function entryOf(node: Node) {
  return table.bucketOf(node.id).entry(node.idHex);
}

describe('revalidation', () => {
  it('checks a new node within three seconds, and moves it to the slow list when it answers', async () => {
    const [node] = add();
    expect(entryOf(node!)).toMatchObject({ pace: 'fast', live: false, checks: 0 });
    expect(revalidation.nextAt).toBeLessThan(clock.now() + 3_000);
    await clock.advance(3_000);
    expect(pings.length).toBe(1);
    expect(entryOf(node!)).toMatchObject({ pace: 'slow', live: true, checks: 1 });
    await clock.advance(9_000);
    expect(pings.length).toBeGreaterThanOrEqual(2);
    expect(pings.length).toBeLessThan(12);
  });

  it('has no timer while there is nothing to check, and none after `stop`', async () => {
    expect(clock.pendingTimers).toBe(0);
    expect(revalidation.nextAt).toBeUndefined();
    add(3);
    expect(clock.pendingTimers).toBe(1);
    await clock.advance(60_000);
    revalidation.stop();
    expect(clock.pendingTimers).toBe(0);
    revalidation.start();
    expect(clock.pendingTimers).toBe(1);
  });

  it('divides the count of passed checks by three after each failed one, and removes the node at zero', async () => {
    const [node] = add();
    await clock.advance(60_000);
    const entry = entryOf(node!)!;
    entry.checks = 10;
    answer = () => undefined;
    const counts: number[] = [];
    while (entryOf(node!) !== undefined) {
      await clock.advance(1);
      if (counts.at(-1) !== entry.checks) counts.push(entry.checks);
    }
    expect(counts).toEqual([10, 3, 1, 0]);
    expect(table.size).toBe(0);
  });

  it('moves a failing node back to the fast list', async () => {
    const [node] = add();
    await clock.advance(60_000);
    entryOf(node!)!.checks = 10;
    answer = () => undefined;
    await clock.advance(9_000);
    expect(entryOf(node!)?.pace ?? 'removed').not.toBe('slow');
  });

  it('replaces a node that does not answer by a replacement', async () => {
    const nodes = add(17);
    answer = ({ idHex }) => (idHex === nodes[2]!.idHex ? undefined : 0n);
    await clock.advance(120_000);
    expect(entryOf(nodes[2]!)).toBeUndefined();
    expect(entryOf(nodes[16]!)).toMatchObject({ live: true });
  });

  it('writes a node to the database after more than five passed checks', async () => {
    const [node] = add();
    const entry = entryOf(node!)!;
    while (entry.checks < 5) await clock.advance(1);
    expect(database.getNode(node!.idHex)).toBeUndefined();
    while (entry.checks < 6) await clock.advance(1);
    expect(database.getNode(node!.idHex)).toBeDefined();
  });

  it('fetches a newer record, and checks the node again if the record has another endpoint', async () => {
    const [node] = add();
    answer = ({ seq }) => (seq < 7n ? 7n : seq);
    record = (old) => ({ ...old, seq: 7n, udp: 40_000 });
    const entry = entryOf(node!)!;
    while (entry.node.seq === 0n) await clock.advance(1);
    expect(entry).toMatchObject({ pace: 'fast', live: false, node: { udp: 40_000 } });
    while (!entry.live) await clock.advance(1);
    expect(entry.pace).toBe('slow');
  });

  it('does not add a node again that was removed before its answer arrived', async () => {
    const [node] = add();
    answer = () => {
      table.remove(node!.idHex, node!.id, 'silent');
      return 0n;
    };
    await clock.advance(10_000);
    expect(table.size).toBe(0);
    expect(clock.pendingTimers).toBe(0);
  });
});
