import * as fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { bytesToHex } from '../../../src-main/base/bytes.ts';
import { encodeRlp, RawRlp } from '../../../src-main/base/rlp.ts';
import { encodeConsensusReceipt } from '../../../src-main/eth/receipts.ts';
import { FAKE_DIALECTS } from '../../support/fake-client.ts';
import { readerWorld } from '../../support/reader-world.ts';
import { unhex } from '../../support/hex.ts';
import { readTestchain, type Testchain, type TestchainBlock } from '../../support/testchain-blocks.ts';

let chain: Testchain;
let full: readonly number[];
beforeAll(async () => {
  chain = await readTestchain();
  full = chain.blocks.flatMap(({ receipts }, at) => ((receipts?.length ?? 0) > 0 ? [at] : []));
});

const LIMITS = { items: 64, bytes: 2 * 1024 * 1024 };
const families = fc.constantFrom(...(Object.keys(FAKE_DIALECTS) as (keyof typeof FAKE_DIALECTS)[]));

/** What a lie does to a hex text. */
type Distortion = (text: string, random: number) => unknown;
const distortions = fc.constantFrom<Distortion[]>(
  (text, at) => flipped(text, at),
  (text, at) => text.slice(0, 2 + 2 * (at % (text.length / 2))),
  (text) => `${text}00`,
  (text) => `0x00${text.slice(2)}`,
  (text) => text.slice(2),
  (text) => text + text.slice(2),
  () => '0x',
  () => '0xc0',
  () => null,
  () => 17,
  () => [],
  () => ({}),
  () => '0xzz',
  (text) => [text],
  (_, at) => unhex(chain.blocks[at % chain.blocks.length]!.encoded),
  (_, at) => unhex(chain.blocks[at % chain.blocks.length]!.encodedHeader),
);

function flipped(text: string, at: number): string {
  const where = 2 + (at % Math.max(1, text.length - 2));
  const digit = Number.parseInt(text[where] ?? '0', 16) ^ 1;
  return `${text.slice(0, where)}${digit.toString(16)}${text.slice(where + 1)}`;
}

/** A client that distorts about every second item. */
const lies = fc.record({
  family: families,
  distort: distortions,
  seed: fc.nat(2 ** 31),
});

function lieWith(distort: Distortion, seed: number) {
  let state = seed;
  const next = (): number => (state = (state * 1_103_515_245 + 12_345) % 2 ** 31);
  return (method: string, honest: unknown): unknown => {
    if (!method.startsWith('debug_') && method !== 'eth_getBlockByHash') return honest;
    if (next() % 2 === 0) return honest;
    if (typeof honest === 'string') return distort(honest, next());
    if (!Array.isArray(honest)) return distort('0x01', next());
    const receipts = honest as string[];
    const at = next() % (receipts.length + 1);
    return at === receipts.length
      ? [...receipts, ...receipts.slice(0, 1)]
      : receipts.map((each, index) => (index === at ? distort(each, next()) : each));
  };
}

const bodyText = (
  block: TestchainBlock,
  body: {
    transactions: readonly Uint8Array[];
    ommers: readonly Uint8Array[];
    withdrawals: readonly Uint8Array[] | undefined;
  },
): string => {
  const raw = (items: readonly Uint8Array[]): RawRlp[] => items.map((item) => new RawRlp(item));
  const parts = [new RawRlp(block.encodedHeader), raw(body.transactions), raw(body.ommers)];
  return bytesToHex(encodeRlp(body.withdrawals === undefined ? parts : [...parts, raw(body.withdrawals)]));
};

describe('a client that lies', () => {
  test('never makes a wrong header by hash, body or receipt be given', async () => {
    await fc.assert(
      fc.asyncProperty(lies, fc.array(fc.nat(599), { minLength: 1, maxLength: 12 }), async (lie, picks) => {
        const world = await readerWorld(chain, lie.family);
        world.client.lie = lieWith(lie.distort, lie.seed);
        const { reader } = world;
        const blocks = picks.map((at) => chain.blocks[1 + at]!);
        const wanted = blocks.map(({ header }) => header.hash);

        const bodies = await reader.bodies(wanted, LIMITS, 'own');
        for (const [at, body] of bodies.entries())
          expect(bodyText(blocks[at]!, body)).toBe(bytesToHex(blocks[at]!.encoded));

        const withReceipts = chain.blocks[full[picks[0]! % full.length]!]!;
        const [receipts] = await reader.receipts([withReceipts.header.hash], LIMITS, 'own');
        if (receipts !== undefined)
          expect(receipts.map(encodeConsensusReceipt)).toEqual(withReceipts.receipts);

        const query = { start: { hash: wanted[0]! }, limit: 5n, skip: 0n, reverse: true };
        const headers = await reader.headers(query, LIMITS, 600n, 'own');
        // Downwards each header is the parent that the one before names.
        const first = Number(blocks[0]!.header.number);
        for (const [at, header] of headers.entries())
          expect(bytesToHex(header)).toBe(bytesToHex(chain.blocks[first - at]!.encodedHeader));
        expect(await reader.accessLists(wanted, LIMITS, 'own')).toEqual(wanted.map(() => undefined));
      }),
      { numRuns: 300 },
    );
  });

  test('makes each honest item missing at most: none is refused without a lie', async () => {
    await fc.assert(
      fc.asyncProperty(
        families,
        fc.array(fc.nat(600), { minLength: 1, maxLength: 12 }),
        async (family, picks) => {
          const { reader, wrong } = await readerWorld(chain, family);
          const wanted = picks.map((at) => chain.blocks[at]!.header.hash);
          expect(await reader.bodies(wanted, LIMITS, 'own')).toHaveLength(wanted.length);
          expect(wrong).toEqual([]);
        },
      ),
      { numRuns: 50 },
    );
  });

  test('with any answer at all gives an outcome to each call', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.json(), fc.string()), async (answer) => {
        const world = await readerWorld(chain, 'geth');
        world.client.garble = () => answer;
        const asked = world.reader.bodies([chain.blocks[1]!.header.hash], LIMITS, 'own');
        await expect(asked.catch(() => [])).resolves.toEqual([]);
      }),
      { numRuns: 200 },
    );
  });
});
