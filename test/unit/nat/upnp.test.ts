import { describe, expect, test } from 'vitest';
import type { Gateway } from '../../../src-main/nat/gateway.ts';
import type { RouterAnswer, RouterHttp } from '../../../src-main/nat/router-http.ts';
import { openUpnpGateway } from '../../../src-main/nat/upnp.ts';
import { EXTERNAL_IP } from '../../support/gateways.ts';
import { SeededRandom } from '../../support/seeded-random.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const never = new AbortController().signal;
const TCP = { protocol: 'tcp', internalPort: 30_303, externalPort: 30_303, lifetimeMs: 600_000 } as const;

/** The behavior of a service of a router. */
interface ServiceBehavior {
  readonly type?: string;
  /** Its external address; default: EXTERNAL_IP. */
  readonly ip?: string;
  /** The error code for a mapping with this lease duration and port; 0: success. */
  readonly mapping?: (seconds: number, externalPort: number) => number;
  /** HTTP status of every answer. */
  readonly status?: number;
  readonly hangs?: boolean;
}

const IP = 'urn:schemas-upnp-org:service:WANIPConnection:1';
const PPP = 'urn:schemas-upnp-org:service:WANPPPConnection:1';

/** A router in memory: its services have the paths /0, /1 and so on; `requests` has the actions of all services. */
class Router implements RouterHttp {
  readonly clock = new VirtualClock();
  readonly requests: string[] = [];
  readonly services: ServiceBehavior[];

  constructor(...services: readonly ServiceBehavior[]) {
    this.services = [...services];
  }

  open(): Promise<Gateway | undefined> {
    const options = { http: this, random: new SeededRandom(3), clock: this.clock };
    const description = new URL('http://192.168.1.1:5000/root.xml');
    return openUpnpGateway(options, { description, localIp: '192.168.1.7' }, never);
  }

  async request(
    url: URL,
    { body = '', headers, signal }: Parameters<RouterHttp['request']>[1],
  ): Promise<RouterAnswer> {
    if (url.pathname === '/root.xml') return { status: 200, body: this.#describe() };
    const behavior = this.services[Number(url.pathname.slice(1))]!;
    const action = /#(\w+)"/.exec(headers?.['SOAPAction'] ?? '')![1]!;
    const field = (name: string): number => Number(new RegExp(`<${name}>([^<]*)<`).exec(body)?.[1]);
    const seconds = field('NewLeaseDuration');
    this.requests.push(
      `${url.pathname} ${action}${action === 'AddPortMapping' ? ` ${String(seconds)}` : ''}`,
    );
    if (behavior.hangs === true)
      await new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          reject(new Error('cancelled'));
        });
      });
    if (behavior.status !== undefined) return { status: behavior.status, body: 'Not here' };
    const values = `<NewExternalIPAddress>${behavior.ip ?? EXTERNAL_IP}</NewExternalIPAddress>`;
    const code =
      action === 'AddPortMapping' ? (behavior.mapping?.(seconds, field('NewExternalPort')) ?? 0) : 0;
    return code === 0 ? { status: 200, body: answer(action, values) } : { status: 500, body: fault(code) };
  }

  #describe(): string {
    const services = this.services.map(
      ({ type = IP }, at) =>
        `<service><serviceType>${type}</serviceType><controlURL>/${String(at)}</controlURL></service>`,
    );
    return `<?xml version="1.0"?><root><device><serviceList>${services.join('')}</serviceList></device></root>`;
  }
}

const answer = (action: string, values: string): string =>
  `<SOAP-ENV:Envelope><SOAP-ENV:Body><m:${action}Response xmlns:m="x">${values}</m:${action}Response></SOAP-ENV:Body></SOAP-ENV:Envelope>`;

const fault = (code: number): string =>
  `<s:Envelope><s:Body><s:Fault><detail><e:UPnPError><e:errorCode> ${String(code)} </e:errorCode></e:UPnPError></detail></s:Fault></s:Body></s:Envelope>`;

const refusesLease =
  (code: number) =>
  (seconds: number): number =>
    seconds === 0 ? 0 : code;

async function opened(router: Router): Promise<Gateway> {
  const gateway = await router.open();
  expect(gateway).toBeDefined();
  return gateway!;
}

describe('a lease that is refused', () => {
  test.each([402, 501, 725])('with %i is followed by a request for a permanent mapping', async (code) => {
    const router = new Router({ mapping: refusesLease(code) });
    const gateway = await opened(router);
    expect(await gateway.map(TCP, never)).toEqual({ externalPort: 30_303, lifetimeMs: Infinity });
    expect(router.requests).toEqual(['/0 AddPortMapping 600', '/0 AddPortMapping 0']);
  });

  test.each([401, 606, 715])('with %i is final', async (code) => {
    const router = new Router({ mapping: () => code });
    await expect((await opened(router)).map(TCP, never)).rejects.toMatchObject({
      code: 'refused',
      upnpCode: code,
    });
    expect(router.requests).toEqual(['/0 AddPortMapping 600']);
  });

  test('reports the second error when the permanent mapping is refused too', async () => {
    const router = new Router({ mapping: (seconds) => (seconds === 0 ? 606 : 402) });
    await expect((await opened(router)).map(TCP, never)).rejects.toMatchObject({ upnpCode: 606 });
  });

  test('gets another port when the port of the permanent mapping is taken', async () => {
    const router = new Router({
      mapping: (seconds, port) => (seconds !== 0 ? 725 : port === 30_303 ? 718 : 0),
    });
    const { externalPort, lifetimeMs } = await (await opened(router)).map(TCP, never);
    expect(externalPort).toBeGreaterThanOrEqual(10_000);
    expect([externalPort === 30_303, lifetimeMs]).toEqual([false, Infinity]);
  });

  test('reports the error of the requested port, not that of a drawn port', async () => {
    const router = new Router({ mapping: (_seconds, port) => (port === 30_303 ? 718 : 724) });
    await expect((await opened(router)).map(TCP, never)).rejects.toMatchObject({ code: 'port-taken' });
  });
});

describe('a gateway with several services', () => {
  test.each<[string, ServiceBehavior]>([
    ['has the address 0.0.0.0', { ip: '0.0.0.0' }],
    ['has no address', { ip: '' }],
    ['has an invalid address', { ip: 'unknown' }],
    ['has a private address', { ip: '10.1.2.3' }],
    ['has a shared address', { ip: '100.64.1.2' }],
    ['does not exist', { status: 404 }],
    ['answers with another message', { status: 200 }],
    ['is not in use', { ip: '0.0.0.0', mapping: () => 501 }],
  ])('does not use one that %s', async (_what, first) => {
    for (const type of [IP, PPP]) {
      const router = new Router(first, { type });
      const gateway = await opened(router);
      expect(await gateway.externalIp(never)).toBe(EXTERNAL_IP);
      router.requests.length = 0;
      expect(await gateway.map(TCP, never)).toEqual({ externalPort: 30_303, lifetimeMs: 600_000 });
      expect(router.requests).toEqual(['/1 AddPortMapping 600']);
      await gateway.unmap({ protocol: 'tcp', port: 30_303, externalPort: 30_303 }, never);
      expect(router.requests.at(-1)).toBe('/1 DeletePortMapping');
    }
  });

  test.each([402, 501, 606, 703, 718])('tries the next when the first refuses with %i', async (code) => {
    const router = new Router({ mapping: () => code }, {});
    const gateway = await opened(router);
    expect((await gateway.map(TCP, never)).lifetimeMs).toBe(600_000);
    router.requests.length = 0;
    await gateway.map({ ...TCP, protocol: 'udp' }, never);
    expect(router.requests).toEqual(['/1 AddPortMapping 600']);
  });

  test('reports that the mapping is on another connection than the external address', async () => {
    const router = new Router({ ip: '81.2.69.1', mapping: () => 606 }, { ip: '81.2.69.2' });
    const gateway = await opened(router);
    expect(await gateway.externalIp(never)).toBe('81.2.69.1');
    expect(await gateway.map(TCP, never)).toMatchObject({ isElsewhere: true });
    expect(await gateway.externalIp(never)).toBe('81.2.69.2');
    expect(await gateway.map(TCP, never)).not.toHaveProperty('isElsewhere');
  });

  test('does not wait for one that does not answer', async () => {
    const router = new Router({ hangs: true }, {}, { hangs: true });
    const gateway = await opened(router);
    const address = gateway.externalIp(never);
    await router.clock.advance(3_000);
    expect(await address).toBe(EXTERNAL_IP);
    router.services.splice(0, 3, {}, { hangs: true }, {});
    const mapping = gateway.map(TCP, never);
    await router.clock.advance(3_000);
    expect((await mapping).externalPort).toBe(30_303);
  });

  test('reports the first error when all refuse, and stops when it is cancelled', async () => {
    const router = new Router({ mapping: () => 606 }, { mapping: () => 501 });
    const gateway = await opened(router);
    await expect(gateway.map(TCP, never)).rejects.toMatchObject({ upnpCode: 606 });
    router.services.splice(0, 2, { hangs: true }, {});
    const limit = new AbortController();
    const mapping = gateway.map(TCP, limit.signal);
    limit.abort();
    await expect(mapping).rejects.toMatchObject({ code: 'aborted' });
    expect(router.requests.filter((what) => what === '/1 AddPortMapping 600')).toHaveLength(1);
  });

  test('reports when none of them is connected', async () => {
    const gateway = await opened(new Router({ ip: '0.0.0.0' }, { ip: '' }));
    await expect(gateway.externalIp(never)).rejects.toThrow(
      'UPnP at 192.168.1.1 has no external address: it is not connected.',
    );
  });
});

test('a description without such a service is not a gateway, and one that is not XML is an error', async () => {
  expect(
    await new Router({ type: 'urn:schemas-upnp-org:service:Layer3Forwarding:1' }).open(),
  ).toBeUndefined();
  const http: RouterHttp = { request: () => Promise.resolve({ status: 200, body: '<a><!-- ' }) };
  const options = { http, random: new SeededRandom(3), clock: new VirtualClock() };
  const found = { description: new URL('http://192.168.1.1/'), localIp: '192.168.1.7' };
  await expect(openUpnpGateway(options, found, never)).rejects.toMatchObject({ code: 'bad-answer' });
});
