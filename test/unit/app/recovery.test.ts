import { describe, expect, onTestFinished, test } from 'vitest';
import { Recovery } from '../../../src-main/app/network-recovery.ts';
import { NetworkError } from '../../../src-main/base/errors.ts';
import { EventBus } from '../../../src-main/events/event-bus.ts';
import type { NodeEvent } from '../../../src-main/events/events.ts';
import { DEFAULT_SETTINGS, type NodeSettings } from '../../../shared/settings-table.ts';
import { ShiftedClock } from '../../support/shifted-clock.ts';
import { silentLogger } from '../../support/silent-logger.ts';

interface World {
  readonly clock: ShiftedClock;
  readonly events: EventBus;
  readonly facts: NodeEvent[];
  /** What was done to the parts, in order. */
  readonly done: string[];
  addresses: string[];
  /** How often sockets cannot be opened. */
  unavailable: number;
  /** How often nobody can be listened to. */
  deaf: number;
}

async function start(settings: Partial<NodeSettings> = {}): Promise<World> {
  const clock = new ShiftedClock();
  const events = new EventBus(clock, silentLogger);
  const world: World = {
    clock,
    events,
    facts: [],
    done: [],
    addresses: ['192.168.1.20'],
    unavailable: 0,
    deaf: 0,
  };
  events.subscribe((event) => world.facts.push(event));
  const note = (what: string) => (): void => {
    world.done.push(what);
  };
  const parts = {
    clock,
    events,
    logger: silentLogger,
    settings: { current: () => ({ ...DEFAULT_SETTINGS, ...settings }) },
    discovery: {
      reopen: () => {
        note('reopen')();
        return world.unavailable-- > 0
          ? Promise.reject(new NetworkError('address-not-available', 'no such address'))
          : Promise.resolve();
      },
      refresh: () => {
        note('search')();
        return Promise.resolve();
      },
    },
    server: {
      resume: note('resume'),
      reopen: () => {
        note('listen')();
        return world.deaf-- > 0
          ? Promise.reject(new NetworkError('address-not-available', 'no such address'))
          : Promise.resolve();
      },
    },
    externalAddress: {
      renew: (isElsewhere: boolean) => world.done.push(isElsewhere ? 'renew elsewhere' : 'renew'),
    },
    addresses: () => world.addresses,
  };
  const recovery = new Recovery(parts);
  await recovery.start();
  onTestFinished(async () => {
    await recovery.stop();
    await clock.settle();
    expect(clock.pendingTimers, 'timers that outlive the recovery').toBe(0);
  });
  return world;
}

describe('after a sleep', () => {
  test('sockets, mapping and record, dials and table are renewed, in this order', async () => {
    const { clock, done, facts } = await start();
    clock.sleep(1_800_000, false);
    await clock.advance(3_000);
    expect(facts).toEqual([{ type: 'node/woke', sleptMs: 1_800_000 }]);
    expect(done).toEqual(['reopen', 'renew', 'resume', 'search']);
  });

  test('sockets that cannot be opened yet are tried again', async () => {
    const world = await start();
    world.unavailable = 2;
    world.clock.sleep(60_000, false);
    await world.clock.advance(4_000);
    expect(world.done).toEqual(['reopen']);
    await world.clock.advance(10_000);
    expect(world.done).toEqual(['reopen', 'reopen', 'reopen', 'renew', 'resume', 'search']);
  });
});

describe('in another network', () => {
  test('what is known of our address is forgotten; sockets on all addresses stay', async () => {
    const world = await start();
    world.addresses = ['10.0.0.7'];
    await world.clock.advance(3_000);
    expect(world.facts).toEqual([{ type: 'node/network-changed', addresses: ['10.0.0.7'] }]);
    expect(world.done).toEqual(['renew elsewhere', 'resume', 'search']);
  });

  test('sockets on one address are opened anew', async () => {
    const world = await start({ addresses: ['192.168.1.20'] });
    world.addresses = [];
    await world.clock.advance(3_000);
    expect(world.done).toEqual(['reopen', 'listen', 'renew elsewhere', 'resume', 'search']);
  });

  test('listening is tried again until the address is back, without touching what is open', async () => {
    const world = await start({ addresses: ['192.168.1.20'], discoveryAddresses: ['0.0.0.0'] });
    world.deaf = 1;
    world.addresses = [];
    await world.clock.advance(4_000);
    expect(world.done).toEqual(['reopen', 'listen']);
    await world.clock.advance(5_000);
    expect(world.done).toEqual(['reopen', 'listen', 'listen', 'renew elsewhere', 'resume', 'search']);
  });
});
