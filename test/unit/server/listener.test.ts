import { beforeEach, describe, expect, it } from 'vitest';
import { NetworkError } from '../../../src-main/base/errors.ts';
import type { SocketAddress } from '../../../src-main/base/network.ts';
import { InboundListener } from '../../../src-main/server/listener.ts';
import { silentLogger } from '../../support/silent-logger.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

/** Addresses that are open now. */
let open: SocketAddress[];
let absent: boolean;
let drawn: number;
let listener: InboundListener;

beforeEach(() => {
  open = [];
  absent = false;
  drawn = 40_000;
  listener = new InboundListener({
    at: [{ ip: '192.0.2.1', port: 0 }],
    transport: {
      listen: ({ ip, port }) => {
        if (absent) return Promise.reject(new NetworkError('address-not-available', 'absent'));
        const local = { ip, port: port === 0 ? drawn++ : port };
        open.push(local);
        const close = (): Promise<void> => {
          open = open.filter((other) => other !== local);
          return Promise.resolve();
        };
        return Promise.resolve({ local, close });
      },
    },
    clock: new VirtualClock(),
    events: { emit: () => undefined },
    logger: silentLogger,
    maxPending: () => 50,
    guard: { isAllowedAddress: () => true, banOfAddress: () => undefined },
    acceptRates: undefined,
    accept: () => Promise.resolve(undefined),
  });
});

describe('the listener', () => {
  it('opens again at the same port', async () => {
    await listener.start();
    await listener.reopen();
    expect(open).toEqual([{ ip: '192.0.2.1', port: 40_000 }]);
    expect(listener.addresses).toEqual(open);
  });

  it('has no open socket while its address is missing, and uses the same port later', async () => {
    await listener.start();
    absent = true;
    await expect(listener.reopen()).rejects.toMatchObject({ code: 'address-not-available' });
    expect(listener.addresses).toEqual([]);
    expect(open).toEqual([]);
    absent = false;
    await listener.reopen();
    expect(listener.addresses).toEqual([{ ip: '192.0.2.1', port: 40_000 }]);
  });

  it('does not open again after a stop', async () => {
    await listener.start();
    await listener.stop();
    await listener.reopen();
    expect(open).toEqual([]);
  });
});
