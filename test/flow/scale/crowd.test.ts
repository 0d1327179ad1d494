import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { heldNow, type Held } from '../../support/held-resources.ts';
import { NodeCrowd } from '../../support/node-crowd.ts';
import { startedNodes } from '../../support/started-nodes.ts';

/** How long nodes come and go, seconds: `npm run test:soak` takes five minutes. */
const CHURN_SECONDS = Number(process.env['ENODECK_CHURN_SECONDS'] ?? 15);

const COUNT = 200;
const STATICS = 2;
const limits = { maxPeers: 50, dialRatio: 5 };

const crowd = new NodeCrowd({ count: COUNT, limits, statics: STATICS });
const start = startedNodes();
let before: Held;

beforeAll(async () => {
  before = await heldNow();
});
afterAll(() => crowd.stop());

describe(`${String(COUNT)} nodes on loopback`, () => {
  it('settle within their limits, with every static node connected', { timeout: 120_000 }, async () => {
    await crowd.start();
    await crowd.settled();
    expect(crowd.areStaticsJoined()).toBe(true);
    const counts = crowd.nodes.map(({ server }) => server.counts());
    for (const { total, inbound } of counts) {
      expect(total).toBeLessThanOrEqual(limits.maxPeers);
      expect(inbound).toBeLessThanOrEqual(40);
    }
  });

  it('are full where all want in, and tell those who are too many', { timeout: 60_000 }, async () => {
    const [wanted] = crowd.nodes;
    if (wanted === undefined) throw new Error('There is a crowd');
    // Others of the crowd dial it too, and may be full themselves by the time of Hello.
    const told = wanted.events.first(
      'inbound/ended',
      ({ cause }) => cause.by === 'local' && cause.code.startsWith('too-many-'),
    );
    const refused: Promise<unknown>[] = [];
    for (let guests = 0; guests < 50; guests++) {
      const { events, server } = await start.node();
      refused.push(events.first('dial/ended', ({ cause }) => cause?.code === 'too-many-peers'));
      server.dialing.addStatic(wanted.node());
    }
    await Promise.race(refused);
    expect((await told).cause).toMatchObject({ disconnectReason: 'too many peers' });
    expect(crowd.faults).toEqual([]);
  });

  it(
    `come and go for ${String(CHURN_SECONDS)} seconds, keep to their limits and find new peers`,
    { timeout: (CHURN_SECONDS + 120) * 1_000 },
    async () => {
      const end = performance.now() + CHURN_SECONDS * 1_000;
      let rounds = 0;
      for (; performance.now() < end; rounds++) {
        const gone = new Set([crowd.draw(), crowd.draw(), crowd.draw()]);
        await Promise.all([...gone].map((index) => crowd.stopOne(index)));
        await Promise.all([...gone].map((index) => crowd.startOne(index)));
        await nextTurn();
      }
      expect(rounds).toBeGreaterThan(CHURN_SECONDS / 2);
      await crowd.settled();
      expect(crowd.faults).toEqual([]);
    },
  );

  it('leave no descriptor, timer or listener behind', { timeout: 60_000 }, async () => {
    await crowd.stop();
    expect(crowd.clock.pendingTimers).toBe(0);
    await nextTurn();
    const after = await heldNow();
    for (const [name, count] of Object.entries(after.resources)) {
      expect(count, name).toBeLessThanOrEqual(before.resources[name] ?? 0);
    }
    if (before.descriptors !== undefined) expect(after.descriptors).toBeLessThanOrEqual(before.descriptors);
    for (const { server } of crowd.nodes) expect(server.counts().total).toBe(0);
  });
});
