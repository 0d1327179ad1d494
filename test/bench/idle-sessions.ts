import { setTimeout as pause } from 'node:timers/promises';
import { NETWORKS } from '../../src-main/chain/networks.ts';
import { createGenesisChain } from '../../src-main/eth/genesis-chain.ts';
import { createEthProtocols } from '../../src-main/eth/session.ts';
import type { Logger } from '../../src-main/base/runtime.ts';
import { publicKeyOf } from '../../src-main/base/secp256k1.ts';
import { systemClock } from '../../src-main/base/system-runtime.ts';
import { createHello, exchangeHello } from '../../src-main/p2p/hello.ts';
import { startSession, type PeerSession } from '../../src-main/p2p/peer-session.ts';
import { Link } from './link.ts';

/** Sessions that are open at once, each with both its ends in this process. */
const SESSIONS = 1_000;

/** Sessions that are opened before: with them the young generation of V8 grows to its full size, which is no session's memory. */
const WARM = 500;

const silent: Logger = { debug() {}, info() {}, warn() {}, error() {}, child: () => silent };

/** One interval of pings, which is what idle sessions do. */
const CPU_SECONDS = 15;

/** The cost of idle sessions: their number, memory of one end in bytes, and the share of a core for all ends. */
export interface IdleCost {
  readonly sessions: number;
  readonly bytesPerEnd: number;
  /** For both ends of all sessions; 1 is a whole core. */
  readonly coreShare: number;
}

function memory(): number {
  globalThis.gc?.();
  return process.memoryUsage().rss;
}

/** The share of a core that this process uses while it is idle. */
async function restingShare(): Promise<number> {
  const before = process.cpuUsage();
  const start = performance.now();
  await pause(CPU_SECONDS * 1000);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / (performance.now() - start);
}

async function endAll(ends: readonly PeerSession[]): Promise<void> {
  await Promise.all(ends.map((end) => end.disconnect('client-quitting')));
}

/** Opens many sessions up to Status, and measures memory and processor time while they are idle. Needs node --expose-gc. */
export async function weighIdleSessions(): Promise<IdleCost> {
  const link = await Link.open();
  const protocols = createEthProtocols(createGenesisChain(NETWORKS.mainnet, systemClock));
  const options = { clock: systemClock, events: { emit() {} }, logger: silent };
  const hello = (privateKey: Uint8Array): ReturnType<typeof createHello> =>
    createHello({ clientName: 'Enodeck/bench', publicKey: publicKeyOf(privateKey), protocols });
  const [nearHello, farHello] = [hello(link.dialerKey), hello(link.hostKey)];
  const open = async (): Promise<PeerSession[]> => {
    const { near, far } = await link.connect();
    const hellos = await Promise.all([exchangeHello(near, nearHello), exchangeHello(far, farHello)]);
    return hellos.map((connection) => startSession(connection, protocols, options));
  };
  const ends = await open();
  while (ends.length < 2 * WARM) ends.push(...(await open()));
  const before = memory();
  while (ends.length < 2 * (WARM + SESSIONS)) ends.push(...(await open()));
  const after = memory();
  await endAll(ends.splice(0, 2 * WARM));
  const coreShare = await restingShare();
  await endAll(ends);
  await link.close();
  return { sessions: SESSIONS, bytesPerEnd: (after - before) / (2 * SESSIONS), coreShare };
}
