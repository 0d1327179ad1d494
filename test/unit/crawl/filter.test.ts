import { describe, expect, it } from 'vitest';
import { forkIdAt } from '../../../src-main/chain/fork-id.ts';
import { NETWORKS } from '../../../src-main/chain/networks.ts';
import { filterNodeSet, NO_FILTER } from '../../../src-main/crawl/filter.ts';
import type { CrawledNode } from '../../../src-main/crawl/node-set.ts';
import { ethEntry } from '../../../src-main/node-record/enr.ts';
import { crawled, setOf, signedNode } from '../../support/crawled.ts';
import { SeededRandom } from '../../support/seeded-random.ts';

const random = new SeededRandom(4);
const DAY = 86_400_000;
const ethOf = (name: keyof typeof NETWORKS) => ethEntry(forkIdAt(NETWORKS[name], 10n ** 12n, 10n ** 12n));

const plain = crawled(signedNode(random), { score: 1 });
const far = crawled(signedNode(random, { ip: Uint8Array.of(10, 1, 2, 3) }), { score: 9 });
const old = crawled(signedNode(random), { score: 5, firstResponse: DAY, lastResponse: 3 * DAY });
const main = crawled(signedNode(random, { eth: ethOf('mainnet'), snap: [] }), { score: 3 });
const sepolia = crawled(signedNode(random, { eth: ethOf('sepolia'), snap: 'x' }), { score: 2 });
const dumb = crawled(signedNode(random, { tcp: 0 }), { score: 4 });
const quic = crawled(signedNode(random, { tcp: 0, quic6: 30_303 }), { score: 6 });
const all = [plain, far, old, main, sepolia, dumb, quic];

function taken(filter: Partial<typeof NO_FILTER>, own?: Parameters<typeof filterNodeSet>[2]): CrawledNode[] {
  return [...filterNodeSet(setOf(...all), { ...NO_FILTER, ...filter }, own).values()];
}

describe('the filter of a node set', () => {
  it.each([
    ['everything without a condition', {}, all],
    ['an address in a network', { ip: '10.0.0.0/8' }, [far]],
    ['a time over which it answered', { minAge: 2 * 86_400 }, [old]],
    ['a fork of mainnet', { ethNetwork: 'mainnet' }, [main]],
    ['a fork of sepolia', { ethNetwork: 'sepolia' }, [sepolia]],
    ['a snap entry that is a list', { snap: true }, [main]],
    ['a port for sessions', { dialable: true }, [plain, far, old, main, sepolia, quic]],
    ['the highest score', { limit: 2 }, [far, quic]],
    ['the highest score of those that fit', { limit: 2, dialable: true, ip: '85.0.0.0/8' }, [quic, old]],
    ['nothing', { limit: 0 }, []],
  ])('selects %s', (_, filter, expected) => {
    expect(taken(filter)).toEqual(expected);
  });

  it('uses the given fork filter for the own network', () => {
    expect(taken({ ethNetwork: 'own' }, () => 'ok')).toEqual([main, sepolia]);
    expect(taken({ ethNetwork: 'own' }, () => 'remote-stale')).toEqual([]);
  });

  it('refuses invalid networks', () => {
    expect(() => taken({ ip: '10.0.0.0' })).toThrow(expect.objectContaining({ code: 'invalid-network' }));
    expect(() => taken({ ethNetwork: 'goerli' })).toThrow(RangeError);
    expect(() => taken({ ethNetwork: 'own' })).toThrow(RangeError);
  });
});
