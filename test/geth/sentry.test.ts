import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodeConsensusReceipt } from '../../src-main/eth/receipts.ts';
import { parseJwtSecret } from '../../src-main/sentry/jwt.ts';
import type { RpcCredentials } from '../../src-main/sentry/rpc-endpoint.ts';
import type { SentrySource } from '../../src-main/sentry/sentry-source.ts';
import { connectedSentry } from '../support/connected-sentry.ts';
import { Geth } from '../support/geth.ts';
import { unhex } from '../support/hex.ts';
import { readTestchain, type Testchain } from '../support/testchain-blocks.ts';

const LIMITS = { items: 1_024, bytes: 10 * 1024 * 1024 };

let chain: Testchain;
let geth: Geth;
beforeAll(async () => {
  chain = await readTestchain();
  geth = await Geth.start({ version: 'geth72' });
});
afterAll(() => geth.stop());

const connect = (address: string, credentials: RpcCredentials = {}): Promise<SentrySource> =>
  connectedSentry(chain.network, address, credentials);

const ADDRESSES: readonly (readonly [string, (at: Geth) => string])[] = [
  ['HTTP', ({ httpUrl }) => httpUrl],
  ['WebSocket', ({ socketUrl }) => socketUrl],
  ['IPC', ({ ipcPath }) => ipcPath],
];

describe.each(ADDRESSES)('a source in front of geth over %s', (_, addressOf) => {
  let source: SentrySource;
  beforeAll(async () => {
    source = await connect(addressOf(geth));
  });
  afterAll(() => source.stop());

  test('finds geth and what it lacks', () => {
    const { identity, lacks, range } = source.state();
    expect(identity?.family).toBe('geth');
    expect(range).toMatchObject({ earliest: 0n, latest: 600n });
    expect(lacks.map(({ code }) => code)).toContain('raw-access-lists');
    expect(lacks.map(({ code }) => code)).not.toContain('raw-receipts');
  });

  test('gives all headers, bodies and receipts of the test chain', async () => {
    const query = { start: { number: 0n }, limit: 601n, skip: 0n, reverse: false };
    const headers = await source.headers(query, LIMITS);
    expect(headers.map(unhex)).toEqual(chain.blocks.map(({ encodedHeader }) => unhex(encodedHeader)));
    const hashes = chain.blocks.map(({ header }) => header.hash);
    expect(await source.bodies(hashes, LIMITS)).toHaveLength(601);
    for (const { header, receipts } of chain.blocks) {
      if (receipts === undefined || receipts.length === 0) continue;
      const [found] = await source.receipts([header.hash], LIMITS);
      expect(found?.map(encodeConsensusReceipt).map(unhex)).toEqual(receipts.map(unhex));
    }
    expect(source.state().wrongItems).toBe(0);
  });

  test('gives nothing for a block that geth does not have', async () => {
    const unknown = new Uint8Array(32).fill(1);
    const query = { start: { hash: unknown }, limit: 2n, skip: 0n, reverse: false };
    expect(await source.headers(query, LIMITS)).toEqual([]);
    expect(await source.bodies([unknown], LIMITS)).toEqual([]);
    expect(await source.receipts([unknown], LIMITS)).toEqual([]);
    expect(await source.transactions.raw([unknown])).toEqual([undefined]);
  });

  test('reads geth’s words about a transaction that no pool takes', async () => {
    const [verdict] = await source.transactions.submit([Uint8Array.of(0xc0)]);
    expect(verdict).toMatchObject({ kind: 'invalid' });
  });
});

describe('the authenticated port of geth', () => {
  test('accepts the token of its secret', async () => {
    const jwtSecret = parseJwtSecret(await readFile(join(geth.dataFolder, 'geth', 'jwtsecret'), 'utf8'));
    const source = await connect(geth.engineUrl, { jwtSecret });
    expect(source.state().phase).toBe('connected');
    await source.stop();
  });

  test('refuses another one', async () => {
    const jwtSecret = new Uint8Array(32).fill(1);
    await expect(connect(geth.engineUrl, { jwtSecret })).rejects.toThrow('HTTP status 401');
  });
});
