import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { SocketAddress } from '../../src-main/base/network.ts';

/** Listens, prints its port, and never accepts a connection, because its only thread sleeps. */
const PROGRAM = `
const server = require('node:net').createServer();
server.listen({ host: '127.0.0.1', port: 0, backlog: 1 }, () => {
  require('node:fs').writeSync(1, String(server.address().port) + '\\n');
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
});`;

/** Enough to fill a backlog of one on every system; some round it up. */
const FILLERS = 8;

/** A listener whose backlog is full: the system does not answer further SYNs. */
export async function listenerWithFullBacklog(): Promise<{
  readonly at: SocketAddress;
  close(): Promise<void>;
}> {
  const child = spawn(process.execPath, ['-e', PROGRAM], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const at = { ip: '127.0.0.1', port: Number(line.toString()) };
  const fillers = Array.from({ length: FILLERS }, (): Socket => {
    return connect(at.port, at.ip).on('error', () => undefined);
  });
  // The system accepts the first one; the others fill the backlog.
  await once(fillers[0]!, 'connect');
  return {
    at,
    async close() {
      for (const filler of fillers) filler.destroy();
      child.kill('SIGKILL');
      await once(child, 'close');
    },
  };
}
