import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterEach, describe, expect, it } from 'vitest';
import { NetworkError } from '../../../src-main/base/errors.ts';
import type {
  ByteStream,
  DatagramSocket,
  SocketAddress,
  StreamServer,
} from '../../../src-main/base/network.ts';
import { systemStreamDialer, systemStreamListener } from '../../../src-main/base/tcp.ts';
import { systemDatagramTransport } from '../../../src-main/base/udp.ts';

const owned: { close?: () => Promise<void>; destroy?: () => void }[] = [];
const own = <T extends { close?: () => Promise<void>; destroy?: () => void }>(thing: T): T => {
  owned.push(thing);
  return thing;
};

afterEach(async () => {
  for (const thing of owned.splice(0)) {
    thing.destroy?.();
    await thing.close?.();
  }
});

const hasIpv6 = Object.values(networkInterfaces()).some((list) =>
  list?.some(({ address }) => address === '::1'),
);
const loopbacks = hasIpv6 ? ['127.0.0.1', '::1'] : ['127.0.0.1'];

async function refusal(promise: Promise<unknown>): Promise<NetworkError> {
  const error: unknown = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(NetworkError);
  return error as NetworkError;
}

function nextDatagram(socket: DatagramSocket): Promise<[Uint8Array, SocketAddress]> {
  return new Promise((resolve) => {
    const stop = socket.onDatagram((datagram, from) => {
      stop();
      resolve([datagram, from]);
    });
  });
}

async function bind(ip: string, port = 0): Promise<DatagramSocket> {
  return own(await systemDatagramTransport.bind({ ip, port }));
}

async function connected(
  ip = '127.0.0.1',
): Promise<{ ours: ByteStream; theirs: ByteStream; server: StreamServer }> {
  let accept: (stream: ByteStream) => void = () => undefined;
  const accepted = new Promise<ByteStream>((resolve) => (accept = resolve));
  const server = own(
    await systemStreamListener.listen({ ip, port: 0 }, (stream) => {
      accept(stream);
    }),
  );
  const ours = own(await systemStreamDialer.dial(server.local, { timeoutMs: 5000 }));
  return { ours, theirs: own(await accepted), server };
}

const closed = (stream: ByteStream): Promise<Error | undefined> =>
  new Promise((resolve) => {
    stream.onClose(resolve);
  });

function collected(stream: ByteStream, length: number): Promise<Uint8Array> {
  return new Promise((resolve) => {
    const chunks: Uint8Array[] = [];
    let size = 0;
    stream.onData((chunk) => {
      chunks.push(chunk);
      size += chunk.length;
      if (size >= length) resolve(Uint8Array.from(Buffer.concat(chunks)));
    });
  });
}

describe.each(loopbacks)('A UDP socket on %s', (ip) => {
  it('delivers datagrams with the address of their sender', async () => {
    const [a, b] = [await bind(ip), await bind(ip)];
    const arrival = nextDatagram(b);
    a.send(Uint8Array.of(1, 2, 3), b.local);
    const [datagram, from] = await arrival;
    expect(datagram).toEqual(Uint8Array.of(1, 2, 3));
    expect(datagram.constructor).toBe(Uint8Array);
    expect(from).toEqual(a.local);
    expect(a.family).toBe(ip.includes(':') ? 'ipv6' : 'ipv4');
  });

  it('reports that its port is in use', async () => {
    const first = await bind(ip);
    expect((await refusal(bind(ip, first.local.port))).code).toBe('address-in-use');
  });
});

describe('A UDP socket', () => {
  it('drops datagrams that cannot be sent, and continues', async () => {
    const [a, b] = [await bind('127.0.0.1'), await bind('127.0.0.1')];
    for (const to of [
      { ip: '127.0.0.1', port: 0 },
      { ip: '127.0.0.1', port: 70_000 },
      { ip: '127.0.0.1', port: -1 },
      { ip: '::1', port: 5 },
      { ip: 'localhost', port: 5 },
      { ip: '', port: 5 },
    ]) {
      a.send(Uint8Array.of(1), to);
    }
    a.send(new Uint8Array(100_000), b.local);
    const arrival = nextDatagram(b);
    a.send(Uint8Array.of(9), b.local);
    expect((await arrival)[0]).toEqual(Uint8Array.of(9));
  });

  it('sends nothing after it closed, and may be closed twice', async () => {
    const a = await bind('127.0.0.1');
    await Promise.all([a.close(), a.close()]);
    a.send(Uint8Array.of(1), { ip: '127.0.0.1', port: 9 });
    await (await bind('127.0.0.1', a.local.port)).close();
  });

  it('reports that this machine does not have the address', async () => {
    expect((await refusal(bind('192.0.2.1'))).code).toBe('address-not-available');
  });
});

describe.each(loopbacks)('A TCP connection on %s', (ip) => {
  it('transfers bytes in both directions and closes in order', async () => {
    const { ours, theirs } = await connected(ip);
    expect(theirs.remote).toEqual(ours.local);
    expect(ours.remote).toEqual(theirs.local);
    const arrival = collected(theirs, 3);
    ours.write(Uint8Array.of(1, 2, 3));
    expect(await arrival).toEqual(Uint8Array.of(1, 2, 3));
    const back = collected(ours, 2);
    const ends = [closed(ours), closed(theirs)];
    theirs.write(Uint8Array.of(4, 5));
    theirs.end();
    expect(await back).toEqual(Uint8Array.of(4, 5));
    expect(await Promise.all(ends)).toEqual([undefined, undefined]);
  });
});

describe('A TCP connection', () => {
  it('applies backpressure to the writer, and drains', async () => {
    const { ours, theirs } = await connected();
    const length = 8 * 1024 * 1024;
    expect(ours.write(new Uint8Array(length).fill(7))).toBe(false);
    expect(ours.queued).toBeGreaterThan(0);
    const arrival = collected(theirs, length);
    await ours.drained();
    expect(ours.queued).toBe(0);
    expect((await arrival).every((byte) => byte === 7)).toBe(true);
    await ours.drained();
  });

  it('keeps bytes while it has no consumer or is paused', async () => {
    const { ours, theirs } = await connected();
    ours.write(Uint8Array.of(1));
    const first = await collected(theirs, 1);
    theirs.pause();
    let seen = false;
    theirs.onData(() => (seen = true));
    theirs.pause();
    ours.write(Uint8Array.of(2));
    await ours.drained();
    expect([first, seen]).toEqual([Uint8Array.of(1), false]);
    const second = collected(theirs, 1);
    theirs.resume();
    expect(await second).toEqual(Uint8Array.of(2));
  });

  it('closes on both sides when it is destroyed, with the error on the local side', async () => {
    const { ours, theirs } = await connected();
    theirs.onData(() => undefined);
    const reason = new Error('enough');
    const ends = [closed(ours), closed(theirs)];
    ours.destroy(reason);
    ours.destroy();
    expect((await Promise.all(ends))[0]).toBe(reason);
    expect(await closed(ours)).toBe(reason);
    expect(ours.write(Uint8Array.of(1))).toBe(true);
    await ours.drained();
  });

  it('drains when it closes', async () => {
    const { ours } = await connected();
    ours.write(new Uint8Array(16 * 1024 * 1024));
    const drained = ours.drained();
    ours.destroy();
    await drained;
  });

  it('does not call a close listener that was removed', async () => {
    const { ours, theirs } = await connected();
    let called = false;
    ours.onClose(() => (called = true))();
    const end = closed(ours);
    theirs.destroy();
    await end;
    expect(called).toBe(false);
  });
});

describe('Dialing', () => {
  it('reports a refused connection', async () => {
    const { server } = await connected();
    await server.close();
    expect(await refusal(systemStreamDialer.dial(server.local, { timeoutMs: 5000 }))).toMatchObject({
      code: 'connection-refused',
      message: `Cannot connect to 127.0.0.1:${String(server.local.port)}: connection refused`,
    });
  });

  it('stops when it is cancelled, before it starts or while it runs', async () => {
    const { server } = await connected();
    const signal = AbortSignal.abort();
    expect((await refusal(systemStreamDialer.dial(server.local, { timeoutMs: 5000, signal }))).code).toBe(
      'aborted',
    );
    const controller = new AbortController();
    const dialing = refusal(
      systemStreamDialer.dial(server.local, { timeoutMs: 5000, signal: controller.signal }),
    );
    controller.abort();
    expect((await dialing).code).toBe('aborted');
  });

  it.each([
    { ip: 'localhost', port: 5 },
    { ip: '127.0.0.1', port: 0 },
    { ip: '127.0.0.1', port: 65_536 },
  ])('refuses $ip:$port without a connection attempt', async (to) => {
    expect((await refusal(systemStreamDialer.dial(to, { timeoutMs: 5000 }))).code).toBe('unreachable');
  });
});

describe('A TCP listener', () => {
  it('reports that its port is in use', async () => {
    const { server } = await connected();
    const again = systemStreamListener.listen(server.local, () => undefined);
    expect((await refusal(again)).code).toBe('address-in-use');
  });

  it('closes immediately although connections are open, and releases its port', async () => {
    const { server, ours, theirs } = await connected();
    await Promise.all([server.close(), server.close()]);
    const again = own(await systemStreamListener.listen(server.local, () => undefined));
    expect(again.local).toEqual(server.local);
    const arrival = collected(theirs, 1);
    ours.write(Uint8Array.of(5));
    expect(await arrival).toEqual(Uint8Array.of(5));
  });

  it('stays open after a connection that is reset immediately', async () => {
    const { server } = await connected();
    const socket = connect(server.local.port, '127.0.0.1');
    await new Promise<void>((resolve) => socket.once('connect', resolve));
    socket.resetAndDestroy();
    own(await systemStreamDialer.dial(server.local, { timeoutMs: 5000 }));
  });
});
