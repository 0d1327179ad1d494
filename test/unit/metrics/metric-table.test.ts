import { describe, expect, test } from 'vitest';
import { silentEnd } from '../../../src-main/causes/end-cause.ts';
import type { NodeEvent } from '../../../src-main/events/events.ts';
import { METRICS } from '../../../src-main/metrics/metric-table.ts';
import { prometheusText } from '../../../src-main/metrics/prometheus.ts';
import { nodeFromEnode } from '../../../src-main/node-record/node-factory.ts';
import { FakeBackend } from '../../support/fake-backend.ts';
import { metricFactsOf, metricLines } from '../../support/metric-facts.ts';
import { SOME_ENODE } from '../../support/some-enode.ts';

const NODE = nodeFromEnode(SOME_ENODE);
const EVENTS: readonly NodeEvent[] = [
  { type: 'dial/started', node: NODE, kind: 'dynamic' },
  {
    ...{ type: 'dial/ended', node: NODE, kind: 'dynamic', durationMs: 500 },
    cause: silentEnd('remote', 'hello', 'too-many-peers'),
  },
  { type: 'dial/ended', node: NODE, kind: 'dynamic', durationMs: 500, cause: undefined },
  {
    ...{ type: 'peer/message', idHex: NODE.idHex, direction: 'in', protocol: 'eth/69', name: 'BlockHeaders' },
    ...{ code: 4, size: 100, bytes: 64 },
  },
  {
    ...{ type: 'peer/message', idHex: NODE.idHex, direction: 'out', protocol: 'p2p', name: 'ping' },
    ...{ code: 2, size: 1, bytes: 32 },
  },
  { type: 'peer/added', idHex: NODE.idHex, name: '', direction: 'outbound', ip: '192.0.2.7', port: 1 },
  {
    ...{ type: 'peer/added', idHex: NODE.idHex.replace(/^../, '00'), name: '', direction: 'inbound' },
    ...{ ip: '192.0.2.7', port: 1 },
  },
  {
    ...{ type: 'inbound/ended', ip: '192.0.2.7', port: 1, idHex: undefined },
    cause: silentEnd('local', 'connect', 'inbound-throttled'),
  },
  {
    ...{ type: 'inbound/ended', ip: '192.0.2.7', port: 1, idHex: undefined },
    cause: silentEnd('remote', 'encryption', 'connection-lost'),
  },
  {
    ...{
      type: 'peer/dropped',
      idHex: 'ff'.repeat(32),
      name: '',
      direction: 'inbound',
      ip: '192.0.2.7',
      port: 1,
    },
    ...{ ageMs: 1, kind: 'dynamic', capabilities: [], bytesIn: 0, bytesOut: 0 },
    cause: silentEnd('remote', 'status', 'client-quitting'),
  },
  { type: 'dropper/dropped', idHex: NODE.idHex, direction: 'outbound' },
  { type: 'peer/offence', idHex: NODE.idHex, ip: '192.0.2.7', offence: 'timeout', detail: '' },
  { type: 'discovery/dropped', reason: 'rate-limit', bytes: 10, ip: '192.0.2.7' },
  { type: 'discovery/dropped', reason: 'expired', bytes: 10, ip: '192.0.2.7', protocol: 'v4' },
];

/** A backend with a chain and everything else that a node may lack. */
function wholeBackend(): FakeBackend {
  const backend = new FakeBackend();
  const use = { hits: 3, misses: 1 };
  backend.servedChain = {
    source: {
      ...{
        kind: 'sentry',
        address: 'http://192.0.2.7',
        phase: 'connected',
        since: 0,
        usesJwt: false,
        client: null,
      },
      ...{ lacks: [], failure: null, wrongItems: 2, lastWrongItem: null },
    },
    range: { earliest: '0', latest: '600', latestHash: `0x${'33'.repeat(32)}` },
    headTime: 1_700_000_000_000,
    served: [{ name: 'GetBlockHeaders', asked: 9, served: 5, empty: 2, late: 1, failed: 0, items: 50 }],
    cache: { headers: use, bodies: use, receipts: use, bytes: 1_000, maxBytes: 2_000 },
    transactions: {
      ...{ announced: 7, received: 6, accepted: 5, observed: null, announcedOut: 4, sentOut: 3, pending: 2 },
      refused: {
        ...{ 'announced-type-differs': 0, 'announced-size-differs': 0, 'blob-commitments-differ': 0 },
        ...{ 'too-large': 0, malformed: 1, 'rejected-by-client': 0, 'rejected-before': 0, 'rate-limited': 0 },
      },
    },
  };
  return backend;
}

describe('the table of metrics', () => {
  test('has unique names, with the prefix enodeck_ or as geth has them', () => {
    const names = METRICS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((name) => !/^(enodeck|p2p|discover|eth)_[a-zA-Z0-9_]+$/.test(name))).toEqual([]);
  });

  test('has one unique line of help for each metric', () => {
    const helps = METRICS.map(({ help }) => help);
    expect(new Set(helps).size).toBe(helps.length);
    expect(helps.filter((help) => !/^[A-Z][^\n]{8,120}\.$/.test(help))).toEqual([]);
  });

  test('follows the conventions of Prometheus in the names of our own metrics', () => {
    const own = METRICS.filter(({ name }) => name.startsWith('enodeck_'));
    const isCounter = ({ name }: { name: string }): boolean => name.endsWith('_total');
    expect(own.filter((metric) => (metric.type === 'counter') !== isCounter(metric))).toEqual([]);
  });

  test('has only these labels', () => {
    const labels = new Set(METRICS.flatMap((metric) => metric.labels));
    expect([...labels].sort()).toEqual(
      [
        ...['by', 'check', 'code', 'direction', 'fork', 'kind', 'list', 'message', 'mode', 'network'],
        ...['offence', 'packet', 'protocol', 'reason', 'result', 'stage', 'state', 'statistic', 'step'],
        'version',
      ].sort(),
    );
  });

  test('has values of labels that do not depend on who the other nodes are', async () => {
    const others = EVENTS.map((event): NodeEvent => {
      const changed = { ...event, ...('ip' in event && { ip: '2001:db8::9' }) };
      return changed.type === 'peer/added' ? { ...changed, name: 'Other/v9.9.9' } : changed;
    });
    const labelled = async (events: readonly NodeEvent[]): Promise<readonly string[]> =>
      (await metricLines(metricFactsOf(events, wholeBackend()))).map((line) => line.replace(/ \S+$/, ''));
    const labels = await labelled(EVENTS);
    expect(labels.filter((line) => line.includes('{')).length).toBeGreaterThan(30);
    expect(await labelled(others)).toEqual(labels);
  });
});

describe('the text of the metrics', () => {
  test('has the values of the node', async () => {
    const lines = await metricLines(metricFactsOf(EVENTS, wholeBackend()));
    expect(lines).toEqual(
      expect.arrayContaining([
        'p2p_peers 3',
        'p2p_peers_inbound 1',
        'p2p_peers_outbound 2',
        'p2p_dials 1',
        'p2p_dials_success 1',
        'p2p_dials_error_saturated 1',
        'p2p_dials_error_rlpx_proto 0',
        'p2p_dials_success_1min 1',
        'p2p_serves_success_1min 1',
        'p2p_serves_error_rlpx_enc 1',
        'p2p_serves_error_other 0',
        'eth_protocols_eth_ingress_handshake_error_peer 1',
        'eth_protocols_eth_egress_handshake_error_peer 0',
        'eth_dropper_outbound 1',
        'enodeck_inbound_failures_total{code="inbound-throttled",stage="connect"} 1',
        'p2p_ingress_eth_69_0x04 64',
        'p2p_ingress_eth_69_0x04_packets 1',
        // Nodes of both tables.
        'discover_bucket_15_count 2',
        'discover_bucket_0_count 0',
        'enodeck_info{version="0.1.0",network="mainnet",mode="headless"} 1',
        'enodeck_peer_limit{direction="all"} 50',
        'enodeck_dial_failures_total{code="too-many-peers",stage="hello"} 1',
        'enodeck_dial_seconds_total 1',
        'enodeck_offences_total{offence="timeout"} 1',
        'enodeck_offences_total{offence="dropped"} 0',
        'enodeck_limited_messages_total{direction="out"} 0',
        'enodeck_discovery_dropped_total{protocol="none",code="rate-limit"} 1',
        'enodeck_discovery_dropped_total{protocol="v4",code="expired"} 1',
        'enodeck_discovery_table_nodes{protocol="v5",state="live"} 1',
        'enodeck_event_loop_delay_seconds{statistic="p99"} 0.02',
        'enodeck_chain_head_block 600',
        'enodeck_chain_head_time_seconds 1700000000',
        'enodeck_client_connected 1',
        'enodeck_client_wrong_items_total 2',
        'enodeck_requests_total{message="GetBlockHeaders",result="late"} 1',
        'enodeck_chain_cache_items_total{kind="bodies",result="hit"} 3',
        'enodeck_transactions_total{step="announced_out"} 4',
        'enodeck_transactions_refused_total{reason="malformed"} 1',
      ]),
    );
    // geth has no such meter: it does not count what it refuses at once.
    expect(lines.filter((line) => line.startsWith('p2p_serves_error_connection'))).toEqual([]);
    // Drops of an unknown protocol count once.
    expect(lines.filter((line) => line.includes('rate-limit"'))).toHaveLength(1);
  });

  test('has no metric of what the node does not have', async () => {
    const text = (await metricLines(metricFactsOf())).join('\n');
    for (const name of ['enodeck_client_', 'enodeck_transactions_', 'p2p_ingress_eth', 'discover_ingress']) {
      expect(text).not.toContain(name);
    }
  });

  test('has no node ID and no address', async () => {
    const text = await prometheusText(METRICS, metricFactsOf(EVENTS, wholeBackend()));
    expect(text).not.toContain(NODE.idHex);
    expect(text).not.toMatch(/\d+\.\d+\.\d+\.\d+|[0-9a-f]{64}|bb{8}/);
  });

  test('has the worst state of a health check', async () => {
    const backend = new FakeBackend();
    const status = backend.status();
    const health = (['warning', 'bad', 'good'] as const).map((state) => ({
      ...{ id: 'clock', state, title: '', evidence: '', advice: null },
    }));
    backend.status = () => ({ ...status, health });
    expect(await metricLines(metricFactsOf([], backend))).toContain('enodeck_health_check{check="clock"} 3');
  });
});
