import { afterEach, describe, expect, it } from 'vitest';
import { entryName, formatBranch, formatRoot, signRoot } from '../../../../src-main/discovery/dns/entries.ts';
import { bytesToHex } from '../../../../src-main/base/bytes.ts';
import { NetworkError } from '../../../../src-main/base/errors.ts';
import { enrToText, signEnr } from '../../../../src-main/node-record/enr.ts';
import { DnsWorld, keyOf, listUrl, recordsOf } from '../../../support/dns-world.ts';
import { MemoryDnsCache } from '../../../support/memory-dns-cache.ts';

const HOUR = 3_600_000;
const EMPTY = formatBranch([]);

const worlds: DnsWorld[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) {
    await world.lists.stop();
    expect(world.clock.pendingTimers).toBe(0);
  }
});

async function started(...args: ConstructorParameters<typeof DnsWorld>): Promise<DnsWorld> {
  const world = new DnsWorld(...args);
  worlds.push(world);
  await world.lists.start();
  return world;
}

const idsOf = (records: ReturnType<typeof recordsOf>): string[] =>
  records.map(({ nodeId }) => bytesToHex(nodeId)).sort();

/** Publishes texts as entries, and a signed root with the given topmost entries. */
function publishTexts(
  world: DnsWorld,
  domain: string,
  texts: readonly string[],
  root: { enr?: string; link?: string; seq?: bigint },
): void {
  for (const text of [...texts, EMPTY]) world.zone.set(`${entryName(text)}.${domain}`, [text]);
  const { enr = EMPTY, link = EMPTY, seq = 1n } = root;
  const signed = signRoot({ enrRoot: entryName(enr), linkRoot: entryName(link), seq }, keyOf(domain));
  world.zone.set(domain, [formatRoot(signed)]);
}

/** Draws candidates for some time; returns the IDs of their nodes. */
async function pull(world: DnsWorld, ms: number): Promise<Set<string>> {
  const end = new AbortController();
  const found = new Set<string>();
  const pulling = (async () => {
    for (;;) found.add((await world.lists.next(end.signal)).idHex);
  })().catch(() => undefined);
  await world.clock.advance(ms);
  end.abort();
  await pulling;
  return found;
}

describe('a DNS node list', () => {
  it('sends no query before a call of `next`, then only those that the candidates need', async () => {
    const world = await started([listUrl('a.test')]);
    world.publish('a.test', { records: recordsOf(100) });
    await world.clock.advance(2 * HOUR);
    expect(world.queries).toEqual([]);
    expect(world.lists.views()).toMatchObject([
      { state: 'waiting', seq: null, nextCheckAt: null, source: 'user' },
    ]);
    await world.draw(1);
    const first = world.queries.length;
    expect(first).toBeLessThan(100);
    await world.clock.advance(10 * 60_000);
    expect(world.queries.length).toBeLessThanOrEqual(first + 3);
    expect(world.lists.views()).toMatchObject([{ state: 'syncing', seq: '1' }]);
  });

  it('returns every node in random order, and then starts again', async () => {
    const records = recordsOf(40);
    const orders: string[] = [];
    for (const seed of [1, 2]) {
      const world = await started([listUrl('a.test')], seed);
      world.publish('a.test', { records });
      const drawn = (await world.draw(40)).map(({ idHex }) => idHex);
      expect([...drawn].sort()).toEqual(idsOf(records));
      orders.push(drawn.join());
      const before = world.queries.length;
      expect((await world.draw(40)).map(({ idHex }) => idHex).sort()).toEqual(idsOf(records));
      expect(world.queries.length).toBe(before);
      expect(world.events.of('discovery/found')).toHaveLength(40);
    }
    expect(orders[0]).not.toBe(orders[1]);
    expect(orders).not.toContain(idsOf(records).join());
  });

  it('sends at most three queries per second, for all consumers together', async () => {
    const world = await started([listUrl('a.test'), listUrl('b.test')]);
    for (const domain of ['a.test', 'b.test']) world.publish(domain, { records: recordsOf(60) });
    await Promise.all([pull(world, 20_000), pull(world, 0)]);
    const times = world.queries.map(({ at }) => at);
    expect(times.length).toBeGreaterThan(50);
    for (const from of times) {
      expect(times.filter((at) => at >= from && at < from + 1_000).length).toBeLessThanOrEqual(6);
      expect(times.filter((at) => at >= from && at < from + 10_000).length).toBeLessThanOrEqual(33);
    }
  });

  it('is checked every half hour, also while no consumer waits', async () => {
    const world = await started([listUrl('a.test')]);
    world.publish('a.test', { records: recordsOf(3) });
    await world.draw(3);
    const before = world.queries.length;
    const [view] = world.lists.views();
    expect(view!.nextCheckAt! - world.clock.now()).toBeLessThanOrEqual(30 * 60_000);
    world.publish('a.test', { records: recordsOf(4), seq: 2n });
    await world.clock.advance(31 * 60_000);
    expect(world.queries.slice(before).map(({ name }) => name)).toEqual(['a.test']);
    const found = await pull(world, 10_000);
    expect([...found].sort()).toEqual(idsOf(recordsOf(4)));
    // Only the root, the branch and the new leaf: unchanged entries are not queried again.
    expect(world.queries.length).toBe(before + 3);
    expect(world.events.of('dns/root').map(({ seq }) => seq)).toEqual([1, 2]);
    expect(world.cache.entries.size).toBe(6);
  });

  it('needs only one query after a restart, for the root', async () => {
    const cache = new MemoryDnsCache();
    const before = await started([listUrl('a.test')], 1, cache);
    before.publish('a.test', { records: recordsOf(30) });
    await before.draw(30);
    const after = await started([listUrl('a.test')], 2, cache);
    expect(after.lists.views()).toMatchObject([{ state: 'synced', seq: '1', records: 30, queries: 0 }]);
    before.zone.forEach((texts, name) => after.zone.set(name, texts));
    expect((await after.draw(30)).map(({ idHex }) => idHex).sort()).toEqual(idsOf(recordsOf(30)));
    expect(after.queries.map(({ name }) => name)).toEqual(['a.test']);
  });

  it('ignores cached entries and roots that do not match hash or signature', async () => {
    const cache = new MemoryDnsCache();
    const before = await started([listUrl('a.test')], 1, cache);
    before.publish('a.test', { records: recordsOf(20) });
    await before.draw(20);
    for (const name of cache.entries.keys()) cache.entries.set(name, enrToText(recordsOf(1, 99)[0]!));
    const after = await started([listUrl('a.test')], 2, cache);
    expect(after.lists.views()).toMatchObject([{ records: 0, missing: 2 }]);
    before.zone.forEach((texts, name) => after.zone.set(name, texts));
    expect([...(await pull(after, 60_000))].sort()).toEqual(idsOf(recordsOf(20)));
    cache.roots.set(listUrl('a.test'), 'enrtree-root:v1 e=A l=B seq=9 sig=x');
    const last = await started([listUrl('a.test')], 3, cache);
    expect(last.lists.views()).toMatchObject([{ state: 'waiting', seq: null }]);
  });

  it('keeps its state if a root is older, forged, invalid or missing, and reports that', async () => {
    const world = await started([listUrl('a.test')]);
    world.publish('a.test', { records: recordsOf(5), seq: 7n });
    await world.draw(5);
    const attempts: [() => void, RegExp][] = [
      [
        () => world.publish('a.test', { records: recordsOf(2, 50), seq: 6n }),
        /number 6, lower than the known 7/,
      ],
      [
        () => world.publish('a.test', { records: recordsOf(2, 50), seq: 8n, signer: 'thief' }),
        /not signed by the key/,
      ],
      [() => world.zone.set('a.test', ['enrtree-root:v1 nonsense']), /has the form/],
      [() => world.zone.set('a.test', ['v=spf1 -all']), /contain no root/],
      [() => world.zone.set('a.test', [`enrtree-root:v1 ${'x'.repeat(2_000)}`]), /more than 1024 characters/],
      [() => world.zone.delete('a.test'), /no TXT record/],
      [() => world.zone.set('a.test', undefined), /no answer within 5 s/],
    ];
    for (const [publish, message] of attempts) {
      publish();
      await world.clock.advance(32 * 60_000);
      const [view] = world.lists.views();
      expect(view).toMatchObject({ state: 'failed', seq: '7', records: 5 });
      expect(view!.failure?.message).toMatch(message);
      expect((await world.draw(5)).every(({ idHex }) => idsOf(recordsOf(5)).includes(idHex))).toBe(true);
    }
    expect(world.events.of('dns/root').map(({ failure }) => failure !== undefined)).toEqual([
      false,
      ...attempts.map(() => true),
    ]);
    world.publish('a.test', { records: recordsOf(6), seq: 8n });
    await world.clock.advance(32 * 60_000);
    await pull(world, 20_000);
    expect(world.lists.views()).toMatchObject([{ state: 'synced', seq: '8', records: 6, failure: null }]);
  });

  it('keeps the previous nodes until the new tree is complete', async () => {
    const world = await started([listUrl('a.test')]);
    world.publish('a.test', { records: recordsOf(5) });
    await world.draw(5);
    const txt = world.publish('a.test', { records: recordsOf(5, 20), seq: 2n });
    const leaf = [...txt].find(([, text]) => text === enrToText(recordsOf(1, 21)[0]!))!;
    world.zone.set(leaf[0], [enrToText(recordsOf(1, 77)[0]!)]);
    await world.clock.advance(31 * 60_000);
    const found = await pull(world, 60_000);
    expect([...found].filter((id) => idsOf(recordsOf(5)).includes(id))).toHaveLength(5);
    expect(world.lists.views()).toMatchObject([
      { state: 'failed', seq: '2', records: 9, refused: expect.any(Number) as number },
    ]);
    expect(world.lists.views()[0]!.failure?.message).toMatch(/does not match the hash in the name/);
    world.zone.set(leaf[0], [leaf[1]]);
    await world.clock.advance(31 * 60_000);
    expect([...(await pull(world, 60_000))].sort()).toEqual(expect.arrayContaining(idsOf(recordsOf(5, 20))));
    expect(world.lists.views()).toMatchObject([{ state: 'synced', records: 5, failure: null }]);
  });

  it('refuses the levels of a tree below the eighth, and uses those above', async () => {
    const world = await started([listUrl('a.test')]);
    const [record] = recordsOf(1);
    const texts = [enrToText(record!)];
    let top = formatBranch([]);
    for (let depth = 0; depth < 40; depth++) {
      const next = formatBranch([entryName(top), ...(depth === 38 ? [entryName(enrToText(record!))] : [])]);
      texts.push(top);
      top = next;
    }
    publishTexts(world, 'a.test', [...texts, top], { enr: top });
    await world.draw(1);
    await world.clock.advance(10 * 60_000);
    await pull(world, 60_000);
    expect(world.lists.views()).toMatchObject([{ state: 'failed', records: 1 }]);
    expect(world.lists.views()[0]!.failure?.message).toMatch(/more than 8 levels/);
    expect(world.queries.length).toBeLessThan(30);
  });

  it('refuses a too long text, too many children and too many links, and reports the reason', async () => {
    for (const [texts, root, message] of [
      [[`enr:${'A'.repeat(2_000)}`], 'enr', /more than 1024 characters/],
      [[formatBranch(Array.from({ length: 33 }, () => 'A'.repeat(20)))], 'enr', /more than 32 children/],
    ] as const) {
      const world = await started([listUrl('a.test')]);
      publishTexts(world, 'a.test', texts, { [root]: texts[0] });
      await pull(world, 30_000);
      expect(world.lists.views()[0]).toMatchObject({ state: 'failed' });
      expect(world.lists.views()[0]!.failure?.message).toMatch(message);
    }
    const world = await started([listUrl('a.test')]);
    world.publish('a.test', { links: Array.from({ length: 70 }, (_, at) => listUrl(`l${String(at)}.test`)) });
    await pull(world, 120_000);
    expect(world.lists.views()).toHaveLength(16);
    expect(world.lists.views()[0]).toMatchObject({ links: 64, state: 'failed' });
    expect(world.lists.views()[0]!.failure?.message).toMatch(/more than 64 links/);
  });

  it('queries missing entries once per half hour, even if it checks the root more often', async () => {
    const world = await started([listUrl('a.test')]);
    const txt = world.publish('a.test', { records: recordsOf(200) });
    for (const [name, text] of txt) if (text.startsWith('enr:')) world.zone.delete(name);
    const end = new AbortController();
    const pulling = world.lists.next(end.signal).catch(() => undefined);
    await world.clock.advance(25 * 60_000);
    expect(world.lists.views()).toMatchObject([{ state: 'failed', records: 0, refused: 0, missing: 0 }]);
    expect(world.queries.filter(({ name }) => name !== 'a.test').length).toBeLessThanOrEqual(txt.size - 1);
    expect(world.lists.views()[0]!.failure?.message).toMatch(/no TXT record/);
    end.abort();
    await pulling;
  });

  it('keeps a bounded number of records of trees that change before they are complete', async () => {
    const world = await started([listUrl('a.test')]);
    for (let seq = 1; seq <= 8; seq++) {
      const txt = world.publish('a.test', { records: recordsOf(150, 150 * seq), seq: BigInt(seq) });
      const leaf = [...txt].find(([, text]) => text.startsWith('enr:'))!;
      world.zone.set(leaf[0], ['enr:other']);
      await world.clock.advance(31 * 60_000);
      await pull(world, 120_000);
    }
    const [view] = world.lists.views();
    expect(view).toMatchObject({ seq: '8', state: 'failed' });
    expect(view!.records).toBeLessThanOrEqual(8_192 + 150);
  });

  it('doubles its pause while no name server answers', async () => {
    const world = await started([listUrl('a.test')]);
    world.zone.set('a.test', undefined);
    await pull(world, 10 * 60_000);
    expect(world.queries.length).toBeLessThan(20);
    expect(world.lists.views()).toMatchObject([{ state: 'failed', seq: null, refused: 0 }]);
    world.publish('a.test', { records: recordsOf(2) });
    expect((await pull(world, 90_000)).size).toBe(2);
    expect(world.lists.views()[0]).toMatchObject({ state: 'synced', failure: null });
  });

  it('does not count an unreachable name server as a refused entry', async () => {
    const world = await started([listUrl('a.test')]);
    world.resolveTxt = () =>
      Promise.reject(new NetworkError('connection-refused', 'connection refused at 127.0.0.1:53'));
    await pull(world, 5_000);
    expect(world.lists.views()).toMatchObject([
      {
        state: 'failed',
        refused: 0,
        failure: { code: 'server-failure', message: 'connection refused at 127.0.0.1:53' },
      },
    ]);
  });

  it('with an invalid URL is shown and never queried', async () => {
    const world = await started(['enrtree://invalid@a.test', listUrl('b.test')]);
    world.publish('b.test', { records: recordsOf(1) });
    await world.draw(1);
    expect(world.lists.views()).toMatchObject([
      {
        url: 'enrtree://invalid@a.test',
        state: 'failed',
        failure: { message: expect.stringMatching(/base32/) as string },
      },
      { state: 'synced' },
    ]);
    expect(world.queries.some(({ name }) => name.endsWith('a.test'))).toBe(false);
  });

  it('rejects waiting calls and aborts a pending query when it stops', async () => {
    const world = await started([listUrl('a.test')]);
    let querySignal: AbortSignal | undefined;
    world.resolveTxt = (_, signal?: AbortSignal) => {
      querySignal = signal;
      return new Promise(() => undefined);
    };
    const waiting = world.lists.next(new AbortController().signal);
    const refused = expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
    await world.clock.advance(100);
    await world.lists.stop();
    await refused;
    expect(querySignal?.aborted).toBe(true);
    await expect(world.lists.next(new AbortController().signal)).rejects.toMatchObject({
      name: 'AbortError',
    });
  });
});

describe('links between DNS node lists', () => {
  it('are followed, and their targets dropped when no list links to them', async () => {
    const world = await started([{ url: listUrl('a.test'), source: 'network' }]);
    world.publish('a.test', { records: recordsOf(1), links: [listUrl('b.test')] });
    world.publish('b.test', { records: recordsOf(2, 10) });
    expect((await pull(world, 30_000)).size).toBe(3);
    expect(world.lists.views()).toMatchObject([
      { domain: 'a.test', source: 'network', links: 1, state: 'synced' },
      { domain: 'b.test', source: 'link', records: 2, state: 'synced' },
    ]);
    world.publish('a.test', { records: recordsOf(1), seq: 2n });
    await world.clock.advance(31 * 60_000);
    await pull(world, 30_000);
    expect(world.lists.views()).toMatchObject([{ domain: 'a.test', links: 0 }]);
    expect([...world.cache.roots.keys()]).toEqual([listUrl('a.test')]);
  });

  it('that form a cycle are not followed, and that is reported', async () => {
    const world = await started([listUrl('a.test')]);
    world.publish('a.test', { links: [listUrl('b.test'), listUrl('a.test')] });
    world.publish('b.test', { records: recordsOf(1), links: [listUrl('a.test')] });
    await pull(world, 30_000);
    expect(world.lists.views()).toMatchObject([
      {
        domain: 'a.test',
        state: 'synced',
        refused: 1,
        failure: { message: expect.stringMatching(/leads back/) as string },
      },
      {
        domain: 'b.test',
        state: 'synced',
        refused: 1,
        failure: { message: expect.stringMatching(/leads back to b\.test/) as string },
      },
    ]);
  });

  it('are followed for at most four lists', async () => {
    const world = await started([listUrl('l0.test')]);
    for (let at = 0; at < 20; at++) {
      world.publish(`l${String(at)}.test`, {
        records: recordsOf(1, at),
        links: [listUrl(`l${String(at + 1)}.test`)],
      });
    }
    await pull(world, 120_000);
    const views = world.lists.views();
    expect(views.map(({ domain }) => domain)).toEqual([
      'l0.test',
      'l1.test',
      'l2.test',
      'l3.test',
      'l4.test',
    ]);
    expect(views.at(-1)!.failure?.message).toMatch(/more than 4 links away/);
  });

  it('return no node with an address that is not public, and that is reported', async () => {
    const world = new DnsWorld([listUrl('a.test')]);
    const recordAt = (ip: readonly number[], name: string) =>
      signEnr({ ip: Uint8Array.from(ip), tcp: 30303, udp: 30303 }, 1n, keyOf(name));
    const notPublic = [
      recordAt([10, 0, 0, 1], 'lan'),
      recordAt([100, 64, 0, 1], 'shared'),
      recordAt([240, 0, 0, 1], 'reserved'),
    ];
    world.publish('a.test', { records: [...recordsOf(3), ...notPublic] });
    await world.lists.start();
    const ids = (await world.draw(20)).map(({ idHex }) => idHex);
    expect([...new Set(ids)].sort()).toEqual(idsOf(recordsOf(3)));
    expect(world.lists.views()).toMatchObject([
      {
        state: 'synced',
        refused: 3,
        failure: { message: expect.stringMatching(/contains .* not a public address/) as string },
      },
    ]);
    expect(world.events.of('discovery/found')).toHaveLength(3);
  });

  it('checks each record once if all of them are refused', async () => {
    const world = new DnsWorld([listUrl('a.test')]);
    const records = [signEnr({ ip: Uint8Array.of(10, 0, 0, 1), tcp: 1, udp: 30303 }, 1n, keyOf('lan'))];
    world.publish('a.test', { records });
    await world.lists.start();
    const draw = world.lists.next(new AbortController().signal);
    await world.clock.advance(600_000);
    expect(world.checked).toEqual(['10.0.0.1']);
    await world.lists.stop();
    await expect(draw).rejects.toThrow();
  });
});
