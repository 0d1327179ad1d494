import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { heldNow, type Held } from '../../support/held-resources.ts';
import { NodeCrowd } from '../../support/node-crowd.ts';
import { startedNodes } from '../../support/started-nodes.ts';

/** How long nodes stop and start again, seconds: `npm run test:soak` uses five minutes. */
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

  it('are full at the most popular node, which refuses further peers with too-many-peers', async () => {
    const [popular] = crowd.nodes;
    if (popular === undefined) throw new Error('The crowd is empty');
    // Other nodes of the crowd dial it too, and may be full themselves at the time of Hello.
    const refusal = popular.events.first(
      'inbound/ended',
      ({ cause }) => cause.by === 'local' && cause.code.startsWith('too-many-'),
    );
    const refused: Promise<unknown>[] = [];
    for (let dials = 0; dials < 50; dials++) {
      const { events, server } = await start.node();
      refused.push(events.first('dial/ended', ({ cause }) => cause?.code === 'too-many-peers'));
      server.dialing.addStatic(popular.node());
    }
    await Promise.race(refused);
    expect((await refusal).cause).toMatchObject({ disconnectReason: 'too many peers' });
    expect(crowd.faults).toEqual([]);
  });

  it(
    `stop and start for ${String(CHURN_SECONDS)} seconds, stay within their limits and find new peers`,
    { timeout: (CHURN_SECONDS + 120) * 1_000 },
    async () => {
      const end = performance.now() + CHURN_SECONDS * 1_000;
      let rounds = 0;
      for (; performance.now() < end; rounds++) {
        const stopped = new Set([crowd.draw(), crowd.draw(), crowd.draw()]);
        await Promise.all([...stopped].map((index) => crowd.stopOne(index)));
        await Promise.all([...stopped].map((index) => crowd.startOne(index)));
        await nextTurn();
      }
      expect(rounds).toBeGreaterThan(CHURN_SECONDS / 2);
      await crowd.settled();
      expect(crowd.faults).toEqual([]);
    },
  );

  it('leave no file descriptor, timer or socket behind', async () => {
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
