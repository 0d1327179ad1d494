import { describe, expect, onTestFinished, test } from 'vitest';
import { NatError } from '../../../src-main/nat/errors.ts';
import type { Gateway, GatewayFinder, LocalPort, MapRequest } from '../../../src-main/nat/gateway.ts';
import { NatService, type NatServiceOptions } from '../../../src-main/nat/port-mapping.ts';
import { EXTERNAL_IP } from '../../support/gateways.ts';
import { RecordedEvents } from '../../support/recorded-events.ts';
import { SeededRandom } from '../../support/seeded-random.ts';
import { silentLogger } from '../../support/silent-logger.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const MINUTE = 60_000;
const PORTS: readonly LocalPort[] = [
  { protocol: 'tcp', port: 30_303 },
  { protocol: 'udp', port: 30_303 },
];

/** A gateway in memory that records its requests and answers as configured. */
class ScriptedGateway implements Gateway, GatewayFinder {
  readonly name = 'UPnP at 192.168.1.1';
  address = EXTERNAL_IP;
  /** Errors by operation. */
  readonly failing = new Map<string, Error>();
  /** The granted external port; undefined: the requested one. */
  grantedPort: number | undefined;
  lifetimeMs: number | undefined;
  /** Called for each mapping; the result is added to the answer. */
  onMap: () => object = () => ({});
  /** Whether it never answers. */
  hangs = false;
  readonly requests: string[] = [];
  readonly mapped = new Set<string>();
  closed = 0;

  find(signal: AbortSignal): Promise<Gateway> {
    return this.#do('find', signal, () => this);
  }

  externalIp(signal: AbortSignal): Promise<string> {
    return this.#do('address', signal, () => this.address);
  }

  map({ protocol, externalPort, lifetimeMs }: MapRequest, signal: AbortSignal): ReturnType<Gateway['map']> {
    return this.#do(`map ${protocol} ${String(externalPort)}`, signal, () => {
      this.mapped.add(protocol);
      return {
        externalPort: this.grantedPort ?? externalPort,
        lifetimeMs: this.lifetimeMs ?? lifetimeMs,
        ...this.onMap(),
      };
    });
  }

  unmap(
    { protocol, externalPort }: LocalPort & { readonly externalPort: number },
    signal: AbortSignal,
  ): Promise<void> {
    return this.#do(`unmap ${protocol} ${String(externalPort)}`, signal, () => {
      this.mapped.delete(protocol);
    });
  }

  close(): Promise<void> {
    this.closed++;
    return Promise.resolve();
  }

  async #do<T>(what: string, signal: AbortSignal, answer: () => T): Promise<T> {
    this.requests.push(what);
    if (this.hangs)
      await new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          reject(new NatError('aborted', 'the gateway did not answer in time'));
        });
      });
    const error = this.failing.get(what.split(' ', 1)[0]!) ?? this.failing.get(what);
    if (error !== undefined) throw error;
    return answer();
  }
}

interface Setup {
  readonly clock: VirtualClock;
  readonly gateway: ScriptedGateway;
  readonly events: RecordedEvents;
  readonly service: NatService;
  /** Calls of `onChange`. */
  changes: number;
}

function createSetup(options: Partial<NatServiceOptions> = {}): Setup {
  const clock = new VirtualClock();
  const gateway = new ScriptedGateway();
  const events = new RecordedEvents();
  const service = new NatService({
    method: { kind: 'any' },
    refusal: () => undefined,
    finder: gateway,
    ports: () => PORTS,
    onChange: () => {
      setup.changes++;
    },
    clock,
    random: new SeededRandom(3),
    events,
    logger: silentLogger,
    ...options,
  });
  const setup: Setup = { clock, gateway, events, service, changes: 0 };
  onTestFinished(async () => {
    await clock.runUntil(service.stop());
    expect(clock.pendingTimers, 'timers that outlive the service').toBe(0);
  });
  return setup;
}

async function started(options: Partial<NatServiceOptions> = {}): Promise<Setup> {
  const setup = createSetup(options);
  await setup.service.start();
  await setup.clock.settle();
  return setup;
}

const refused = new NatError('refused', 'The gateway refuses.');

describe('a node behind a gateway', () => {
  test('maps both protocols, and has its external address', async () => {
    const { service, events, clock } = await started();
    expect(service.status()).toEqual({
      method: 'any',
      state: 'mapped',
      gateway: 'UPnP at 192.168.1.1',
      mappings: [
        { protocol: 'tcp', internalPort: 30_303, externalPort: 30_303, expiresAt: clock.now() + 10 * MINUTE },
        { protocol: 'udp', internalPort: 30_303, externalPort: 30_303, expiresAt: clock.now() + 10 * MINUTE },
      ],
      failure: null,
      nextTryAt: null,
    });
    expect(service.external('ipv4')).toEqual({ ip: EXTERNAL_IP, source: 'nat' });
    expect(service.external('ipv6')).toBeUndefined();
    expect(events.of('nat/external')).toHaveLength(1);
    expect(events.of('nat/mapped').map(({ mapping }) => mapping.protocol)).toEqual(['tcp', 'udp']);
  });

  test('has the state searching until a gateway is found', async () => {
    const { service, gateway, clock } = createSetup();
    gateway.hangs = true;
    await service.start();
    await clock.settle();
    expect(service.status().state).toBe('searching');
    await clock.advance(12_000);
    expect(service.status()).toMatchObject({
      state: 'failed',
      failure: { message: 'the gateway did not answer in time.' },
    });
  });

  test('renews its mappings before they expire, without an event', async () => {
    const { gateway, clock, events, service } = await started();
    gateway.requests.length = 0;
    await clock.advance(8 * MINUTE - 1);
    expect(gateway.requests.filter((what) => what.startsWith('map'))).toEqual([]);
    await clock.advance(1_001);
    expect(gateway.requests.filter((what) => what.startsWith('map'))).toEqual([
      'map tcp 30303',
      'map udp 30303',
    ]);
    expect(service.status().mappings[0]?.expiresAt).toBeGreaterThan(clock.now() + 9 * MINUTE);
    expect(events.of('nat/mapped')).toHaveLength(2);
  });

  test('renews earlier when the gateway grants a shorter lifetime', async () => {
    const { gateway, clock, service } = createSetup();
    gateway.lifetimeMs = MINUTE;
    await service.start();
    await clock.advance(49_000);
    expect(gateway.requests.filter((what) => what === 'map tcp 30303')).toHaveLength(2);
  });

  test('requests the external address again when the mapping is on another connection', async () => {
    const { gateway, service, clock } = createSetup();
    gateway.onMap = () => {
      gateway.address = '81.2.69.2';
      return { isElsewhere: true };
    };
    await service.start();
    await clock.settle();
    expect(gateway.requests).toEqual(['find', 'address', 'map tcp 30303', 'map udp 30303', 'address']);
    expect(service.external('ipv4')?.ip).toBe('81.2.69.2');
  });

  test('uses the granted external port, and requests it again', async () => {
    const { gateway, service, clock } = createSetup();
    gateway.grantedPort = 41_000;
    await service.start();
    await clock.settle();
    expect(service.externalPort({ protocol: 'udp', port: 30_303 })).toBe(41_000);
    expect(service.externalPort({ protocol: 'udp', port: 1 })).toBeUndefined();
    await clock.advance(9 * MINUTE);
    expect(gateway.requests).toContain('map udp 41000');
  });

  test('requests its external address every two minutes, and renews its mappings after a change', async () => {
    const setup = await started();
    const { gateway, clock, service } = setup;
    const before = setup.changes;
    gateway.requests.length = 0;
    gateway.address = '81.2.69.143';
    await clock.advance(2 * MINUTE + 1_000);
    expect(gateway.requests).toEqual(['address', 'map tcp 30303', 'map udp 30303']);
    expect(service.external('ipv4')?.ip).toBe('81.2.69.143');
    expect(setup.changes).toBeGreaterThan(before);
  });

  test('removes its mappings when it stops', async () => {
    const { gateway, service, clock } = await started();
    await clock.runUntil(service.stop());
    expect(gateway.mapped.size).toBe(0);
    expect(gateway.closed).toBe(1);
    expect(service.status()).toMatchObject({ state: 'off', mappings: [] });
    expect(service.external('ipv4')).toBeUndefined();
  });

  test('waits at most two seconds for their removal', async () => {
    const { gateway, service, clock } = await started();
    gateway.hangs = true;
    const before = clock.monotonic();
    await clock.runUntil(service.stop());
    expect(clock.monotonic() - before).toBe(2_000);
  });

  test('can stop during a search', async () => {
    const { gateway, service, clock } = createSetup();
    gateway.hangs = true;
    await service.start();
    await clock.settle();
    await service.stop();
    expect(clock.pendingTimers).toBe(0);
  });

  test('starts a new round after the machine slept', async () => {
    const { gateway, service, clock } = await started();
    gateway.requests.length = 0;
    service.renew(false);
    expect(service.status().mappings).toHaveLength(2);
    await clock.settle();
    expect(gateway.requests).toEqual(['find', 'address', 'map tcp 30303', 'map udp 30303']);
  });

  test('drops its mappings when the machine is in another network', async () => {
    const setup = await started();
    const { gateway, service, clock } = setup;
    const before = setup.changes;
    gateway.failing.set('find', new NatError('no-gateway', 'There is none here.'));
    service.renew(true);
    expect(service.status()).toMatchObject({ state: 'searching', gateway: null, mappings: [] });
    expect(service.external('ipv4')).toBeUndefined();
    expect(setup.changes).toBe(before + 1);
    await clock.settle();
    expect(service.status()).toMatchObject({ state: 'failed', failure: { message: 'There is none here.' } });
  });
});

describe('a node whose gateway fails', () => {
  test('tries again after increasing pauses of at most ten minutes, with an event for each failure', async () => {
    const { gateway, clock, events, service } = createSetup();
    gateway.failing.set('find', new NatError('no-gateway', 'No UPnP gateway answers in the local network.'));
    await service.start();
    await clock.advance(3_600_000);
    const pauses = events.of('nat/failed').map(({ retryInMs }) => Math.round(retryInMs / 1_500) * 1.5);
    expect(pauses.slice(0, 3).map((seconds) => Math.round(seconds / 15))).toEqual([1, 2, 4]);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(630);
    expect(pauses.length).toBeLessThan(13);
    expect(service.status()).toMatchObject({
      state: 'failed',
      failure: { message: 'No UPnP gateway answers in the local network.' },
    });
    expect(service.status().nextTryAt).toBeGreaterThan(clock.now());
    gateway.failing.clear();
    await clock.advance(11 * MINUTE);
    expect(service.status()).toMatchObject({ state: 'mapped', failure: null, nextTryAt: null });
  });

  test('has the state partial when one protocol is refused', async () => {
    const { gateway, clock, service } = createSetup();
    gateway.failing.set('map udp 30303', refused);
    await service.start();
    await clock.settle();
    expect(service.status()).toMatchObject({
      state: 'partial',
      failure: { message: 'The gateway refuses.' },
    });
    expect(service.status().mappings.map(({ protocol }) => protocol)).toEqual(['tcp']);
  });

  test('keeps a mapping that could not be renewed until it expires', async () => {
    const { gateway, clock, service } = await started();
    gateway.failing.set('find', refused);
    gateway.failing.set('map', refused);
    await clock.advance(9.5 * MINUTE);
    expect(service.externalPort(PORTS[0]!)).toBe(30_303);
    await clock.advance(6 * MINUTE);
    expect(service.status()).toMatchObject({ state: 'failed', mappings: [] });
  });

  test('has the state mapped without an external address when the gateway does not return it', async () => {
    const { gateway, clock, service } = createSetup();
    gateway.failing.set('address', refused);
    await service.start();
    await clock.settle();
    expect(service.status()).toMatchObject({ state: 'mapped', failure: { message: 'The gateway refuses.' } });
    expect(service.external('ipv4')).toBeUndefined();
  });

  test.each(['192.168.0.7', '100.64.0.1', '127.0.0.1', '0.0.0.0'])(
    'does not use %s, which is not public, as its external address',
    async (ip) => {
      const { gateway, clock, service } = createSetup();
      gateway.address = ip;
      await service.start();
      await clock.settle();
      expect(service.external('ipv4')).toBeUndefined();
      expect(service.status()).toMatchObject({
        state: 'mapped',
        failure: {
          message: `The external address ${ip} is not public: the gateway is behind another router.`,
        },
      });
    },
  );
});

describe('a node that queries a STUN server', () => {
  test('has its external address, maps nothing, and queries again every two minutes', async () => {
    let queries = 0;
    const oracle = { query: () => Promise.resolve(queries++ === 0 ? EXTERNAL_IP : '81.2.69.143') };
    const server = { ip: '127.0.0.1', port: 3478 };
    const { service, clock, events } = await started({
      method: { kind: 'stun', server },
      finder: undefined,
      oracle,
    });
    expect(service.status()).toMatchObject({ method: 'stun:127.0.0.1:3478', state: 'known', mappings: [] });
    expect(service.external('ipv4')).toEqual({ ip: EXTERNAL_IP, source: 'stun' });
    await clock.advance(2 * MINUTE + 1_000);
    expect(service.external('ipv4')?.ip).toBe('81.2.69.143');
    expect(events.of('nat/external').map(({ source }) => source)).toEqual(['stun', 'stun']);
  });

  test('drops the address when the server does not answer for a long time', async () => {
    let silent = false;
    const oracle = {
      query: () =>
        silent ? Promise.reject(new NatError('no-answer', 'It is silent')) : Promise.resolve(EXTERNAL_IP),
    };
    const server = { ip: '127.0.0.1', port: 3478 };
    const { clock, service } = await started({ method: { kind: 'stun', server }, finder: undefined, oracle });
    silent = true;
    await clock.advance(5 * MINUTE);
    expect(service.status()).toMatchObject({ state: 'known', failure: { message: 'It is silent.' } });
    await clock.advance(30 * MINUTE);
    expect(service.status().state).toBe('failed');
    expect(service.external('ipv4')).toBeUndefined();
  });
});

test.each([
  ['none', 'off', { kind: 'none' }],
  ['extip:81.2.69.142', 'known', { kind: 'extip', ip: EXTERNAL_IP }],
] as const)('with %s nothing is queried', async (method, state, parsed) => {
  const { service, gateway } = await started({ method: parsed });
  expect(service.status()).toMatchObject({ method, state });
  expect(gateway.requests).toEqual([]);
});
