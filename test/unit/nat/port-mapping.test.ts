import { describe, expect, onTestFinished, test } from 'vitest';
import { NatError } from '../../../src-main/nat/errors.ts';
import type { Gateway, GatewayFinder, LocalPort, MapRequest } from '../../../src-main/nat/gateway.ts';
import { NatService, type NatServiceOptions } from '../../../src-main/nat/port-mapping.ts';
import { OUTER_IP } from '../../support/gateways.ts';
import { RecordedEvents } from '../../support/recorded-events.ts';
import { SeededRandom } from '../../support/seeded-random.ts';
import { silentLogger } from '../../support/silent-logger.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const MINUTE = 60_000;
const PORTS: readonly LocalPort[] = [
  { protocol: 'tcp', port: 30_303 },
  { protocol: 'udp', port: 30_303 },
];

/** A gateway in memory: what it was asked, and how it answers. */
class Script implements Gateway, GatewayFinder {
  readonly name = 'UPnP at 192.168.1.1';
  outerIp = OUTER_IP;
  /** What is thrown instead of an answer, by operation. */
  readonly failing = new Map<string, Error>();
  /** The outer port given instead of the one asked for. */
  gives: number | undefined;
  lifetimeMs: number | undefined;
  /** What a mapping does to the gateway and adds to its answer. */
  onMap: () => object = () => ({});
  /** Never answers. */
  hangs = false;
  readonly asked: string[] = [];
  readonly mapped = new Set<string>();
  closed = 0;

  find(signal: AbortSignal): Promise<Gateway> {
    return this.#do('find', signal, () => this);
  }

  externalIp(signal: AbortSignal): Promise<string> {
    return this.#do('address', signal, () => this.outerIp);
  }

  map({ protocol, externalPort, lifetimeMs }: MapRequest, signal: AbortSignal): ReturnType<Gateway['map']> {
    return this.#do(`map ${protocol} ${String(externalPort)}`, signal, () => {
      this.mapped.add(protocol);
      return {
        externalPort: this.gives ?? externalPort,
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
    this.asked.push(what);
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

interface World {
  readonly clock: VirtualClock;
  readonly gateway: Script;
  readonly events: RecordedEvents;
  readonly service: NatService;
  changes: number;
}

function world(options: Partial<NatServiceOptions> = {}): World {
  const clock = new VirtualClock();
  const gateway = new Script();
  const events = new RecordedEvents();
  const service = new NatService({
    method: { kind: 'any' },
    refusal: () => undefined,
    finder: gateway,
    ports: () => PORTS,
    onChange: () => {
      made.changes++;
    },
    clock,
    random: new SeededRandom(3),
    events,
    logger: silentLogger,
    ...options,
  });
  const made: World = { clock, gateway, events, service, changes: 0 };
  onTestFinished(async () => {
    await clock.runUntil(service.stop());
    expect(clock.pendingTimers, 'timers that outlive the service').toBe(0);
  });
  return made;
}

async function started(options: Partial<NatServiceOptions> = {}): Promise<World> {
  const made = world(options);
  await made.service.start();
  await made.clock.settle();
  return made;
}

const refused = new NatError('refused', 'The gateway refuses.');

describe('a node behind a gateway', () => {
  test('is mapped for both protocols, and knows its outer address', async () => {
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
    expect(service.external('ipv4')).toEqual({ ip: OUTER_IP, source: 'nat' });
    expect(service.external('ipv6')).toBeUndefined();
    expect(events.of('nat/external')).toHaveLength(1);
    expect(events.of('nat/mapped').map(({ mapping }) => mapping.protocol)).toEqual(['tcp', 'udp']);
  });

  test('says that it searches until a gateway is found', async () => {
    const { service, gateway, clock } = world();
    gateway.hangs = true;
    await service.start();
    await clock.settle();
    expect(service.status().state).toBe('searching');
    await clock.advance(12_000);
    expect(service.status()).toMatchObject({
      state: 'failed',
      failure: 'the gateway did not answer in time.',
    });
  });

  test('has its mappings prolonged before they end, and states no fact for it', async () => {
    const { gateway, clock, events, service } = await started();
    gateway.asked.length = 0;
    await clock.advance(8 * MINUTE - 1);
    expect(gateway.asked.filter((what) => what.startsWith('map'))).toEqual([]);
    await clock.advance(1_001);
    expect(gateway.asked.filter((what) => what.startsWith('map'))).toEqual([
      'map tcp 30303',
      'map udp 30303',
    ]);
    expect(service.status().mappings[0]?.expiresAt).toBeGreaterThan(clock.now() + 9 * MINUTE);
    expect(events.of('nat/mapped')).toHaveLength(2);
  });

  test('follows a gateway that grants less time', async () => {
    const { gateway, clock, service } = world();
    gateway.lifetimeMs = MINUTE;
    await service.start();
    await clock.advance(49_000);
    expect(gateway.asked.filter((what) => what === 'map tcp 30303')).toHaveLength(2);
  });

  test('asks for the outer address again where the mapping is on another connection', async () => {
    const { gateway, service, clock } = world();
    gateway.onMap = () => {
      gateway.outerIp = '81.2.69.2';
      return { isElsewhere: true };
    };
    await service.start();
    await clock.settle();
    expect(gateway.asked).toEqual(['find', 'address', 'map tcp 30303', 'map udp 30303', 'address']);
    expect(service.external('ipv4')?.ip).toBe('81.2.69.2');
  });

  test('takes the outer port that it is given, and asks for that one again', async () => {
    const { gateway, service, clock } = world();
    gateway.gives = 41_000;
    await service.start();
    await clock.settle();
    expect(service.externalPort({ protocol: 'udp', port: 30_303 })).toBe(41_000);
    expect(service.externalPort({ protocol: 'udp', port: 1 })).toBeUndefined();
    await clock.advance(9 * MINUTE);
    expect(gateway.asked).toContain('map udp 41000');
  });

  test('asks for its outer address every two minutes, and renews its mappings when that is another', async () => {
    const made = await started();
    const { gateway, clock, service } = made;
    const before = made.changes;
    gateway.asked.length = 0;
    gateway.outerIp = '81.2.69.143';
    await clock.advance(2 * MINUTE + 1_000);
    expect(gateway.asked).toEqual(['address', 'map tcp 30303', 'map udp 30303']);
    expect(service.external('ipv4')?.ip).toBe('81.2.69.143');
    expect(made.changes).toBeGreaterThan(before);
  });

  test('gives its mappings back when it stops', async () => {
    const { gateway, service, clock } = await started();
    await clock.runUntil(service.stop());
    expect(gateway.mapped.size).toBe(0);
    expect(gateway.closed).toBe(1);
    expect(service.status()).toMatchObject({ state: 'off', mappings: [] });
    expect(service.external('ipv4')).toBeUndefined();
  });

  test('waits two seconds at most for that', async () => {
    const { gateway, service, clock } = await started();
    gateway.hangs = true;
    const before = clock.monotonic();
    await clock.runUntil(service.stop());
    expect(clock.monotonic() - before).toBe(2_000);
  });

  test('stops in the middle of a search', async () => {
    const { gateway, service, clock } = world();
    gateway.hangs = true;
    await service.start();
    await clock.settle();
    await service.stop();
    expect(clock.pendingTimers).toBe(0);
  });

  test('begins anew when the machine has slept', async () => {
    const { gateway, service, clock } = await started();
    gateway.asked.length = 0;
    service.renew(false);
    expect(service.status().mappings).toHaveLength(2);
    await clock.settle();
    expect(gateway.asked).toEqual(['find', 'address', 'map tcp 30303', 'map udp 30303']);
  });

  test('has nothing left of what was mapped in another network', async () => {
    const made = await started();
    const { gateway, service, clock } = made;
    const before = made.changes;
    gateway.failing.set('find', new NatError('no-gateway', 'There is none here.'));
    service.renew(true);
    expect(service.status()).toMatchObject({ state: 'searching', gateway: null, mappings: [] });
    expect(service.external('ipv4')).toBeUndefined();
    expect(made.changes).toBe(before + 1);
    await clock.settle();
    expect(service.status()).toMatchObject({ state: 'failed', failure: 'There is none here.' });
  });
});

describe('a node whose gateway fails', () => {
  test('tries again after growing pauses of ten minutes at most, and states each failure', async () => {
    const { gateway, clock, events, service } = world();
    gateway.failing.set('find', new NatError('no-gateway', 'No UPnP gateway answers in the local network.'));
    await service.start();
    await clock.advance(3_600_000);
    const pauses = events.of('nat/failed').map(({ retryInMs }) => Math.round(retryInMs / 1_500) * 1.5);
    expect(pauses.slice(0, 3).map((seconds) => Math.round(seconds / 15))).toEqual([1, 2, 4]);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(630);
    expect(pauses.length).toBeLessThan(13);
    expect(service.status()).toMatchObject({
      state: 'failed',
      failure: 'No UPnP gateway answers in the local network.',
    });
    expect(service.status().nextTryAt).toBeGreaterThan(clock.now());
    gateway.failing.clear();
    await clock.advance(11 * MINUTE);
    expect(service.status()).toMatchObject({ state: 'mapped', failure: null, nextTryAt: null });
  });

  test('is partly mapped where one protocol is refused', async () => {
    const { gateway, clock, service } = world();
    gateway.failing.set('map udp 30303', refused);
    await service.start();
    await clock.settle();
    expect(service.status()).toMatchObject({ state: 'partial', failure: 'The gateway refuses.' });
    expect(service.status().mappings.map(({ protocol }) => protocol)).toEqual(['tcp']);
  });

  test('keeps a mapping that could not be prolonged until its time is over', async () => {
    const { gateway, clock, service } = await started();
    gateway.failing.set('find', refused);
    gateway.failing.set('map', refused);
    await clock.advance(9.5 * MINUTE);
    expect(service.externalPort(PORTS[0]!)).toBe(30_303);
    await clock.advance(6 * MINUTE);
    expect(service.status()).toMatchObject({ state: 'failed', mappings: [] });
  });

  test('is mapped without an outer address where the gateway does not tell it', async () => {
    const { gateway, clock, service } = world();
    gateway.failing.set('address', refused);
    await service.start();
    await clock.settle();
    expect(service.status()).toMatchObject({ state: 'mapped', failure: 'The gateway refuses.' });
    expect(service.external('ipv4')).toBeUndefined();
  });

  test.each(['192.168.0.7', '100.64.0.1', '127.0.0.1', '0.0.0.0'])(
    'does not take %s for an address of the internet',
    async (ip) => {
      const { gateway, clock, service } = world();
      gateway.outerIp = ip;
      await service.start();
      await clock.settle();
      expect(service.external('ipv4')).toBeUndefined();
      expect(service.status()).toMatchObject({
        state: 'mapped',
        failure: `The external address ${ip} is not public: the gateway is behind another router.`,
      });
    },
  );
});

describe('a node that asks a STUN server', () => {
  test('knows its address, maps nothing, and asks again every two minutes', async () => {
    let asked = 0;
    const oracle = { ask: () => Promise.resolve(asked++ === 0 ? OUTER_IP : '81.2.69.143') };
    const server = { ip: '127.0.0.1', port: 3478 };
    const { service, clock, events } = await started({
      method: { kind: 'stun', server },
      finder: undefined,
      oracle,
    });
    expect(service.status()).toMatchObject({ method: 'stun:127.0.0.1:3478', state: 'known', mappings: [] });
    expect(service.external('ipv4')).toEqual({ ip: OUTER_IP, source: 'stun' });
    await clock.advance(2 * MINUTE + 1_000);
    expect(service.external('ipv4')?.ip).toBe('81.2.69.143');
    expect(events.of('nat/external').map(({ source }) => source)).toEqual(['stun', 'stun']);
  });

  test('forgets the address when the server has been silent for long', async () => {
    let silent = false;
    const oracle = {
      ask: () =>
        silent ? Promise.reject(new NatError('no-answer', 'It is silent')) : Promise.resolve(OUTER_IP),
    };
    const server = { ip: '127.0.0.1', port: 3478 };
    const made = await started({ method: { kind: 'stun', server }, finder: undefined, oracle });
    silent = true;
    await made.clock.advance(5 * MINUTE);
    expect(made.service.status()).toMatchObject({ state: 'known', failure: 'It is silent.' });
    await made.clock.advance(30 * MINUTE);
    expect(made.service.status().state).toBe('failed');
    expect(made.service.external('ipv4')).toBeUndefined();
  });
});

test.each([
  ['none', 'off', { kind: 'none' }],
  ['extip:81.2.69.142', 'known', { kind: 'extip', ip: OUTER_IP }],
] as const)('with %s nothing is asked', async (method, state, parsed) => {
  const { service, gateway } = await started({ method: parsed });
  expect(service.status()).toMatchObject({ method, state });
  expect(gateway.asked).toEqual([]);
});
