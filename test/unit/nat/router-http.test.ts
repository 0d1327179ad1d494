import { createServer, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { systemStreamDialer } from '../../../src-main/base/tcp.ts';
import { createRouterHttp, type RouterAnswer } from '../../../src-main/nat/router-http.ts';

const http = createRouterHttp(systemStreamDialer);

/** A server on loopback that calls `serve` with each complete request. */
async function serverFor(serve: (request: string, socket: Socket) => void): Promise<URL> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    let request = '';
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => {
      request += bytes.toString('latin1');
      const length = Number(/content-length: (\d+)/i.exec(request)?.[1] ?? 0);
      const end = request.indexOf('\r\n\r\n');
      if (end >= 0 && request.length >= end + 4 + length) serve(request, socket);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return new URL(`http://127.0.0.1:${String((server.address() as { port: number }).port)}/a?b=c`);
}

const ask = (url: URL, signal = new AbortController().signal): Promise<RouterAnswer> =>
  http.request(url, { method: 'GET', maxBytes: 1_000, signal });

test('a request has the path, the host, its headers and its body', async () => {
  let received = '';
  const url = await serverFor((request, socket) => {
    received = request;
    socket.end('HTTP/1.1 200\n\n');
  });
  const signal = new AbortController().signal;
  const headers = { SOAPAction: '"x#Y"' };
  await http.request(url, { method: 'POST', headers, body: '<ä/>', maxBytes: 1_000, signal });
  expect(received.split('\r\n')).toEqual([
    'POST /a?b=c HTTP/1.1',
    `Host: ${url.host}`,
    'User-Agent: Enodeck UPnP/1.1',
    'Connection: close',
    'SOAPAction: "x#Y"',
    'Content-Length: 5',
    '',
    Buffer.from('<ä/>').toString('latin1'),
  ]);
});

test('a complete response is returned although the router keeps the connection open', async () => {
  const url = await serverFor((_request, socket) => {
    socket.write('HTTP/1.1 200 OK\nContent-Length : 2\n\nok');
  });
  expect(await ask(url)).toEqual({ status: 200, body: 'ok' });
});

test('a response may end with the connection, but not within its headers', async () => {
  const url = await serverFor((request, socket) => {
    socket.end(request.startsWith('GET /all') ? 'HTTP/1.1 200 OK\r\n\r\nok' : 'HTTP/1.1 200 OK\r\nX');
  });
  expect(await ask(new URL('/all', url))).toEqual({ status: 200, body: 'ok' });
  await expect(ask(url)).rejects.toMatchObject({ code: 'cut-off' });
});

test.each([
  ['utf-16le', Buffer.from('\uFEFF<a/>', 'utf16le')],
  ['utf-16be', Buffer.from('\uFEFF<a/>', 'utf16le').swap16()],
  ['utf-8 with a mark', Buffer.from('\uFEFF<a/>')],
])('a body in %s is decoded', async (_what, body) => {
  const url = await serverFor((_request, socket) => {
    socket.write('HTTP/1.1 200 OK\r\n\r\n');
    socket.end(body);
  });
  expect((await ask(url)).body).toBe('<a/>');
});

test('a request that is cancelled, before it starts or while it runs, ends immediately', async () => {
  const limit = new AbortController();
  const url = await serverFor(() => {
    limit.abort();
  });
  await expect(ask(url, limit.signal)).rejects.toMatchObject({ code: 'aborted' });
  await expect(ask(url, limit.signal)).rejects.toMatchObject({ code: 'aborted' });
});

test('a URL with another protocol or a host name is refused', async () => {
  await expect(ask(new URL('https://127.0.0.1/'))).rejects.toMatchObject({ code: 'unreachable' });
  await expect(ask(new URL('http://localhost/'))).rejects.toMatchObject({ code: 'unreachable' });
});
