import { once } from 'node:events';
import { request } from 'node:http';
import { connect, createServer, type AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { METRICS_PATHS, MetricsServer } from '../../../src-main/api/metrics-server.ts';
import { Probes, type ProbedStatus } from '../../../src-main/api/probes.ts';
import type { LogLine } from '../../../shared/model/log.ts';
import { eventually } from '../../support/eventually.ts';
import { recordedLog } from '../../support/recorded-log.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const RUNNING: ProbedStatus = {
  phase: 'running',
  listening: [{ protocol: 'tcp', ip: '::', port: 30_303 }],
  health: [],
};

interface Served {
  readonly url: string;
  readonly clock: VirtualClock;
  readonly lines: readonly LogLine[];
  readonly server: MetricsServer;
  /** How often the metrics were read. */
  readonly reads: () => number;
}

async function serve(
  port = 0,
  hostNames: readonly string[] = [],
  status = RUNNING,
  padding = '',
): Promise<Served> {
  const { logger, lines } = recordedLog();
  const clock = new VirtualClock();
  let reads = 0;
  const server = new MetricsServer(
    { address: '127.0.0.1', port, hostNames },
    {
      read: () => Promise.resolve(`reading ${String((reads += 1))}\n${padding}`),
      mediaType: 'text/plain; version=0.0.4; charset=utf-8',
      probes: new Probes(() => status, clock),
      ...{ clock, logger },
    },
  );
  await server.start();
  onTestFinished(() => server.stop());
  const url = String(lines.find(({ message }) => message === 'the metrics are served')?.fields['url']);
  return { url, clock, lines, server, reads: () => reads };
}

/** Node's fetch sets Host itself. */
async function statusFor(url: string, headers: Record<string, string>): Promise<number | undefined> {
  const sent = request(url, { headers }).end();
  const [response] = (await once(sent, 'response')) as [{ statusCode?: number; resume: () => void }];
  response.resume();
  return response.statusCode;
}

/** Opens connections that send requests for the metrics and read nothing. */
async function occupy(url: string, connections: number, requests: number): Promise<void> {
  const { port } = new URL(url);
  const text = 'GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(requests);
  await Promise.all(
    Array.from({ length: connections }, async () => {
      const socket = connect(Number(port), '127.0.0.1').pause();
      socket.on('error', () => undefined);
      onTestFinished(() => {
        socket.destroy();
      });
      await once(socket, 'connect');
      socket.write(text);
    }),
  );
}

const healthOf = async (url: string): Promise<number | undefined> =>
  (await fetch(new URL('/healthz', url)).catch(() => undefined))?.status;

test.each(METRICS_PATHS)('the metrics are served at %s', async (path) => {
  const { url } = await serve();
  const response = await fetch(new URL(path, url));
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  expect(response.headers.get('cache-control')).toBe('no-store');
  expect(await response.text()).toBe('reading 1\n');
});

test('the probes are served, and say in a status and in words that the node is not ready', async () => {
  const { url, reads } = await serve(0, [], { ...RUNNING, phase: 'starting' });
  expect((await fetch(new URL('/healthz', url))).status).toBe(200);
  const ready = await fetch(new URL('/readyz', url));
  expect([ready.status, await ready.json()]).toEqual([503, { status: 'not ready', failing: ['node'] }]);
  expect(await statusFor(new URL('/readyz', url).href, { Host: 'rebound.example' })).toBe(403);
  expect(reads()).toBe(0);
});

test('nothing else is served, and nothing can be sent', async () => {
  const { url } = await serve();
  expect((await fetch(new URL('/', url))).status).toBe(404);
  expect((await fetch(url, { method: 'POST', body: 'x' })).status).toBe(404);
});

test('a page of another site cannot read them through the browser', async () => {
  const { url } = await serve();
  expect(await statusFor(url, { Host: 'rebound.example' })).toBe(403);
  expect(await statusFor(url, { Origin: 'http://other.example' })).toBe(403);
  expect(await statusFor(url, { Host: 'localhost:6060' })).toBe(200);
});

test('a host name that the user allows is accepted', async () => {
  const { url } = await serve(0, ['enodeck.internal']);
  expect(await statusFor(url, { Host: 'enodeck.internal:6060' })).toBe(200);
});

test('many requests within a second take one reading', async () => {
  const { url, clock, reads } = await serve();
  const texts = await Promise.all(Array.from({ length: 5 }, async () => (await fetch(url)).text()));
  expect(new Set(texts)).toEqual(new Set(['reading 1\n']));
  await clock.advance(1_000);
  expect(await (await fetch(url)).text()).toBe('reading 2\n');
  expect(reads()).toBe(2);
});

test('connections that send requests without reading the answers do not hold the server', async () => {
  const { url, lines } = await serve();
  await occupy(url, 32, 3);
  await eventually('an answer', () => healthOf(url));
  const reason = 'a connection was cut because it sends requests without reading the answers';
  expect(lines.map(({ message }) => message)).toContain(reason);
});

test('a connection that does not read an answer for 20 seconds is cut', async () => {
  const { url, clock, lines } = await serve(0, [], RUNNING, 'x'.repeat(16 * 1_048_576));
  await occupy(url, 1, 1);
  await eventually('a cut', async () => {
    await clock.advance(5_000);
    return (
      lines.some(({ message }) => message === 'a connection was cut because it does not read') || undefined
    );
  });
  expect(clock.pendingTimers).toBe(0);
});

test('a port that is in use is named, and nothing stays open', async () => {
  const holder = createServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  onTestFinished(() => {
    holder.close();
  });
  const { port } = holder.address() as AddressInfo;
  await expect(serve(port)).rejects.toMatchObject({
    code: 'address-in-use',
    message: `The metrics cannot be served on 127.0.0.1:${String(port)}: the port is in use by another program; choose another port in the setting “Metrics port”.`,
  });
});

test('a stop closes the port', async () => {
  const { url, server } = await serve();
  await server.stop();
  await expect(fetch(url)).rejects.toThrow();
});
