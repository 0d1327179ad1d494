import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, onTestFinished, test } from 'vitest';
import { RECEIVE_BUFFER_BYTES, UdpSocket } from '../../../../src-main/discovery/socket/udp-socket.ts';
import { NetworkError } from '../../../../src-main/base/errors.ts';
import type { DatagramTransport, SocketAddress } from '../../../../src-main/base/network.ts';
import type { Logger } from '../../../../src-main/base/runtime.ts';
import { systemDatagramTransport } from '../../../../src-main/base/udp.ts';
import { silentLogger } from '../../../support/silent-logger.ts';

const AT: SocketAddress = { ip: '127.0.0.1', port: 0 };

async function open(
  transport: DatagramTransport = systemDatagramTransport,
): Promise<{ socket: UdpSocket; received: () => Promise<string> }> {
  const socket = new UdpSocket({ transport, addresses: [AT], logger: silentLogger });
  await socket.open();
  onTestFinished(() => socket.close());
  const received = (): Promise<string> =>
    new Promise((resolve) => {
      socket.onDatagram((datagram) => {
        resolve(new TextDecoder().decode(datagram));
      });
    });
  return { socket, received };
}

async function sendText(text: string, to: SocketAddress): Promise<void> {
  const other = await systemDatagramTransport.bind(AT);
  onTestFinished(() => other.close());
  other.send(new TextEncoder().encode(text), to);
}

describe('the receive buffer', () => {
  const LINUX_LIMIT = '/proc/sys/net/core/rmem_max';

  test('is as large as the system allows, up to 4 MiB', async () => {
    const { socket } = await open();
    const { bytes: size, requested } = socket.receiveBuffer('ipv4')!;
    expect(requested).toBe(RECEIVE_BUFFER_BYTES);
    const limit = existsSync(LINUX_LIMIT) ? Number(readFileSync(LINUX_LIMIT, 'utf8')) : undefined;
    expect(size).toBe(limit === undefined ? size : Math.min(RECEIVE_BUFFER_BYTES, limit));
    expect(size).toBeGreaterThanOrEqual(64 * 1024);
  });

  test.each([
    [RECEIVE_BUFFER_BYTES, 'debug'],
    [212_992, 'info'],
  ])('of %d bytes is logged at level %s', async (receiveBuffer, level) => {
    const requested: unknown[] = [];
    const lines: unknown[] = [];
    const logger: Logger = {
      ...silentLogger,
      debug: (_message, fields) => lines.push(['debug', fields?.['bytes']]),
      info: (_message, fields) => lines.push(['info', fields?.['bytes']]),
    };
    const transport: DatagramTransport = {
      bind: async (at, wanted) => {
        requested.push(wanted);
        const socket = await systemDatagramTransport.bind(at);
        return Object.assign(Object.create(socket) as typeof socket, {
          receiveBuffer,
          family: socket.family,
          local: socket.local,
          onDatagram: () => () => undefined,
          close: () => socket.close(),
        });
      },
    };
    const socket = new UdpSocket({ transport, addresses: [AT], logger });
    await socket.open();
    onTestFinished(() => socket.close());
    expect([requested, lines]).toEqual([[RECEIVE_BUFFER_BYTES], [[level, receiveBuffer]]]);
  });
});

describe('reopened sockets', () => {
  test('keep their port and their listener', async () => {
    const { socket, received } = await open();
    const before = socket.local('ipv4')!;
    const message = received();
    await socket.reopen();
    expect(socket.local('ipv4')).toEqual(before);
    await sendText('after reopen', before);
    expect(await message).toBe('after reopen');
  });

  test('count the bytes of both directions on', async () => {
    const { socket, received } = await open();
    const message = received();
    await socket.reopen();
    await sendText('received', socket.local('ipv4')!);
    await message;
    expect(socket.send(new Uint8Array(3), { ip: '127.0.0.1', port: 9 })).toBe(true);
    expect(socket.send(new Uint8Array(3), { ip: '::1', port: 9 })).toBe(false);
    expect(socket.bytes).toEqual({ in: 8, out: 3 });
  });

  test('keep their port while their address is not available', async () => {
    let unavailable = false;
    const { socket } = await open({
      bind: (at) =>
        unavailable
          ? Promise.reject(new NetworkError('address-not-available', 'no such address'))
          : systemDatagramTransport.bind(at),
    });
    const before = socket.local('ipv4');
    unavailable = true;
    for (let tries = 0; tries < 2; tries++)
      await expect(socket.reopen()).rejects.toMatchObject({ code: 'address-not-available' });
    expect(socket.local('ipv4')).toBeUndefined();
    unavailable = false;
    await socket.reopen();
    expect(socket.local('ipv4')).toEqual(before);
  });
});
