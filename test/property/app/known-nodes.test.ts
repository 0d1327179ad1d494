import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { API_REQUESTS } from '../../../shared/api-contract.ts';
import { KNOWN_SORTS } from '../../../shared/model/known-node.ts';
import { ApiError } from '../../../src-main/api/api-error.ts';
import { parseNodeSet } from '../../../src-main/crawl/node-set.ts';
import { nodeFromParts, parseNode, withEndpoint } from '../../../src-main/node-record/node-factory.ts';
import { KnownNodesWorld, OUR_HASH, queryOf, recordedNode } from '../../support/known-nodes-world.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const records = Array.from({ length: 12 }, (_, seed) =>
  recordedNode(seed, seed % 2 === 0 ? {} : { hash: OUR_HASH }, BigInt(seed) ** 17n),
);
const endpoint = fc.record({
  ip: fc.constantFrom('192.0.2.1', '2001:db8::1', '10.0.0.7'),
  udp: fc.nat(0xffff),
  tcp: fc.nat(0xffff),
});
/** Nodes of a database: with a record, at another endpoint than their record says, or of a URL. */
const node = fc
  .record({ record: fc.constantFrom(...records), endpoint, kind: fc.constantFrom('record', 'moved', 'url') })
  .map(({ record, endpoint: at, kind }) => {
    if (kind === 'record') return record;
    return kind === 'moved'
      ? withEndpoint(record, at)
      : nodeFromParts({ publicKey: record.publicKey, ...at });
  });
const stored = fc.array(
  fc.record({
    node,
    pong: fc.integer({ min: 0, max: 1_800_000_000_000 }),
    client: fc.option(fc.string({ unit: 'binary' })),
  }),
  { maxLength: 20 },
);

function worldOf(
  entries: typeof stored extends fc.Arbitrary<infer Entries> ? Entries : never,
): KnownNodesWorld {
  const world = new KnownNodesWorld(new VirtualClock());
  for (const { node: each, pong, client } of entries) world.store(each, pong, client ?? undefined);
  return world;
}

describe('an export of known nodes', () => {
  it('is read back as the same nodes, in all formats', async () => {
    await fc.assert(
      fc.asyncProperty(stored, async (entries) => {
        const world = worldOf(entries);
        const { filter } = queryOf({});
        const set = parseNodeSet((await world.control.export({ filter, format: 'nodes.json' })).text);
        expect([...set.keys()].sort()).toEqual([...world.stored.keys()].sort());
        for (const [id, { node: each }] of set) expect(each.seq).toBe(world.stored.get(id)?.seq);
        for (const format of ['enode', 'enr'] as const) {
          const file = await world.control.export({ filter, format });
          const read = file.text.split('\n').filter(Boolean).map(parseNode);
          expect(read).toHaveLength(file.count);
          expect(file.count + file.without).toBe(world.stored.size);
          for (const each of read) expect(each.publicKey).toEqual(world.stored.get(each.idHex)?.publicKey);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('pages of known nodes', () => {
  it('have every node once in any order and size', async () => {
    const order = fc.record({
      by: fc.constantFrom(...KNOWN_SORTS),
      order: fc.constantFrom('ascending' as const, 'descending' as const),
    });
    await fc.assert(
      fc.asyncProperty(stored, order, fc.integer({ min: 1, max: 7 }), async (entries, sort, limit) => {
        const world = worldOf(entries);
        const ids = (await world.all({}, sort, limit)).map(({ id }) => id);
        expect(ids).toEqual((await world.all({}, sort)).map(({ id }) => id));
        expect([...ids].sort()).toEqual([...world.stored.keys()].sort());
      }),
      { numRuns: 100 },
    );
  });

  it('refuse any other query with their own error', async () => {
    const { params } = API_REQUESTS['nodes.known'];
    const query = fc.record({
      filter: fc.record({
        text: fc.string(),
        ip: fc.option(fc.string({ maxLength: 64 })),
        client: fc.option(fc.string()),
      }),
      after: fc.option(fc.string()),
    });
    await fc.assert(
      fc.asyncProperty(stored, query, async (entries, { filter, after }) => {
        const given = params.parse(queryOf({ filter, after }));
        try {
          await worldOf(entries).control.page(given);
        } catch (error) {
          expect(error).toBeInstanceOf(ApiError);
          expect(['filter.ip', 'after']).toContain((error as ApiError).field);
        }
      }),
      { numRuns: 200 },
    );
  });
});
