import { describe, expect, test } from 'vitest';
import type { ChainView } from '../../../shared/model/chain.ts';
import { eventually } from '../../support/eventually.ts';
import { startedApplications } from '../../support/started-applications.ts';

const applications = startedApplications();

const REQUESTS = ['GetBlockHeaders', 'GetBlockBodies', 'GetReceipts'];
/** Of our node's answers and of those that it gets. */
const WANTED = [
  ...REQUESTS.map((name) => `msg:${name} dir:in`),
  ...['BlockHeaders', 'BlockBodies', 'Receipts'].map((name) => `msg:${name} dir:out`),
  ...['NewPooledTransactionHashes dir:in', 'BlockRangeUpdate dir:in'].map((name) => `msg:${name}`),
];
const LIMIT_MS = 60_000;

describe('the chain of the demo', () => {
  test('is served by our node from the client behind it, and grows', { timeout: 120_000 }, async () => {
    const { backend } = await applications.start('demo', '--demo');
    const view = (): ChainView => backend.chain();
    const { source, range, headTime } = await eventually('the client', async () => {
      const { source: found } = view();
      return found.kind === 'sentry' && found.phase === 'connected' ? view() : undefined;
    });
    expect(source).toMatchObject({
      kind: 'sentry',
      client: 'Enodeck-demo-client/v1',
      failure: null,
      lacks: [{ code: 'raw-access-lists' }],
    });
    expect(range.earliest).toBe('0');
    expect(Number(range.latest)).toBeGreaterThan(128);
    expect(Math.abs(Date.now() - (headTime ?? 0))).toBeLessThan(LIMIT_MS);
    await eventually('a request of each kind that is served', async () => {
      const kinds = view().served.filter(({ served, items }) => served > 0 && items > 0);
      return REQUESTS.every((name) => kinds.some((kind) => kind.name === name)) || undefined;
    });
    // On a loaded machine an answer may be late.
    expect(view().served.flatMap(({ name, failed }) => (failed > 0 ? [name] : []))).toEqual([]);
    await eventually(
      'a new head',
      async () => Number(view().range.latest) > Number(range.latest) || undefined,
    );
    expect(view().source).toMatchObject({ wrongItems: 0 });
  });

  test('is in the Inspector: requests with their answers, decoded', { timeout: 120_000 }, async () => {
    const { backend } = await applications.compose('demo', ['--demo']).then(async (application) => {
      application.backend.recorder.start({ nodes: null, discovery: false });
      await application.start();
      return application;
    });
    const { recorder } = backend;
    await eventually(
      'the messages',
      async () => {
        const counts = await Promise.all(
          WANTED.map(async (filter) => (await recorder.search(filter)).length),
        );
        if (counts.includes(0)) throw new Error(`${WANTED.join()}: ${counts.join()}`);
        return true;
      },
      { timeoutMs: LIMIT_MS },
    );
    recorder.stop();
    for (const name of ['BlockHeaders', 'BlockBodies', 'Receipts']) {
      const answers = await recorder.page(`msg:${name} dir:out`, null, 50);
      const faults = answers.flatMap(({ decoded }) => (decoded?.fault === null ? [] : [decoded?.fault]));
      // All headers of the chain in one answer are more bytes than a recording keeps of a message.
      expect(faults.filter((fault) => fault?.code !== 'not-kept')).toEqual([]);
      expect(answers.some(({ row }) => row.pairSeq !== null && row.latencyMs !== null)).toBe(true);
    }
    const receipts = await recorder.page('msg:Receipts dir:out', null, 50);
    expect(JSON.stringify(receipts.map(({ decoded }) => decoded?.tree))).toContain('cumulativeGas');
  });

  test('carries the payments of wallets through our node', { timeout: 120_000 }, async () => {
    const { backend } = await applications.start('demo', '--demo');
    const totals = await eventually(
      'transactions in, out and refused',
      async () => {
        const { transactions } = backend.chain();
        if (transactions === null) return undefined;
        const { announced, received, accepted, refused, announcedOut, sentOut } = transactions;
        const isDone =
          Math.min(announced, received, accepted, refused['rejected-by-client']) > 0 &&
          announcedOut + sentOut > 0;
        return isDone ? transactions : undefined;
      },
      { timeoutMs: LIMIT_MS },
    );
    const { 'rejected-by-client': _rejected, ...faults } = totals.refused;
    expect(Object.values(faults).reduce((sum, count) => sum + count, 0)).toBe(0);
    expect(backend.status().health.find(({ id }) => id === 'chain')).toMatchObject({ state: 'good' });
  });
});
