import { NETWORKS } from '../../src-main/chain/networks.ts';
import { createGenesisChain } from '../../src-main/eth/genesis-chain.ts';
import { createEthProtocols } from '../../src-main/eth/session.ts';
import type { Logger } from '../../src-main/leaf/runtime.ts';
import { publicKeyOf } from '../../src-main/leaf/secp256k1.ts';
import { systemClock } from '../../src-main/leaf/system-runtime.ts';
import { createHello, exchangeHello } from '../../src-main/p2p/hello.ts';
import { startSession, type PeerSession } from '../../src-main/p2p/peer-session.ts';
import { Link } from './link.ts';

/** Sessions that are open at once, each with both its ends in this process. */
const SESSIONS = 1_000;

const silent: Logger = { debug() {}, info() {}, warn() {}, error() {}, child: () => silent };

/** Memory of one end of an idle session, in bytes, and how many sessions were open. */
export interface IdleMemory {
  readonly sessions: number;
  readonly bytesPerEnd: number;
}

function memory(): number {
  globalThis.gc?.();
  return process.memoryUsage().rss;
}

/** Opens many sessions past their Status and weighs the process before and after. Needs node --expose-gc. */
export async function weighIdleSessions(): Promise<IdleMemory> {
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
  const before = memory();
  while (ends.length < 2 * SESSIONS + 2) ends.push(...(await open()));
  const after = memory();
  await Promise.all(ends.map((end) => end.disconnect('client-quitting')));
  await link.close();
  return { sessions: SESSIONS, bytesPerEnd: (after - before) / (2 * SESSIONS) };
}
