import { describe, expect, it } from 'vitest';
import { findFreePort, isPortFree, type PortTransports } from '../../../src-main/app/free-port.ts';
import type { NetworkErrorCode } from '../../../src-main/base/errors.ts';
import type { SocketAddress } from '../../../src-main/base/network.ts';
import { networkError } from '../../../src-main/base/socket-errors.ts';

const SETTINGS = {
  addresses: ['0.0.0.0', '::'],
  discoveryAddresses: null,
  port: 30_303,
  discoveryPort: null,
};

/** Transports whose results `fault` decides; nothing is opened. */
class FakeTransports implements PortTransports {
  /** Number of open sockets. */
  open = 0;
  readonly tried: string[] = [];
  readonly #fault: (protocol: 'tcp' | 'udp', at: SocketAddress) => NetworkErrorCode | undefined;
  readonly datagrams = { bind: (at: SocketAddress) => this.#bind('udp', at) as never };
  readonly streams = { listen: (at: SocketAddress) => this.#bind('tcp', at) as never };

  constructor(fault: (protocol: 'tcp' | 'udp', at: SocketAddress) => NetworkErrorCode | undefined) {
    this.#fault = fault;
  }

  async #bind(protocol: 'tcp' | 'udp', { ip, port }: SocketAddress) {
    await Promise.resolve();
    const local = { ip, port: port === 0 ? 40_000 : port };
    this.tried.push(`${protocol} ${ip} ${String(port)}`);
    const code = this.#fault(protocol, local);
    if (code !== undefined) throw networkError(code, 'listen');
    this.open++;
    return { local, close: () => Promise.resolve(this.open--) };
  }
}

describe('a free port', () => {
  it('is the next port that is free for TCP and UDP at every address', async () => {
    const taken = ['tcp 30304 0.0.0.0', 'udp 30305 0.0.0.0', 'udp 30306 ::', 'tcp 30307 ::'];
    const machine = new FakeTransports((protocol, { ip, port }) =>
      taken.includes(`${protocol} ${String(port)} ${ip}`) ? 'address-in-use' : undefined,
    );
    expect(await findFreePort('port', SETTINGS, machine)).toBe(30_308);
    expect(machine.open).toBe(0);
  });

  it('is tested at the addresses of discovery too, and differs from the other configured port', async () => {
    const machine = new FakeTransports(() => undefined);
    const settings = { ...SETTINGS, discoveryAddresses: ['127.0.0.1'], discoveryPort: 30_304 };
    expect(await findFreePort('port', settings, machine)).toBe(30_305);
    expect(machine.tried).toContain('udp 127.0.0.1 30305');
    expect(await findFreePort('discoveryPort', settings, machine)).toBe(30_305);
  });

  it('is found on a machine without IPv6', async () => {
    const machine = new FakeTransports((_, { ip }) => (ip === '::' ? 'address-not-available' : undefined));
    expect(await findFreePort('port', SETTINGS, machine)).toBe(30_304);
  });

  it('is above 1023 when the configured port needs privileges', async () => {
    const machine = new FakeTransports(() => undefined);
    expect(await findFreePort('port', { ...SETTINGS, port: 80 }, machine)).toBe(1_024);
  });

  it('is chosen by the system when the next ports are in use, also at the end of the range', async () => {
    const machine = new FakeTransports((_, { port }) => (port === 40_000 ? undefined : 'address-in-use'));
    expect(await findFreePort('port', SETTINGS, machine)).toBe(40_000);
    expect(await findFreePort('port', { ...SETTINGS, port: 65_535 }, machine)).toBe(40_000);
  });

  it.each(['address-in-use', 'address-not-available', 'permission-denied'] as const)(
    'is undefined when every socket fails with %s',
    async (code) => {
      const machine = new FakeTransports(() => code);
      expect(await findFreePort('port', SETTINGS, machine)).toBeUndefined();
      expect(machine.open).toBe(0);
    },
  );
});

describe('the configured port', () => {
  const isFreeWhere = async (taken: string, settings: Parameters<typeof isPortFree>[0] = SETTINGS) => {
    const machine = new FakeTransports((protocol, { ip, port }) =>
      taken === `${protocol} ${ip} ${String(port)}` ? 'address-in-use' : undefined,
    );
    const isFree = await isPortFree(settings, machine);
    expect(machine.open).toBe(0);
    return isFree;
  };

  it('is free when no address has it, for TCP or for UDP', async () => {
    expect(await isFreeWhere('tcp 0.0.0.0 30304')).toBe(true);
    expect(await isFreeWhere('tcp :: 30303')).toBe(false);
    expect(await isFreeWhere('udp 0.0.0.0 30303')).toBe(false);
  });

  it('is tested at the addresses of discovery too', async () => {
    const settings = { ...SETTINGS, discoveryAddresses: ['127.0.0.1'] };
    expect(await isFreeWhere('udp 127.0.0.1 30303', settings)).toBe(false);
  });
});
