import { describe, expect, it, vi } from 'vitest';
import { ipOf, nearest, startWorld, stopWorld } from '../../support/discovery-world.ts';

vi.mock(import('../../../src-main/base/secp256k1.ts'), async (importOriginal) => {
  const { withFakeSignatures } = await import('../../support/fake-signatures.ts');
  return withFakeSignatures(await importOriginal());
});

describe('a network of nodes', () => {
  it('of 200 fills its tables, and a lookup finds the 16 closest nodes', async () => {
    const world = await startWorld(200, { everyMs: 20 });
    const { clock, nodes } = world;
    await clock.advance(200_000);
    for (const { discovery } of nodes) expect(discovery.v4!.table.size).toBeGreaterThanOrEqual(16);
    for (const index of [1, 50, 199]) {
      const asker = nodes[index]!;
      const target = nodes[(index + 77) % 200]!;
      const trace = await clock.runUntil(asker.discovery.v4!.lookup(target.publicKey));
      expect(trace.closest.map(({ id }) => id)).toEqual(nearest(nodes, target.node.id, asker));
      expect(trace).toMatchObject({ done: true, silent: 0 });
    }
    await stopWorld(world);
  }, 240_000);

  it('with 10% packet loss still finds the closest nodes', async () => {
    const world = await startWorld(40, { loss: 0.1 });
    const { clock, nodes } = world;
    await clock.advance(300_000);
    const asker = nodes[3]!;
    const target = nodes[30]!;
    const trace = await clock.runUntil(asker.discovery.v4!.lookup(target.publicKey));
    const wanted = new Set(nearest(nodes, target.node.id, asker));
    expect(trace.closest[0]?.id).toBe(target.node.idHex);
    expect(trace.closest.filter(({ id }) => wanted.has(id)).length).toBeGreaterThanOrEqual(14);
    await stopWorld(world);
  });

  it('removes nodes that are gone, and keeps bonded nodes in the database', async () => {
    const world = await startWorld(20);
    const { clock, network, nodes } = world;
    await clock.advance(600_000);
    const [observer] = nodes;
    const proven = observer!.database.querySeeds(30, 3_600_000);
    expect(proven.length).toBeGreaterThan(5);
    const gone = new Set(nodes.slice(10).map(({ record }) => record.ip));
    network.passes = (from, to) => !gone.has(from) && !gone.has(to);
    await clock.advance(1_800_000);
    const left = observer!.discovery.v4!.snapshot();
    const ips = left.buckets.flatMap(({ entries }) => entries.map(({ ip }) => ip));
    expect(ips.filter((ip) => gone.has(ip))).toEqual([]);
    expect(ips.length).toBe(9);
    await stopWorld(world);
  });

  it('returns candidates with their ENRs, and runs lookups only while one is requested', async () => {
    const world = await startWorld(20);
    const { clock, network, nodes } = world;
    await clock.advance(30_000);
    const stream = nodes[5]!.discovery.v4!.candidates();
    const { signal } = new AbortController();
    const first = await clock.runUntil(stream.next(signal));
    const second = await clock.runUntil(stream.next(signal));
    expect([first.record, second.record]).not.toContain(undefined);
    expect(first.idHex).not.toBe(second.idHex);
    await clock.advance(5_000);
    let requests = 0;
    network.tap = (datagram, from) => {
      if (from.ip === ipOf(5) && datagram[97] === 5) requests++;
    };
    await clock.advance(20_000);
    expect(requests).toBeLessThanOrEqual(3);
    await stopWorld(world);
    await expect(stream.next(signal)).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
  });
});
