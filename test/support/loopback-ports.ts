import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';

const given = new Set<number>();

const tcpIsFree = (port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        resolve(typeof address === 'object' && address !== null ? address.port : 0);
      });
    });
  });

const udpIsFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = createSocket('udp4');
    socket.once('error', () => {
      resolve(false);
    });
    socket.bind(port, '127.0.0.1', () => {
      socket.close(() => {
        resolve(true);
      });
    });
  });

/** A port that is free on 127.0.0.1 for TCP and UDP, and that this process has not returned before. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const port = await tcpIsFree(0);
    if (given.has(port) || !(await udpIsFree(port))) continue;
    given.add(port);
    return port;
  }
  throw new Error('no port is free on loopback');
}
