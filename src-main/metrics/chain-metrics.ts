import type { RelayTotals } from '../../shared/model/chain.ts';
import { counter, counters, gauge, samplesOf, type Metric } from './metric.ts';

/** The chain that the node serves, its source, and the relay of transactions. */
export const CHAIN_METRICS: readonly Metric[] = [
  gauge('enodeck_chain_head_block', 'Number of the newest block that the node serves.', ({ chain }) =>
    Number(chain.range.latest),
  ),
  gauge('enodeck_chain_head_time_seconds', 'Time of that block, Unix time.', ({ chain }) =>
    chain.headTime === null ? null : chain.headTime / 1_000,
  ),
  gauge(
    'enodeck_client_connected',
    'Whether the execution client answers, 1 or 0.',
    ({ chain: { source } }) => (source.kind === 'sentry' ? Number(source.phase === 'connected') : null),
  ),
  counter(
    'enodeck_client_wrong_items_total',
    'Items of the execution client that were not the requested ones.',
    ({ chain: { source } }) => (source.kind === 'sentry' ? source.wrongItems : null),
  ),
  counters(
    'enodeck_requests_total',
    'Requests of peers that were answered, by message and result.',
    ['message', 'result'],
    ({ chain }) =>
      chain.served.flatMap(({ name, served, empty, late, failed }) =>
        Object.entries({ served, empty, late, failed }).map(([result, value]) => ({
          labels: { message: name, result },
          value,
        })),
      ),
  ),
  counters('enodeck_served_items_total', 'Items in answers to peers, by message.', ['message'], ({ chain }) =>
    chain.served.map(({ name, items }) => ({ labels: { message: name }, value: items })),
  ),
  counters(
    'enodeck_chain_cache_items_total',
    'Items of answers by kind: a hit came from the cache, a miss from the source.',
    ['kind', 'result'],
    ({ chain: { cache } }) => {
      if (cache === null) return [];
      const { headers, bodies, receipts } = cache;
      return Object.entries({ headers, bodies, receipts }).flatMap(([kind, { hits, misses }]) => [
        { labels: { kind, result: 'hit' }, value: hits },
        { labels: { kind, result: 'miss' }, value: misses },
      ]);
    },
  ),
  gauge('enodeck_chain_cache_bytes', 'Estimated memory of the cache.', ({ chain }) => chain.cache?.bytes),
  counters(
    'enodeck_transactions_total',
    'Transactions by step: announced by peers, received, accepted by the client or only observed, told to peers.',
    ['step'],
    ({ chain: { transactions } }) => (transactions === null ? [] : steps(transactions)),
  ),
  counters(
    'enodeck_transactions_refused_total',
    'Transactions that were not relayed, and announcements that were wrong, by reason.',
    ['reason'],
    ({ chain: { transactions } }) => samplesOf('reason', transactions?.refused ?? {}),
  ),
  gauge(
    'enodeck_transactions_pending',
    'Transactions that are asked for, or wait to be.',
    ({ chain }) => chain.transactions?.pending,
  ),
];

const steps = ({ announced, received, accepted, observed, announcedOut, sentOut }: RelayTotals) =>
  samplesOf('step', {
    announced,
    received,
    accepted,
    observed,
    announced_out: announcedOut,
    sent_out: sentOut,
  });
