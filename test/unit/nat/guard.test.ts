import { describe, expect, test } from 'vitest';
import { parseNetList } from '../../../src-main/base/ip.ts';
import type { DatagramTransport } from '../../../src-main/base/network.ts';
import { defaultGatewayIn } from '../../../src-main/nat/default-gateway.ts';
import { UpnpFinder } from '../../../src-main/nat/finders.ts';
import { natRefusal, type NatGuardFacts } from '../../../src-main/nat/guard.ts';
import { parseNatMethod } from '../../../src-main/nat/method.ts';
import { natTextOf } from '../../../shared/nat-text.ts';
import { NatService } from '../../../src-main/nat/port-mapping.ts';
import { SSDP_ADDRESS } from '../../../src-main/nat/ssdp.ts';
import { RecordedEvents } from '../../support/recorded-events.ts';
import { SeededRandom } from '../../support/seeded-random.ts';
import { silentLogger } from '../../support/silent-logger.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const HOME_NETWORK: NatGuardFacts = {
  demo: false,
  listenOn: ['0.0.0.0', '::'],
  machineAddresses: ['127.0.0.1', '::1', '192.168.1.20'],
  allows: () => true,
};

const restricted = (networks: string): ((ip: string) => boolean) => {
  const list = parseNetList(networks);
  return (ip) => list.contains(ip);
};

describe('the guard of NAT traversal', () => {
  test('allows queries in a home network', () => {
    for (const method of ['any', 'upnp', 'pmp', 'pmp:192.168.1.1', 'stun:192.168.1.9:3478'])
      expect(natRefusal(parseNatMethod(method), HOME_NETWORK)).toBeUndefined();
  });

  test.each([
    ['the demo', 'any', { demo: true }, 'The demo uses loopback only: no gateway is queried.'],
    [
      'a restriction to loopback',
      'any',
      { allows: restricted('127.0.0.0/8,::1/128') },
      'The setting “Allowed networks” does not include the local network: no gateway is queried.',
    ],
    [
      'a restriction to another network',
      'upnp',
      { allows: restricted('10.0.0.0/8') },
      'The setting “Allowed networks” does not include the local network: no gateway is queried.',
    ],
    [
      'a gateway that is not allowed',
      'pmp:10.0.0.1',
      { allows: restricted('192.168.0.0/16') },
      'The setting “Allowed networks” does not include 10.0.0.1: it is not queried.',
    ],
    [
      'a server that is not allowed',
      'stun:9.9.9.9:3478',
      { allows: restricted('192.168.0.0/16') },
      'The setting “Allowed networks” does not include 9.9.9.9: it is not queried.',
    ],
    [
      'a machine without a network',
      'any',
      { machineAddresses: ['127.0.0.1', '::1'] },
      'This machine has only loopback addresses: there is no gateway.',
    ],
    [
      'a node on loopback',
      'any',
      { listenOn: ['127.0.0.1', '::1'] },
      'The node listens on loopback only: no gateway is queried.',
    ],
    [
      'a server outside for a node on loopback',
      'stun:9.9.9.9:3478',
      { listenOn: ['127.0.0.1'] },
      'The node listens on loopback only: no gateway is queried.',
    ],
  ])('refuses %s', (_what, method, change, sentence) => {
    expect(natRefusal(parseNatMethod(method), { ...HOME_NETWORK, ...change })?.message).toBe(sentence);
  });

  test('allows no search when --netrestrict allows only loopback', async () => {
    const clock = new VirtualClock();
    const bound: string[] = [];
    const transport: DatagramTransport = {
      bind: (at) => {
        bound.push(at.ip);
        return Promise.reject(new Error('no socket may be opened'));
      },
    };
    const random = new SeededRandom(1);
    const allows = restricted('127.0.0.0/8');
    const http = { request: () => Promise.reject(new Error('nothing may be queried')) };
    const service = new NatService({
      method: { kind: 'any' },
      refusal: () => natRefusal({ kind: 'any' }, { ...HOME_NETWORK, allows }),
      finder: new UpnpFinder({
        transport,
        clock,
        random,
        allows,
        http,
        target: SSDP_ADDRESS,
        localIps: () => ['192.168.1.20'],
      }),
      ports: () => [{ protocol: 'tcp', port: 30_303 }],
      onChange: () => undefined,
      clock,
      random,
      events: new RecordedEvents(),
      logger: silentLogger,
    });
    await service.start();
    await clock.advance(3_600_000);
    expect(bound).toEqual([]);
    expect(service.status()).toMatchObject({
      state: 'off',
      failure: {
        code: 'not-netrestricted',
        message: 'The setting “Allowed networks” does not include the local network: no gateway is queried.',
      },
      nextTryAt: null,
    });
    await service.stop();
    expect(clock.pendingTimers).toBe(0);
  });
});

describe('the text of a NAT method', () => {
  test.each([
    ['any', 'any'],
    ['pmp:192.168.1.1', 'pmp:192.168.1.1'],
    ['extip:2001:DB8::1', 'extip:2001:db8::1'],
    ['stun:192.168.1.9', 'stun:192.168.1.9:3478'],
    ['stun:[2001:db8::1]:99', 'stun:[2001:db8::1]:99'],
    ['stun:2001:db8::1', 'stun:[2001:db8::1]:3478'],
  ])('%s is parsed', (text, canonical) => {
    expect(natTextOf(parseNatMethod(text))).toBe(canonical);
  });

  test.each([
    '',
    'upnp:1.2.3.4',
    'extip',
    'extip:here',
    'pmp:0.0.0.0',
    'stun',
    'stun:1.2.3.4:0',
    'stun:1.2.3.4:99999',
    'stun:host:3478',
    'none:x',
  ])('"%s" is refused', (text) => {
    expect(() => parseNatMethod(text)).toThrow(`"${text}" is not a NAT method: it must be any, none`);
  });
});

test('the default gateway is that of the default route with the lowest metric', () => {
  const table = `Iface	Destination	Gateway 	Flags	RefCnt	Use	Metric	Mask
eth1	00000000	0101A8C0	0003	0	0	200	00000000
eth0	00000000	010200C0	0003	0	0	100	00000000
eth0	000200C0	00000000	0001	0	0	0	00FFFFFF
tun0	00000000	00000000	0001	0	0	0	00000000`;
  expect(defaultGatewayIn(table)).toBe('192.0.2.1');
  expect(defaultGatewayIn('')).toBeUndefined();
});
