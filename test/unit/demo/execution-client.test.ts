import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Scope } from '../../../src-main/base/lifecycle.ts';
import { DEMO_WALLETS } from '../../../src-main/demo/accounts.ts';
import { DemoChain } from '../../../src-main/demo/chain.ts';
import { DemoExecutionClient } from '../../../src-main/demo/execution-client.ts';
import { DEMO_CHAIN } from '../../../src-main/demo/network.ts';
import { signPayment } from '../../../src-main/demo/payments.ts';
import { SentrySource } from '../../../src-main/sentry/sentry-source.ts';
import { eventually } from '../../support/eventually.ts';
import { SeededRandom } from '../../support/seeded-random.ts';
import { silentLogger } from '../../support/silent-logger.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const LIMITS = { items: 1_024, bytes: 2 * 1024 * 1024 };
const unused = (): never => {
  throw new Error('not used');
};

let clock: VirtualClock;
let chain: DemoChain;
let sentry: SentrySource;

beforeEach(async () => {
  clock = new VirtualClock();
  chain = new DemoChain();
  const { connect } = new DemoExecutionClient(chain);
  sentry = new SentrySource({
    ...{ network: DEMO_CHAIN, clock, random: new SeededRandom(1), logger: silentLogger },
    endpoint: {
      address: { kind: 'ipc', path: 'demo' },
      label: 'demo',
      usesJwt: false,
      headers: () => ({}),
      conceal: (text) => text,
    },
    sockets: { http: unused, webSocket: unused, local: connect },
  });
  await sentry.start();
  await eventually('a connection', () => Promise.resolve(sentry.state().phase === 'connected' || undefined));
});
afterEach(() => sentry.stop());

/** Adds a block to the chain. */
function makeBlock(): void {
  const scope = new Scope(clock);
  chain.grow(clock, scope, () => []);
  scope.close();
}

describe('the execution client of the demo', () => {
  test('lacks only what its chain does not have', () => {
    expect(sentry.state()).toMatchObject({
      identity: { version: 'Enodeck-demo-client/v1' },
      range: { earliest: 0n, latest: 128n },
    });
    expect(sentry.state().lacks.map(({ code }) => code)).toEqual(['raw-access-lists']);
  });

  test('gives all blocks to a sentry, which finds nothing wrong', async () => {
    const query = { start: { number: 0n }, limit: 1_024n, skip: 0n, reverse: false };
    expect(await sentry.headers(query, LIMITS)).toHaveLength(129);
    const numbers = Array.from({ length: 129 }, (_, number) => BigInt(number));
    const hashes = numbers.map((number) => chain.at(number)!.header.hash);
    const bodies = await sentry.bodies(hashes, LIMITS);
    expect(bodies).toEqual(numbers.map((number) => chain.at(number)!.body));
    for (const number of numbers) {
      const { header, receipts } = chain.at(number)!;
      expect(await sentry.receipts([header.hash], LIMITS)).toEqual([receipts]);
    }
    expect(sentry.state().wrongItems).toBe(0);
  });

  test('tells of a new head', async () => {
    makeBlock();
    await eventually('the new head', () => Promise.resolve(sentry.range().latest === 129n || undefined));
    expect(sentry.range().latestHash).toEqual(chain.head.header.hash);
  });

  test('takes transactions, tells of them and gives them, and refuses those of a used nonce', async () => {
    const [from, to] = DEMO_WALLETS;
    const { nonce } = chain.state.account(from!.address);
    const pay = (at: bigint) => signPayment({ from: from!, to: to!, nonce: at, amount: 1n, asset: 'ether' });
    const [payment, stale] = [pay(nonce), pay(nonce - 1n)];
    const told = new Promise<readonly Uint8Array[]>((resolve) => sentry.transactions.onPending(resolve));
    expect(await sentry.transactions.submit([payment.encoded, stale.encoded, payment.encoded])).toMatchObject(
      [
        { kind: 'accepted' },
        { kind: 'invalid', reason: expect.stringContaining('nonce too low') as string },
        { kind: 'known' },
      ],
    );
    expect(await clock.runUntil(told)).toEqual([payment.hash]);
    expect(await sentry.transactions.raw([payment.hash, stale.hash])).toEqual([payment.encoded, undefined]);
  });

  test('refuses what it does not know', async () => {
    expect(await sentry.receipts([new Uint8Array(32)], LIMITS)).toEqual([]);
    expect(await sentry.bodies([new Uint8Array(32)], LIMITS)).toEqual([]);
    expect(await sentry.transactions.submit([new Uint8Array(0)])).toMatchObject([{ kind: 'invalid' }]);
    expect(sentry.state().wrongItems).toBe(0);
  });
});
