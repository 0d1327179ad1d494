import { describe, expect, onTestFinished, test } from 'vitest';
import { systemStreamDialer } from '../../../src-main/base/tcp.ts';
import { createRouterHttp } from '../../../src-main/nat/router-http.ts';
import type { Clock } from '../../../src-main/base/runtime.ts';
import { systemClock } from '../../../src-main/base/system-runtime.ts';
import { systemDatagramTransport } from '../../../src-main/base/udp.ts';
import { AnyFinder, PmpFinder, UpnpFinder } from '../../../src-main/nat/finders.ts';
import type { Gateway } from '../../../src-main/nat/gateway.ts';
import { FakePmpGateway, FakeUpnpGateway, EXTERNAL_IP, type UpnpDevice } from '../../support/gateways.ts';
import { SeededRandom } from '../../support/seeded-random.ts';

const never = new AbortController().signal;
/** Twenty times faster than the system clock, so that searches without answers end sooner. */
const clock: Clock = { ...systemClock, after: (delayMs, action) => systemClock.after(delayMs / 20, action) };
const requester = { transport: systemDatagramTransport, clock };
const LOOPBACK_ONLY = (ip: string): boolean => ip === '127.0.0.1';
const TCP = { protocol: 'tcp', internalPort: 30_303, externalPort: 30_303, lifetimeMs: 600_000 } as const;

async function pmp(): Promise<{ fake: FakePmpGateway; finder: PmpFinder }> {
  const fake = await FakePmpGateway.start();
  onTestFinished(() => fake.close());
  const gatewayIp = (): Promise<string> => Promise.resolve('127.0.0.1');
  return { fake, finder: new PmpFinder({ ...requester, gatewayIp, allows: LOOPBACK_ONLY, port: fake.port }) };
}

async function upnp(device?: Partial<UpnpDevice>): Promise<{ fake: FakeUpnpGateway; finder: UpnpFinder }> {
  const fake = await FakeUpnpGateway.start(device);
  onTestFinished(() => fake.close());
  const finder = new UpnpFinder({
    ...requester,
    http: createRouterHttp(systemStreamDialer),
    random: new SeededRandom(7),
    allows: LOOPBACK_ONLY,
    localIps: () => ['127.0.0.1'],
    target: fake.target,
  });
  return { fake, finder };
}

describe('a NAT-PMP gateway', () => {
  test('returns the external address, maps both protocols and removes mappings', async () => {
    const { fake, finder } = await pmp();
    const gateway = await finder.find(never);
    expect(gateway.name).toBe('NAT-PMP at 127.0.0.1');
    expect(await gateway.externalIp(never)).toBe(EXTERNAL_IP);
    expect(await gateway.map(TCP, never)).toEqual({ externalPort: 30_303, lifetimeMs: 600_000 });
    await gateway.map({ ...TCP, protocol: 'udp' }, never);
    expect([...fake.mappings.keys()]).toEqual(['tcp 30303', 'udp 30303']);
    await gateway.unmap({ protocol: 'udp', port: 30_303, externalPort: 30_303 }, never);
    expect([...fake.mappings.keys()]).toEqual(['tcp 30303']);
  });

  test('may grant another external port and a shorter lifetime than requested', async () => {
    const { fake, finder } = await pmp();
    fake.manner.taken.add(30_303);
    fake.grants = 60;
    const gateway = await finder.find(never);
    expect(await gateway.map(TCP, never)).toEqual({ externalPort: 30_304, lifetimeMs: 60_000 });
  });

  test('that refuses is reported with the reason, and a truncated answer is ignored', async () => {
    const { fake, finder } = await pmp();
    const gateway = await finder.find(never);
    fake.manner.mode = 'refusal';
    await expect(gateway.map(TCP, never)).rejects.toMatchObject({
      code: 'refused',
      message: 'NAT-PMP at 127.0.0.1 refuses: it does not allow mappings.',
    });
    // A datagram without a complete header is ignored.
    fake.manner.mode = 'garbage';
    const limit = new AbortController();
    const asked = gateway.map(TCP, limit.signal);
    limit.abort();
    await expect(asked).rejects.toMatchObject({ code: 'aborted' });
  });

  test('that --netrestrict does not allow, or whose address is unknown, is not queried', async () => {
    const at = (ip: string | undefined): Promise<Gateway> =>
      new PmpFinder({ ...requester, gatewayIp: () => Promise.resolve(ip), allows: LOOPBACK_ONLY }).find(
        never,
      );
    await expect(at('192.168.1.1')).rejects.toMatchObject({ code: 'no-gateway' });
    await expect(at(undefined)).rejects.toThrow('set it with pmp:IP');
  });
});

describe('a UPnP gateway', () => {
  test.each([
    ['urn:schemas-upnp-org:service:WANIPConnection:1', '/control'],
    ['urn:schemas-upnp-org:service:WANIPConnection:2', 'control?a=1&amp;b=2'],
    ['urn:schemas-upnp-org:service:WANPPPConnection:1', '/ppp'],
  ])('with the service %s is found, and creates and removes mappings', async (service, control) => {
    const { fake, finder } = await upnp({ service, control });
    const gateway = await finder.find(never);
    expect(gateway.name).toBe('UPnP at 127.0.0.1');
    expect(await gateway.externalIp(never)).toBe(EXTERNAL_IP);
    expect(await gateway.map(TCP, never)).toEqual({ externalPort: 30_303, lifetimeMs: 600_000 });
    await gateway.map({ ...TCP, protocol: 'udp' }, never);
    expect([...fake.mappings]).toEqual([
      ['TCP 30303', { protocol: 'TCP', internalPort: 30_303, client: '127.0.0.1', seconds: 600 }],
      ['UDP 30303', { protocol: 'UDP', internalPort: 30_303, client: '127.0.0.1', seconds: 600 }],
    ]);
    for (const protocol of ['tcp', 'udp'] as const)
      await gateway.unmap({ protocol, port: 30_303, externalPort: 30_303 }, never);
    expect(fake.mappings.size).toBe(0);
    // Removing a missing mapping is no error.
    await gateway.unmap({ protocol: 'tcp', port: 30_303, externalPort: 30_303 }, never);
  });

  test('without a public address is the second choice', async () => {
    const { fake, finder } = await upnp();
    fake.manner.externalIp = '10.1.2.3';
    const gateway = await finder.find(never);
    // The search continued to its end.
    expect(fake.searches).toBeGreaterThanOrEqual(6);
    expect(await gateway.externalIp(never)).toBe('10.1.2.3');
  });

  test('maps another external port when the requested one is taken', async () => {
    const { fake, finder } = await upnp();
    fake.manner.taken.add(30_303);
    const { externalPort } = await (await finder.find(never)).map(TCP, never);
    expect(externalPort).toBeGreaterThanOrEqual(10_000);
    expect(externalPort).not.toBe(30_303);
    expect([...fake.mappings.keys()]).toEqual([`TCP ${String(externalPort)}`]);
  });

  test('without support for leases gets a permanent mapping', async () => {
    const { fake, finder } = await upnp({ permanentOnly: true });
    const granted = await (await finder.find(never)).map(TCP, never);
    expect(granted.lifetimeMs).toBe(Infinity);
    expect(fake.mappings.get('TCP 30303')?.seconds).toBe(0);
  });

  test('that refuses is reported with its description, without markup', async () => {
    const { fake, finder } = await upnp();
    fake.manner.mode = 'refusal';
    const gateway = await finder.find(never);
    await expect(gateway.map(TCP, never)).rejects.toMatchObject({
      code: 'refused',
      message: 'UPnP at 127.0.0.1 refuses AddPortMapping with error 606 (Action not authorized).',
    });
    fake.manner.mode = 'garbage';
    await expect(gateway.externalIp(never)).rejects.toMatchObject({ code: 'bad-answer' });
  });

  test('with a description or control URL on another host is ignored', async () => {
    for (const device of [
      { location: 'http://127.0.0.2:1/root.xml' },
      { control: 'http://127.0.0.2:1/control' },
    ]) {
      const { fake, finder } = await upnp(device);
      await expect(finder.find(never)).rejects.toMatchObject({ code: 'no-gateway' });
      expect(fake.asked).toEqual([]);
    }
  });

  test('that answers a search with garbage is ignored', async () => {
    const { fake, finder } = await upnp();
    fake.manner.mode = 'garbage';
    await expect(finder.find(never)).rejects.toThrow('No UPnP gateway answers in the local network.');
    expect(fake.searches).toBeGreaterThan(1);
  });
});

describe('a search by several methods', () => {
  test('returns the first gateway, and ends the other search', async () => {
    const one = await upnp();
    const other = await pmp();
    one.fake.manner.mode = 'silent';
    expect((await new AnyFinder([one.finder, other.finder]).find(never)).name).toBe('NAT-PMP at 127.0.0.1');
  });

  test('without a result reports the reasons of all methods', async () => {
    const failing = (reason: string): { find: () => Promise<Gateway> } => ({
      find: () => Promise.reject(new Error(reason)),
    });
    await expect(new AnyFinder([failing('One.'), failing('Two.')]).find(never)).rejects.toMatchObject({
      code: 'no-gateway',
      message: 'One. Two.',
    });
  });
});
