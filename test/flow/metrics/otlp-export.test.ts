import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../../src-main/base/system-runtime.ts';
import { EventBus } from '../../../src-main/events/event-bus.ts';
import { METRICS } from '../../../src-main/metrics/metric-table.ts';
import { OtlpExport } from '../../../src-main/metrics/otlp-export.ts';
import { eventually } from '../../support/eventually.ts';
import { metricFactsOf } from '../../support/metric-facts.ts';
import { recordedLog } from '../../support/recorded-log.ts';
import { startedApplications } from '../../support/started-applications.ts';

const applications = startedApplications();

interface Collector {
  readonly endpoint: string;
  /** The bodies by path. */
  readonly received: ReadonlyMap<string, readonly string[]>;
}

/** A collector that answers with a status. */
async function collect(status = 200): Promise<Collector> {
  const received = new Map<string, string[]>();
  const take = async (request: IncomingMessage): Promise<void> => {
    const path = request.url ?? '';
    received.set(path, [...(received.get(path) ?? []), await text(request)]);
  };
  const server = createServer((request, response) => {
    void take(request).then(() =>
      response.writeHead(status, { 'Content-Type': 'application/json' }).end('{}'),
    );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { endpoint: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`, received };
}

function exportTo(endpoint: string) {
  const { logger, lines } = recordedLog();
  const events = new EventBus(systemClock, logger);
  const otlp = new OtlpExport(
    { endpoint, version: '0.1.0', instanceId: 'ab'.repeat(16) },
    { metrics: METRICS, readFacts: () => metricFactsOf(), events, logger },
  );
  onTestFinished(() => otlp.stop());
  return { otlp, events, lines };
}

test('metrics and events reach the collector, the last ones at the stop', async () => {
  const { endpoint, received } = await collect();
  const { otlp, events } = exportTo(endpoint);
  await otlp.start();
  events.emit({ type: 'record/updated', seq: 7n, keys: ['eth'] });
  await otlp.stop();
  events.emit({ type: 'record/updated', seq: 8n, keys: ['eth'] });

  expect([...received.keys()].sort()).toEqual(['/v1/logs', '/v1/metrics']);
  const metrics = received.get('/v1/metrics')?.join('') ?? '';
  expect(metrics).toContain('"name":"p2p_peers"');
  expect(metrics).toContain('"description":"Sessions with other nodes."');
  expect(metrics).toContain('"name":"enodeck_peer_limit"');
  expect(metrics).toContain('"service.instance.id"');
  const logs = received.get('/v1/logs') ?? [];
  expect(logs).toHaveLength(1);
  expect(logs[0]).toContain('"eventName":"enodeck.record.updated"');
});

test('a collector that refuses is reported once, and a stop ends', async () => {
  const { endpoint, received } = await collect(400);
  const { otlp, events, lines } = exportTo(endpoint);
  await otlp.start();
  events.emit({ type: 'record/updated', seq: 7n, keys: ['eth'] });
  await otlp.stop();
  expect(received.size).toBe(2);
  const warnings = lines.filter(({ level }) => level === 'warn').map(({ message }) => message);
  expect(warnings.sort()).toEqual(['the events cannot be exported', 'the metrics cannot be exported']);
});

test('a node exports while it runs', async () => {
  const { endpoint, received } = await collect();
  const { backend } = await applications.start('ours', '--otlp.endpoint', endpoint);
  await backend.stop();
  await eventually('both kinds', () => Promise.resolve(received.size === 2 || undefined));
  expect(received.get('/v1/logs')?.join('')).toContain('"enodeck.node.phase"');
});

test.each([
  'ftp://127.0.0.1',
  'collector:4318',
  'http://user:secret@127.0.0.1:4318',
  'http://127.0.0.1/?key=1',
])('an endpoint that is no plain base URL is refused: %s', async (endpoint) => {
  await expect(applications.compose('ours', ['--otlp.endpoint', endpoint])).rejects.toThrow(
    /must be a URL of http or https, without user, query and fragment/,
  );
});
