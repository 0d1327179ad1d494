import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SocketAddress } from '../../../src-main/base/network.ts';
import { Geth } from '../../support/geth.ts';
import { Headless } from '../../support/headless.ts';
import type { NodeProcess } from '../../support/node-process.ts';

/** Clock ticks a second in which Linux counts processor time (sysconf(_SC_CLK_TCK)). */
const TICKS = 100;

/** A node as a separate process on loopback that is flooded. */
export interface FloodTarget {
  readonly address: SocketAddress;
  /** Processor seconds of the process with all threads since its start. */
  cpuSeconds(): number;
  /** Has the node look others up until the promise that it returns is awaited; undefined where it does so by itself. */
  lookUp(): Promise<void>;
  /** FINDNODE requests sent and answers accepted since the start; undefined if the node does not report them. */
  questions(): Promise<{ readonly asked: number; readonly answered: number } | undefined>;
  stop(): Promise<void>;
}

/** Fields of /proc/PID/stat after the program name: utime and stime are the 14th and 15th of all fields. */
function cpuSecondsOf(pid: number): number {
  const stat = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}

function common(node: NodeProcess, port: number): Pick<FloodTarget, 'address' | 'cpuSeconds' | 'stop'> {
  return {
    address: { ip: '127.0.0.1', port },
    cpuSeconds: () => cpuSecondsOf(node.child.pid),
    stop: async () => {
      await node.stop();
    },
  };
}

/** Our node; needs `npm run build`. */
export async function openOursTarget(bootnodes: readonly string[]): Promise<FloodTarget> {
  const flags = ['--bootnodes', bootnodes.join(','), '--discovery.v5', 'false', '--verbosity', 'warn'];
  const node = await Headless.start({ flags });
  return {
    ...common(node, node.info.ports.discovery),
    lookUp: async () => {
      await node.request('discovery.lookup', { protocol: 'v4', target: null });
    },
    questions: async () => {
      const { packets } = await node.snapshot('discovery', { protocol: 'v4' });
      const count = (name: string): { in: number; out: number } =>
        packets.find(({ packet }) => packet === name) ?? { in: 0, out: 0 };
      return { asked: count('findnode').out, answered: count('neighbors').in };
    },
  };
}

/** go-ethereum 1.17.8 on the testchain, so that it syncs with no node. */
export async function openGethTarget(root: string, bootnodes: readonly string[]): Promise<FloodTarget> {
  const node = await Geth.start({
    version: 'geth72',
    genesisFile: join(root, 'test', 'vectors', 'testchain', 'genesis.json'),
    chain: false,
    discovery: { bootnodes, protocol: 'v4' },
  });
  return {
    ...common(node, node.info.ports.discovery),
    lookUp: () => Promise.resolve(),
    questions: () => Promise.resolve(undefined),
  };
}
