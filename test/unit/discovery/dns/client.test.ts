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

/** Puts a signed root over texts that hang together as the test says. */
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

/** Draws whatever comes for a while. */
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
  it('asks nothing before somebody wants a candidate, then no more than that takes', async () => {
    const world = await started([listUrl('a.test')]);
    world.publish('a.test', { records: recordsOf(100) });
    await world.clock.advance(2 * HOUR);
    expect(world.questions).toEqual([]);
    expect(world.lists.views()).toMatchObject([
      { state: 'waiting', seq: null, nextCheckAt: null, source: 'user' },
    ]);
    await world.draw(1);
    const first = world.questions.length;
    expect(first).toBeLessThan(100);
    await world.clock.advance(10 * 60_000);
    expect(world.questions.length).toBeLessThanOrEqual(first + 3);
    expect(world.lists.views()).toMatchObject([{ state: 'syncing', seq: '1' }]);
  });

  it('hands out every node, in an order of chance, and then starts over', async () => {
    const records = recordsOf(40);
    const orders: string[] = [];
    for (const seed of [1, 2]) {
      const world = await started([listUrl('a.test')], seed);
      world.publish('a.test', { records });
      const drawn = (await world.draw(40)).map(({ idHex }) => idHex);
      expect([...drawn].sort()).toEqual(idsOf(records));
      orders.push(drawn.join());
      const asked = world.questions.length;
      expect((await world.draw(40)).map(({ idHex }) => idHex).sort()).toEqual(idsOf(records));
      expect(world.questions.length).toBe(asked);
      expect(world.events.of('discovery/found')).toHaveLength(40);
    }
    expect(orders[0]).not.toBe(orders[1]);
    expect(orders).not.toContain(idsOf(records).join());
  });

  it('asks three questions a second at most, whoever wants candidates', async () => {
    const world = await started([listUrl('a.test'), listUrl('b.test')]);
    for (const domain of ['a.test', 'b.test']) world.publish(domain, { records: recordsOf(60) });
    await Promise.all([pull(world, 20_000), pull(world, 0)]);
    const times = world.questions.map(({ at }) => at);
    expect(times.length).toBeGreaterThan(50);
    for (const from of times) {
      expect(times.filter((at) => at >= from && at < from + 1_000).length).toBeLessThanOrEqual(6);
      expect(times.filter((at) => at >= from && at < from + 10_000).length).toBeLessThanOrEqual(33);
    }
  });

  it('is looked at again each half hour, also when nobody wants candidates', async () => {
    const world = await started([listUrl('a.test')]);
    world.publish('a.test', { records: recordsOf(3) });
    await world.draw(3);
    const asked = world.questions.length;
    const [view] = world.lists.views();
    expect(view!.nextCheckAt! - world.clock.now()).toBeLessThanOrEqual(30 * 60_000);
    world.publish('a.test', { records: recordsOf(4), seq: 2n });
    await world.clock.advance(31 * 60_000);
    expect(world.questions.slice(asked).map(({ name }) => name)).toEqual(['a.test']);
    const found = await pull(world, 10_000);
    expect([...found].sort()).toEqual(idsOf(recordsOf(4)));
    // What has not changed is not asked for again: the root, then the branch and the new leaf.
    expect(world.questions.length).toBe(asked + 3);
    expect(world.events.of('dns/root').map(({ seq }) => seq)).toEqual([1, 2]);
    expect(world.cache.entries.size).toBe(6);
  });

  it('survives a restart without a question but for the root', async () => {
    const cache = new MemoryDnsCache();
    const before = await started([listUrl('a.test')], 1, cache);
    before.publish('a.test', { records: recordsOf(30) });
    await before.draw(30);
    const after = await started([listUrl('a.test')], 2, cache);
    expect(after.lists.views()).toMatchObject([{ state: 'synced', seq: '1', records: 30, questions: 0 }]);
    before.zone.forEach((texts, name) => after.zone.set(name, texts));
    expect((await after.draw(30)).map(({ idHex }) => idHex).sort()).toEqual(idsOf(recordsOf(30)));
    expect(after.questions.map(({ name }) => name)).toEqual(['a.test']);
  });

  it('believes nothing of what is remembered that is not the signer’s', async () => {
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

  it('stays as it was known when a root is older, forged, unreadable or gone, and says so', async () => {
    const world = await started([listUrl('a.test')]);
    world.publish('a.test', { records: recordsOf(5), seq: 7n });
    await world.draw(5);
    const attempts: [() => void, RegExp][] = [
      [() => world.publish('a.test', { records: recordsOf(2, 50), seq: 6n }), /number 6, older than 7/],
      [
        () => world.publish('a.test', { records: recordsOf(2, 50), seq: 8n, signer: 'thief' }),
        /not signed by the key/,
      ],
      [() => world.zone.set('a.test', ['enrtree-root:v1 nonsense']), /has the form/],
      [() => world.zone.set('a.test', ['v=spf1 -all']), /hold no root/],
      [() => world.zone.set('a.test', [`enrtree-root:v1 ${'x'.repeat(2_000)}`]), /more than 1024 characters/],
      [() => world.zone.delete('a.test'), /no TXT record/],
      [() => world.zone.set('a.test', undefined), /no answer within 5 s/],
    ];
    for (const [spoil, words] of attempts) {
      spoil();
      await world.clock.advance(32 * 60_000);
      const [view] = world.lists.views();
      expect(view).toMatchObject({ state: 'failed', seq: '7', records: 5 });
      expect(view!.failure).toMatch(words);
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

  it('keeps the nodes of before while the new tree is not complete', async () => {
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
    expect(world.lists.views()[0]!.failure).toMatch(/is not the one that the name is the hash of/);
    world.zone.set(leaf[0], [leaf[1]]);
    await world.clock.advance(31 * 60_000);
    expect([...(await pull(world, 60_000))].sort()).toEqual(expect.arrayContaining(idsOf(recordsOf(5, 20))));
    expect(world.lists.views()).toMatchObject([{ state: 'synced', records: 5, failure: null }]);
  });

  it('refuses a tree without end, and takes what is near its root', async () => {
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
    expect(world.lists.views()[0]!.failure).toMatch(/more than 8 storeys/);
    expect(world.questions.length).toBeLessThan(30);
  });

  it('refuses a huge text, too many children and too many links by name', async () => {
    for (const [texts, root, words] of [
      [[`enr:${'A'.repeat(2_000)}`], 'enr', /more than 1024 characters/],
      [[formatBranch(Array.from({ length: 33 }, () => 'A'.repeat(20)))], 'enr', /more than 32 children/],
    ] as const) {
      const world = await started([listUrl('a.test')]);
      publishTexts(world, 'a.test', texts, { [root]: texts[0] });
      await pull(world, 30_000);
      expect(world.lists.views()[0]).toMatchObject({ state: 'failed' });
      expect(world.lists.views()[0]!.failure).toMatch(words);
    }
    const world = await started([listUrl('a.test')]);
    world.publish('a.test', { links: Array.from({ length: 70 }, (_, at) => listUrl(`l${String(at)}.test`)) });
    await pull(world, 120_000);
    expect(world.lists.views()).toHaveLength(16);
    expect(world.lists.views()[0]).toMatchObject({ links: 64, state: 'failed' });
    expect(world.lists.views()[0]!.failure).toMatch(/more than 64 links/);
  });

  it('asks for what is gone once in half an hour, however often it looks at the root', async () => {
    const world = await started([listUrl('a.test')]);
    const txt = world.publish('a.test', { records: recordsOf(200) });
    for (const [name, text] of txt) if (text.startsWith('enr:')) world.zone.delete(name);
    const end = new AbortController();
    const pulling = world.lists.next(end.signal).catch(() => undefined);
    await world.clock.advance(25 * 60_000);
    expect(world.lists.views()).toMatchObject([{ state: 'failed', records: 0, refused: 0, missing: 0 }]);
    expect(world.questions.filter(({ name }) => name !== 'a.test').length).toBeLessThanOrEqual(txt.size - 1);
    expect(world.lists.views()[0]!.failure).toMatch(/no TXT record/);
    end.abort();
    await pulling;
  });

  it('remembers no more of trees that change before they are complete', async () => {
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

  it('waits longer each time while no name server answers', async () => {
    const world = await started([listUrl('a.test')]);
    world.zone.set('a.test', undefined);
    await pull(world, 10 * 60_000);
    expect(world.questions.length).toBeLessThan(20);
    expect(world.lists.views()).toMatchObject([{ state: 'failed', seq: null, refused: 0 }]);
    world.publish('a.test', { records: recordsOf(2) });
    expect((await pull(world, 90_000)).size).toBe(2);
    const names = world.lists.views()[0]!;
    expect(names).toMatchObject({ state: 'synced', failure: null });
  });

  it('tells a name server that cannot be reached from a list that is wrong', async () => {
    const world = await started([listUrl('a.test')]);
    world.resolveTxt = () =>
      Promise.reject(new NetworkError('connection-refused', 'nobody listens at 127.0.0.1:53'));
    await pull(world, 5_000);
    expect(world.lists.views()).toMatchObject([
      { state: 'failed', refused: 0, failure: 'nobody listens at 127.0.0.1:53' },
    ]);
  });

  it('shows a URL that is none, and never asks for it', async () => {
    const world = await started(['enrtree://nobody@a.test', listUrl('b.test')]);
    world.publish('b.test', { records: recordsOf(1) });
    await world.draw(1);
    expect(world.lists.views()).toMatchObject([
      { url: 'enrtree://nobody@a.test', state: 'failed', failure: expect.stringMatching(/base32/) as string },
      { state: 'synced' },
    ]);
    expect(world.questions.some(({ name }) => name.endsWith('a.test'))).toBe(false);
  });

  it('ends who waits, and a question that is under way, when it stops', async () => {
    const world = await started([listUrl('a.test')]);
    let heard: AbortSignal | undefined;
    world.resolveTxt = (_, signal?: AbortSignal) => {
      heard = signal;
      return new Promise(() => undefined);
    };
    const waiting = world.lists.next(new AbortController().signal);
    const refused = expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
    await world.clock.advance(100);
    await world.lists.stop();
    await refused;
    expect(heard?.aborted).toBe(true);
    await expect(world.lists.next(new AbortController().signal)).rejects.toMatchObject({
      name: 'AbortError',
    });
  });
});

describe('links between DNS node lists', () => {
  it('are followed, and left when nobody links there any more', async () => {
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

  it('end where they lead back, which is said', async () => {
    const world = await started([listUrl('a.test')]);
    world.publish('a.test', { links: [listUrl('b.test'), listUrl('a.test')] });
    world.publish('b.test', { records: recordsOf(1), links: [listUrl('a.test')] });
    await pull(world, 30_000);
    expect(world.lists.views()).toMatchObject([
      {
        domain: 'a.test',
        state: 'synced',
        refused: 1,
        failure: expect.stringMatching(/leads back/) as string,
      },
      {
        domain: 'b.test',
        state: 'synced',
        refused: 1,
        failure: expect.stringMatching(/leads back to b\.test/) as string,
      },
    ]);
  });

  it('are not followed for ever', async () => {
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
    expect(views.at(-1)!.failure).toMatch(/more than 4 lists away/);
  });

  it('hands on no node at an address outside the internet, and says so', async () => {
    const world = new DnsWorld([listUrl('a.test')]);
    const bad = (ip: readonly number[], name: string) =>
      signEnr({ ip: Uint8Array.from(ip), tcp: 30303, udp: 30303 }, 1n, keyOf(name));
    const inside = [
      bad([10, 0, 0, 1], 'lan'),
      bad([100, 64, 0, 1], 'shared'),
      bad([240, 0, 0, 1], 'reserved'),
    ];
    world.publish('a.test', { records: [...recordsOf(3), ...inside] });
    await world.lists.start();
    const ids = (await world.draw(20)).map(({ idHex }) => idHex);
    expect([...new Set(ids)].sort()).toEqual(idsOf(recordsOf(3)));
    expect(world.lists.views()).toMatchObject([
      {
        state: 'synced',
        refused: 3,
        failure: expect.stringMatching(/names .* outside the public internet/) as string,
      },
    ]);
    expect(world.events.of('discovery/found')).toHaveLength(3);
  });

  it('does not read its records again and again where all of them are refused', async () => {
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
