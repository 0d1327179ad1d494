import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';

/**
 * Ports that no system gives to outgoing connections or to sockets at port 0 (Linux: from 32768), so that a node that is
 * stopped and started again finds its port free. The fixed ports of the demo are above them.
 */
const LOWEST = 20_000;
const HIGHEST = 31_000;

const given = new Set<number>();

const tcpIsFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => {
      resolve(false);
    });
    server.listen(port, '127.0.0.1', () => {
      server.close(() => {
        resolve(true);
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
    const port = randomInt(LOWEST, HIGHEST);
    if (given.has(port) || !(await tcpIsFree(port)) || !(await udpIsFree(port))) continue;
    given.add(port);
    return port;
  }
  throw new Error('no port is free on loopback');
}
