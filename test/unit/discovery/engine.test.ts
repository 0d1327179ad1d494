import { beforeEach, describe, expect, it } from 'vitest';
import { DiscoveryEngine } from '../../../src-main/discovery/engine.ts';
import { DiscoveryError } from '../../../src-main/discovery/errors.ts';
import { LocalNode } from '../../../src-main/discovery/local-node.ts';
import { PacketCounters } from '../../../src-main/discovery/socket/packet-counters.ts';
import { MemoryNodeDatabase } from '../../../src-main/discovery/table/memory-node-database.ts';
import { Table } from '../../../src-main/discovery/table/table.ts';
import type { DiscoveryTransport } from '../../../src-main/discovery/transport.ts';
import type { Node } from '../../../src-main/node-record/node.ts';
import { publicKeyOf } from '../../../src-main/base/secp256k1.ts';
import { SeededRandom } from '../../support/seeded-random.ts';
import { silentLogger } from '../../support/silent-logger.ts';
import { RecordedNode } from '../../support/v5-transport.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

let clock: VirtualClock;
let random: SeededRandom;
let database: MemoryNodeDatabase;
let local: RecordedNode;
let answer: (node: Node) => readonly Node[] | DiscoveryError;

function createEngine(emptyAnswerIsFailure: boolean): DiscoveryEngine {
  const node = new LocalNode(publicKeyOf(local.privateKey), { current: () => local.record });
  const events = { emit: () => undefined };
  const transport: DiscoveryTransport = {
    packets: {
      recognises: () => false,
      expects: () => false,
      isAnswer: () => false,
      handle: () => undefined,
    },
    counters: new PacketCounters(clock, []),
    database,
    emptyAnswerIsFailure,
    start: () => undefined,
    stop: () => undefined,
    ping: () => Promise.resolve(0n),
    requestEnr: () => Promise.reject(new DiscoveryError('timeout', 'no answer')),
    findnode: (node) => {
      const result = answer(node);
      return result instanceof DiscoveryError ? Promise.reject(result) : Promise.resolve(result);
    },
    chooseBootnode: ([first]) => Promise.resolve(first),
    prepareCandidate: (found) => Promise.resolve(found),
  };
  const table = new Table({ selfId: node.id, clock, random, events });
  return new DiscoveryEngine({
    ...{ transport, table, local: node, clock, random, events, logger: silentLogger },
    channel: { families: ['ipv4'] },
    allows: () => true,
  });
}

beforeEach(() => {
  clock = new VirtualClock();
  random = new SeededRandom(3);
  database = new MemoryNodeDatabase(clock, random);
  local = new RecordedNode(random, '80.0.0.1');
  answer = () => [];
});

describe('a discovery engine', () => {
  it.each([
    { what: 'an empty answer if emptyAnswerIsFailure is true', empty: true, result: [], fails: 1 },
    { what: 'no empty answer if it is false', empty: false, result: [], fails: 0 },
    { what: 'a timeout', empty: false, result: new DiscoveryError('timeout', 'no answer'), fails: 1 },
    { what: 'no busy error', empty: true, result: new DiscoveryError('busy', 'busy'), fails: 0 },
  ])('counts $what as a failure of the node', async ({ empty, result, fails }) => {
    const engine = createEngine(empty);
    await engine.start();
    await clock.advance(1);
    const { node } = new RecordedNode(random, '81.0.0.1');
    engine.table.addFound(node);
    answer = () => result;
    await clock.runUntil(engine.lookup());
    expect(database.findFails(node.idHex, '81.0.0.1')).toBe(fails);
    await engine.stop();
    expect(clock.pendingTimers).toBe(0);
  });

  it('resolves a node to the newer record that a lookup finds, or to the given node', async () => {
    const engine = createEngine(false);
    await engine.start();
    await clock.advance(1);
    const moved = new RecordedNode(random, '82.0.0.1');
    const old = moved.node;
    moved.update('83.0.0.1');
    engine.table.addFound(new RecordedNode(random, '81.0.0.1').node);
    expect(await clock.runUntil(engine.resolve(old))).toBe(old);
    answer = () => [moved.node];
    expect(await clock.runUntil(engine.resolve(old))).toMatchObject({ ip: '83.0.0.1', seq: 2n });
    await engine.stop();
  });

  it('has the latest lookup that it needed itself, with its steps, and not those of the user', async () => {
    const engine = createEngine(false);
    expect(engine.latestLookup).toBeUndefined();
    await engine.start();
    await clock.advance(1);
    const near = new RecordedNode(random, '81.0.0.1').node;
    engine.table.addFound(near);
    await clock.runUntil(engine.lookup());
    const target = new RecordedNode(random, '82.0.0.1').node;
    await clock.runUntil(engine.resolve(target));
    const own = engine.latestLookup;
    expect(own).toMatchObject({ origin: 'node', target: target.idHex, done: true, asked: 1 });
    expect(own?.steps.map(({ id }) => id)).toEqual([near.idHex]);
    await clock.advance(5_000);
    expect(engine.latestLookup).toEqual(own);
    expect((await clock.runUntil(engine.lookup())).origin).toBe('user');
    expect(engine.latestLookup).toEqual(own);
    await engine.stop();
  });

  it('refuses lookups while it does not run, and targets of a wrong length', async () => {
    const engine = createEngine(false);
    await expect(engine.lookup()).rejects.toMatchObject({ code: 'closed' });
    await engine.start();
    await expect(engine.lookup(new Uint8Array(31))).rejects.toMatchObject({ code: 'bad-target' });
    await engine.stop();
  });
});
