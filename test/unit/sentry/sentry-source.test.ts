import { beforeAll, describe, expect, test } from 'vitest';
import { bytesToUtf8, utf8ToBytes } from '../../../src-main/base/bytes.ts';
import { NetworkError } from '../../../src-main/base/errors.ts';
import type { HttpPoster } from '../../../src-main/base/http-post.ts';
import { parseRpcEndpoint } from '../../../src-main/sentry/rpc-endpoint.ts';
import { SentrySource } from '../../../src-main/sentry/sentry-source.ts';
import { ClientError, FakeClient, type FAKE_DIALECTS } from '../../support/fake-client.ts';
import { unhex } from '../../support/hex.ts';
import { SeededRandom } from '../../support/seeded-random.ts';
import { recordedLog } from '../../support/recorded-log.ts';
import { readTestchain, type Testchain } from '../../support/testchain-blocks.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const LIMITS = { items: 1_024, bytes: 2 * 1024 * 1024 };

let chain: Testchain;
beforeAll(async () => {
  chain = await readTestchain();
});

/** A source over HTTP in memory and in virtual time. */
function world(family: keyof typeof FAKE_DIALECTS = 'geth', head = 600) {
  const clock = new VirtualClock();
  const client = new FakeClient(chain, family, head);
  const { logger, lines } = recordedLog();
  const server = { state: 'answers' as 'answers' | 'refuses' | 'hangs', posts: [] as number[] };
  const poster: HttpPoster = {
    post: async ({ body, signal }) => {
      server.posts.push(clock.now());
      if (server.state === 'refuses') throw new NetworkError('connection-refused', 'Connection refused');
      if (server.state === 'hangs')
        await new Promise((_, reject) => {
          signal.addEventListener('abort', () => {
            reject(signal.reason as Error);
          });
        });
      return { status: 200, body: utf8ToBytes(client.answer(bytesToUtf8(body))), tooLarge: false };
    },
    close: () => undefined,
  };
  const unused = (): never => {
    throw new Error('not used');
  };
  const source = new SentrySource({
    endpoint: parseRpcEndpoint('http://127.0.0.1:8545', {}, clock),
    sockets: { http: () => poster, webSocket: unused, local: unused },
    network: chain.network,
    clock,
    random: new SeededRandom(1),
    logger,
  });
  return { clock, client, server, source, lines };
}

describe('a source', () => {
  test('before its client is reached announces the genesis block and answers nothing', async () => {
    const { source, clock, server } = world();
    expect(source.state()).toMatchObject({ phase: 'stopped', identity: undefined, lacks: [] });
    server.state = 'refuses';
    await source.start();
    await clock.settle();
    expect(source.range()).toEqual({ earliest: 0n, latest: 0n, latestHash: chain.network.genesisHash });
    expect(source.state()).toMatchObject({ phase: 'away', lastError: { code: 'connection-refused' } });
    await expect(source.receipts([new Uint8Array(32)], { items: 1, bytes: 1 })).rejects.toMatchObject({
      code: 'rpc-away',
    });
    await source.stop();
  });

  test('tries again with growing waits, at most 30 s', async () => {
    const { source, clock, server } = world();
    server.state = 'refuses';
    await source.start();
    await clock.advance(300_000);
    const waits = server.posts.slice(1).map((at, index) => at - server.posts[index]!);
    for (const [at, wait] of waits.entries()) {
      const longest = Math.min(30_000, 1_000 * 2 ** at);
      expect(wait).toBeGreaterThanOrEqual(longest / 2);
      expect(wait).toBeLessThanOrEqual(longest);
    }
    expect(waits.length).toBeGreaterThan(10);
    server.state = 'answers';
    await clock.advance(30_000);
    expect(source.state().phase).toBe('connected');
    await source.stop();
  });

  test('whose client hangs is away after the time limit, keeps its range, and comes back', async () => {
    const { source, clock, server, client } = world('geth', 500);
    await source.start();
    await clock.advance(10);
    expect(source.range().latest).toBe(500n);
    const since = source.state().since;
    server.state = 'hangs';
    client.head = 510;
    await clock.advance(13_000);
    expect(source.state()).toMatchObject({ phase: 'away', lastError: { code: 'rpc-timeout' } });
    expect(source.state().since).toBeGreaterThan(since);
    expect(source.range().latest).toBe(500n);
    server.state = 'answers';
    await clock.advance(15_000);
    expect(source.state().phase).toBe('connected');
    expect(source.range().latest).toBe(510n);
    await source.stop();
  });

  test('logs each connect and end, and each other reason, but not each retry', async () => {
    const { source, clock, server, client, lines } = world();
    const said = (): string[] =>
      lines.splice(0).flatMap(({ level, message }) => (level === 'debug' ? [] : [`${level} ${message}`]));
    await source.start();
    await clock.advance(10);
    expect(said()).toEqual(['info the client is connected']);
    server.state = 'refuses';
    await clock.advance(60_000);
    expect(said()).toEqual(['warn the client is away']);
    server.state = 'hangs';
    await clock.advance(120_000);
    expect(said()).toEqual(['warn the client is away']);
    server.state = 'answers';
    client.missing.add('debug_getRawHeader');
    await clock.advance(60_000);
    expect(said()).toEqual(['warn the client is connected, but no blocks are served']);
    await source.stop();
  });

  test('asks a client without notices for its head every two seconds', async () => {
    const { source, clock, client } = world('besu', 500);
    await source.start();
    await clock.advance(10);
    let changes = 0;
    source.onChange(() => changes++);
    client.head = 501;
    await clock.advance(2_300);
    expect(source.range().latestHash).toEqual(chain.blocks[501]!.header.hash);
    await clock.advance(60_000);
    expect(changes).toBe(1);
    await source.stop();
  });

  test('moves its head back with that of the client, and its fork ID with it', async () => {
    const { source, clock, client } = world('geth', 600);
    await source.start();
    await clock.advance(10);
    expect(unhex(source.forkId().hash)).toBe('0x377aaa78');
    client.head = 3;
    await clock.advance(2_300);
    expect(source.range().latest).toBe(3n);
    expect(unhex(source.forkId().hash)).not.toBe('0x377aaa78');
    await source.stop();
  });

  test('announces the oldest block that the client has, and follows it', async () => {
    const { source, clock, client } = world('reth');
    client.oldest = 300;
    await source.start();
    await clock.advance(10);
    expect(source.range()).toMatchObject({ earliest: 300n, latest: 600n });
    client.oldest = 400;
    await clock.advance(601_000);
    expect(source.range()).toMatchObject({ earliest: 400n });
    client.head = 350;
    await clock.advance(3_000);
    expect(source.range()).toMatchObject({ earliest: 350n, latest: 350n });
    client.head = 600;
    await clock.advance(3_000);
    expect(source.range()).toMatchObject({ earliest: 400n, latest: 600n });
    await source.stop();
  });

  test('does not connect to a client of another chain', async () => {
    const { source, clock, client } = world();
    client.replaced.set(0, chain.blocks[1]!);
    await source.start();
    await clock.advance(10);
    expect(source.state()).toMatchObject({ phase: 'away', lastError: { code: 'rpc-wrong-chain' } });
    expect(source.range().latest).toBe(0n);
    await source.stop();
  });

  test('does not take the head of a client of another chain that replaced its own behind the same URL', async () => {
    const { source, clock, client } = world('geth', 500);
    await source.start();
    await clock.advance(10);
    client.replaced.set(0, chain.blocks[1]!);
    client.head = 510;
    await clock.advance(2_300);
    expect(source.state()).toMatchObject({ phase: 'away', lastError: { code: 'rpc-wrong-chain' } });
    expect(source.range().latest).toBe(500n);
    client.replaced.clear();
    await clock.advance(3_000);
    expect(source.state().phase).toBe('connected');
    expect(source.range().latest).toBe(510n);
    await source.stop();
  });

  test('lists what the client lacks, and announces the genesis block where it gives no headers', async () => {
    const { source, clock, client } = world();
    client.missing.add('debug_getRawHeader').add('debug_getRawBlock');
    await source.start();
    await clock.advance(10);
    expect(source.state()).toMatchObject({ phase: 'connected', range: { latest: 0n } });
    expect(source.state().lacks.map(({ consequence }) => consequence)).toContain('no-blocks-served');
    await source.stop();
  });

  test('counts what the client sent wrong', async () => {
    const { source, clock, client } = world();
    await source.start();
    await clock.advance(10);
    client.lie = (method, honest) =>
      method === 'debug_getRawBlock' ? unhex(chain.blocks[9]!.encoded) : honest;
    expect(await source.bodies([chain.blocks[8]!.header.hash], LIMITS)).toEqual([]);
    expect(source.state()).toMatchObject({
      wrongItems: 1,
      lastWrongItem: {
        code: 'rpc-wrong-item',
        message: 'The client’s answer to debug_getRawBlock is not the requested item: another hash',
      },
    });
    await source.stop();
  });

  test('leaves no timer and sends nothing after its stop, whenever that is', async () => {
    for (const after of [0, 1, 10, 2_500]) {
      const { source, clock, server } = world();
      await source.start();
      if (after > 0) await clock.advance(after);
      await source.stop();
      await clock.settle();
      expect(clock.pendingTimers).toBe(0);
      const posts = server.posts.length;
      await clock.advance(60_000);
      expect(server.posts).toHaveLength(posts);
      expect(source.state().phase).toBe('stopped');
    }
  });
});

describe('the pool', () => {
  const hash = (byte: number): Uint8Array => new Uint8Array(32).fill(byte);

  async function connected(family: keyof typeof FAKE_DIALECTS = 'geth') {
    const at = world(family);
    await at.source.start();
    await at.clock.advance(10);
    const told: string[][] = [];
    at.source.transactions.onPending((hashes) => told.push(hashes.map(unhex)));
    return { ...at, told, pool: at.source.transactions };
  }

  test('tells of pending transactions once, and not of what is no hash', async () => {
    const { clock, client, told, source } = await connected();
    client.filtered.push(unhex(hash(1)), unhex(hash(1)), '0x12', unhex(hash(2)));
    await clock.advance(2_500);
    expect(told).toEqual([[unhex(hash(1)), unhex(hash(2))]]);
    await source.stop();
  });

  test('creates its filter again when the client has forgotten it', async () => {
    const { clock, client, told, source } = await connected();
    await clock.advance(1_000);
    let isForgotten = true;
    client.lie = (method, honest) => {
      if (method !== 'eth_getFilterChanges' || !isForgotten) return honest;
      throw new ClientError(-32_000, 'filter not found');
    };
    await clock.advance(1_000);
    isForgotten = false;
    client.filtered.push(unhex(hash(3)));
    await clock.advance(3_500);
    expect(told).toEqual([[unhex(hash(3))]]);
    await source.stop();
  });

  test('gives at most 4,096 hashes at a time', async () => {
    const { clock, client, told, source } = await connected();
    client.filtered.push(
      ...Array.from({ length: 5_000 }, (_, at) => `0x${at.toString(16).padStart(64, '0')}`),
    );
    await clock.advance(2_500);
    expect(told.map(({ length }) => length)).toEqual([4_096]);
    await source.stop();
  });

  test('gives the verdict on each transaction in the words of the client', async () => {
    const { client, pool, source } = await connected();
    const words = ['', 'already known', 'nonce too low: next nonce 5, tx nonce 3', 'txpool is full'];
    client.onSubmit = (transaction) => {
      const text = words[Number(transaction)] ?? '';
      if (text !== '') throw new ClientError(-32_000, text);
      return unhex(hash(0));
    };
    const submitted = words.map((_, at) => Uint8Array.of(at));
    expect(await pool.submit(submitted)).toEqual([
      { kind: 'accepted' },
      { kind: 'known' },
      { kind: 'invalid', reason: words[2] },
      { kind: 'refused', reason: words[3] },
    ]);
    await source.stop();
  });

  test('rejects a submission that did not reach the client', async () => {
    const { pool, source, server, clock } = await connected();
    server.state = 'refuses';
    await expect(pool.submit([Uint8Array.of(1)])).rejects.toMatchObject({ code: 'connection-refused' });
    await clock.advance(3_000);
    await expect(pool.submit([Uint8Array.of(1)])).rejects.toMatchObject({ code: 'rpc-away' });
    await source.stop();
  });
});
