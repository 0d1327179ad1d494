import { describe, expect, onTestFinished, test } from 'vitest';
import { systemStreamDialer } from '../../../src-main/base/tcp.ts';
import { createRouterHttp } from '../../../src-main/nat/router-http.ts';
import type { Clock } from '../../../src-main/base/runtime.ts';
import { systemClock } from '../../../src-main/base/system-runtime.ts';
import { systemDatagramTransport } from '../../../src-main/base/udp.ts';
import { AnyFinder, PmpFinder, UpnpFinder } from '../../../src-main/nat/finders.ts';
import type { Gateway } from '../../../src-main/nat/gateway.ts';
import { FakePmpGateway, FakeUpnpGateway, OUTER_IP, type UpnpDevice } from '../../support/gateways.ts';
import { SeededRandom } from '../../support/seeded-random.ts';

const never = new AbortController().signal;
/** A search that nobody answers ends twenty times sooner. */
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
  test('tells the outer address, maps both protocols and takes mappings back', async () => {
    const { fake, finder } = await pmp();
    const gateway = await finder.find(never);
    expect(gateway.name).toBe('NAT-PMP at 127.0.0.1');
    expect(await gateway.externalIp(never)).toBe(OUTER_IP);
    expect(await gateway.map(TCP, never)).toEqual({ externalPort: 30_303, lifetimeMs: 600_000 });
    await gateway.map({ ...TCP, protocol: 'udp' }, never);
    expect([...fake.mappings.keys()]).toEqual(['tcp 30303', 'udp 30303']);
    await gateway.unmap({ protocol: 'udp', port: 30_303, externalPort: 30_303 }, never);
    expect([...fake.mappings.keys()]).toEqual(['tcp 30303']);
  });

  test('gives another outer port, and a shorter lifetime, than was asked for', async () => {
    const { fake, finder } = await pmp();
    fake.manner.taken.add(30_303);
    fake.grants = 60;
    const gateway = await finder.find(never);
    expect(await gateway.map(TCP, never)).toEqual({ externalPort: 30_304, lifetimeMs: 60_000 });
  });

  test('that refuses, or cuts its answers short, is named with its reason', async () => {
    const { fake, finder } = await pmp();
    const gateway = await finder.find(never);
    fake.manner.mode = 'refusal';
    await expect(gateway.map(TCP, never)).rejects.toMatchObject({
      code: 'refused',
      message: 'NAT-PMP at 127.0.0.1 refuses: it does not allow mappings.',
    });
    // Less than a header is no answer: it is passed over like silence.
    fake.manner.mode = 'garbage';
    const limit = new AbortController();
    const asked = gateway.map(TCP, limit.signal);
    limit.abort();
    await expect(asked).rejects.toMatchObject({ code: 'aborted' });
  });

  test('that --netrestrict does not allow, or that nobody knows, is not asked', async () => {
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
  ])('with the service %s is found, asked, used and left as it was', async (service, control) => {
    const { fake, finder } = await upnp({ service, control });
    const gateway = await finder.find(never);
    expect(gateway.name).toBe('UPnP at 127.0.0.1');
    expect(await gateway.externalIp(never)).toBe(OUTER_IP);
    expect(await gateway.map(TCP, never)).toEqual({ externalPort: 30_303, lifetimeMs: 600_000 });
    await gateway.map({ ...TCP, protocol: 'udp' }, never);
    expect([...fake.mappings]).toEqual([
      ['TCP 30303', { protocol: 'TCP', internalPort: 30_303, client: '127.0.0.1', seconds: 600 }],
      ['UDP 30303', { protocol: 'UDP', internalPort: 30_303, client: '127.0.0.1', seconds: 600 }],
    ]);
    for (const protocol of ['tcp', 'udp'] as const)
      await gateway.unmap({ protocol, port: 30_303, externalPort: 30_303 }, never);
    expect(fake.mappings.size).toBe(0);
    // What is not there is not missed.
    await gateway.unmap({ protocol: 'tcp', port: 30_303, externalPort: 30_303 }, never);
  });

  test('without an address of the internet is the second choice', async () => {
    const { fake, finder } = await upnp();
    fake.manner.outerIp = '10.1.2.3';
    const gateway = await finder.find(never);
    // The search went on to its end for a better one.
    expect(fake.searches).toBeGreaterThanOrEqual(6);
    expect(await gateway.externalIp(never)).toBe('10.1.2.3');
  });

  test('whose port is taken gives another one', async () => {
    const { fake, finder } = await upnp();
    fake.manner.taken.add(30_303);
    const { externalPort } = await (await finder.find(never)).map(TCP, never);
    expect(externalPort).toBeGreaterThanOrEqual(10_000);
    expect(externalPort).not.toBe(30_303);
    expect([...fake.mappings.keys()]).toEqual([`TCP ${String(externalPort)}`]);
  });

  test('that knows no leases is given a mapping without end', async () => {
    const { fake, finder } = await upnp({ permanentOnly: true });
    const granted = await (await finder.find(never)).map(TCP, never);
    expect(granted.lifetimeMs).toBe(Infinity);
    expect(fake.mappings.get('TCP 30303')?.seconds).toBe(0);
  });

  test('that refuses is quoted, without what it has of markup', async () => {
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

  test('that describes somebody else, or sends the control elsewhere, is not followed', async () => {
    for (const device of [
      { location: 'http://127.0.0.2:1/root.xml' },
      { control: 'http://127.0.0.2:1/control' },
    ]) {
      const { fake, finder } = await upnp(device);
      await expect(finder.find(never)).rejects.toMatchObject({ code: 'no-gateway' });
      expect(fake.asked).toEqual([]);
    }
  });

  test('that is silent, or answers a search with noise, is none', async () => {
    const { fake, finder } = await upnp();
    fake.manner.mode = 'garbage';
    await expect(finder.find(never)).rejects.toThrow('No UPnP gateway answers in the local network.');
    expect(fake.searches).toBeGreaterThan(1);
  });
});

describe('any gateway', () => {
  test('is the first that is found, and the other search ends', async () => {
    const one = await upnp();
    const other = await pmp();
    one.fake.manner.mode = 'silent';
    expect((await new AnyFinder([one.finder, other.finder]).find(never)).name).toBe('NAT-PMP at 127.0.0.1');
  });

  test('that cannot be found is told with both reasons', async () => {
    const failing = (reason: string): { find: () => Promise<Gateway> } => ({
      find: () => Promise.reject(new Error(reason)),
    });
    await expect(new AnyFinder([failing('One.'), failing('Two.')]).find(never)).rejects.toMatchObject({
      code: 'no-gateway',
      message: 'One. Two.',
    });
  });
});
