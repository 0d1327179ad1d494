import { describe, expect, onTestFinished, test } from 'vitest';
import { Recovery } from '../../../src-main/app/network-recovery.ts';
import { NetworkError } from '../../../src-main/base/errors.ts';
import { EventBus } from '../../../src-main/events/event-bus.ts';
import type { NodeEvent } from '../../../src-main/events/events.ts';
import { DEFAULT_SETTINGS, type NodeSettings } from '../../../shared/settings-table.ts';
import { ShiftedClock } from '../../support/shifted-clock.ts';
import { silentLogger } from '../../support/silent-logger.ts';

interface Setup {
  readonly clock: ShiftedClock;
  readonly events: EventBus;
  readonly facts: NodeEvent[];
  /** Calls to the parts, in order. */
  readonly done: string[];
  addresses: string[];
  /** How many times sockets cannot be opened. */
  unavailable: number;
  /** How many times listening fails. */
  listenFailures: number;
}

async function start(settings: Partial<NodeSettings> = {}): Promise<Setup> {
  const clock = new ShiftedClock();
  const events = new EventBus(clock, silentLogger);
  const setup: Setup = {
    clock,
    events,
    facts: [],
    done: [],
    addresses: ['192.168.1.20'],
    unavailable: 0,
    listenFailures: 0,
  };
  events.subscribe((event) => setup.facts.push(event));
  const note = (what: string) => (): void => {
    setup.done.push(what);
  };
  const parts = {
    clock,
    events,
    logger: silentLogger,
    settings: { current: () => ({ ...DEFAULT_SETTINGS, ...settings }) },
    discovery: {
      reopen: () => {
        note('reopen')();
        return setup.unavailable-- > 0
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
        return setup.listenFailures-- > 0
          ? Promise.reject(new NetworkError('address-not-available', 'no such address'))
          : Promise.resolve();
      },
    },
    externalAddress: {
      renew: (isElsewhere: boolean) => setup.done.push(isElsewhere ? 'renew elsewhere' : 'renew'),
    },
    addresses: () => setup.addresses,
  };
  const recovery = new Recovery(parts);
  await recovery.start();
  onTestFinished(async () => {
    await recovery.stop();
    await clock.settle();
    expect(clock.pendingTimers, 'timers that outlive the recovery').toBe(0);
  });
  return setup;
}

describe('after a sleep', () => {
  test('renews sockets, mapping and record, dials and table, in this order', async () => {
    const { clock, done, facts } = await start();
    clock.sleep(1_800_000, false);
    await clock.advance(3_000);
    expect(facts).toEqual([{ type: 'node/woke', sleptMs: 1_800_000 }]);
    expect(done).toEqual(['reopen', 'renew', 'resume', 'search']);
  });

  test('tries again to open sockets that failed', async () => {
    const setup = await start();
    setup.unavailable = 2;
    setup.clock.sleep(60_000, false);
    await setup.clock.advance(4_000);
    expect(setup.done).toEqual(['reopen']);
    await setup.clock.advance(10_000);
    expect(setup.done).toEqual(['reopen', 'reopen', 'reopen', 'renew', 'resume', 'search']);
  });
});

describe('in another network', () => {
  test('forgets the external address, and keeps sockets on all addresses', async () => {
    const setup = await start();
    setup.addresses = ['10.0.0.7'];
    await setup.clock.advance(3_000);
    expect(setup.facts).toEqual([{ type: 'node/network-changed', addresses: ['10.0.0.7'] }]);
    expect(setup.done).toEqual(['renew elsewhere', 'resume', 'search']);
  });

  test('reopens sockets on one address', async () => {
    const setup = await start({ addresses: ['192.168.1.20'] });
    setup.addresses = [];
    await setup.clock.advance(3_000);
    expect(setup.done).toEqual(['reopen', 'listen', 'renew elsewhere', 'resume', 'search']);
  });

  test('tries again to listen until the address is back, and keeps open sockets', async () => {
    const setup = await start({ addresses: ['192.168.1.20'], discoveryAddresses: ['0.0.0.0'] });
    setup.listenFailures = 1;
    setup.addresses = [];
    await setup.clock.advance(4_000);
    expect(setup.done).toEqual(['reopen', 'listen']);
    await setup.clock.advance(5_000);
    expect(setup.done).toEqual(['reopen', 'listen', 'listen', 'renew elsewhere', 'resume', 'search']);
  });
});
