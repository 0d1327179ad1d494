import { expect, onTestFinished, test } from 'vitest';
import { systemStreamDialer } from '../../../src-main/base/tcp.ts';
import { createRouterHttp } from '../../../src-main/nat/router-http.ts';
import { systemClock, systemRandom } from '../../../src-main/base/system-runtime.ts';
import { systemDatagramTransport } from '../../../src-main/base/udp.ts';
import { UpnpFinder } from '../../../src-main/nat/finders.ts';
import { NatService } from '../../../src-main/nat/port-mapping.ts';
import { eventually } from '../../support/eventually.ts';
import { FakeUpnpGateway, EXTERNAL_IP } from '../../support/gateways.ts';
import { RecordedEvents } from '../../support/recorded-events.ts';
import { silentLogger } from '../../support/silent-logger.ts';

/** A service that uses loopback and this gateway only. */
function serviceFor(gateway: FakeUpnpGateway, events = new RecordedEvents()): NatService {
  const runtime = { clock: systemClock, random: systemRandom };
  const service = new NatService({
    ...runtime,
    method: { kind: 'upnp' },
    refusal: () => undefined,
    finder: new UpnpFinder({
      ...runtime,
      transport: systemDatagramTransport,
      http: createRouterHttp(systemStreamDialer),
      allows: (ip) => ip === '127.0.0.1',
      localIps: () => ['127.0.0.1'],
      target: gateway.target,
    }),
    ports: () => [
      { protocol: 'tcp', port: 30_303 },
      { protocol: 'udp', port: 30_304 },
    ],
    onChange: () => undefined,
    events,
    logger: silentLogger,
  });
  onTestFinished(() => service.stop());
  return service;
}

async function gatewayOf(): Promise<FakeUpnpGateway> {
  const gateway = await FakeUpnpGateway.start();
  onTestFinished(() => gateway.close());
  return gateway;
}

test('a UPnP gateway is found, maps both ports, renews them on request, and has no mapping after the stop', async () => {
  const gateway = await gatewayOf();
  const service = serviceFor(gateway);
  await service.start();
  const mapped = (): Promise<true | undefined> =>
    Promise.resolve(service.status().state === 'mapped' || undefined);
  await eventually('mapped', mapped);
  expect(service.external('ipv4')).toEqual({ ip: EXTERNAL_IP, source: 'nat' });
  expect([...gateway.mappings.keys()].sort()).toEqual(['TCP 30303', 'UDP 30304']);
  service.renew(false);
  await eventually('renewed', () =>
    Promise.resolve(gateway.asked.filter((action) => action === 'AddPortMapping').length === 4 || undefined),
  );
  await service.stop();
  expect(gateway.mappings.size).toBe(0);
});

test('the refusal of a UPnP gateway is reported with its reason', async () => {
  const gateway = await gatewayOf();
  gateway.manner.mode = 'refusal';
  const events = new RecordedEvents();
  const service = serviceFor(gateway, events);
  await service.start();
  const { failure, method, retryInMs } = await events.first('nat/failed');
  expect([method, failure.code, failure.message]).toEqual([
    'upnp',
    'refused',
    'UPnP at 127.0.0.1 refuses AddPortMapping with error 606 (Action not authorized).',
  ]);
  expect(retryInMs).toBeGreaterThan(10_000);
  expect(service.status()).toMatchObject({ state: 'failed', gateway: 'UPnP at 127.0.0.1' });
});
