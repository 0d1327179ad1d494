import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { ElectronApplication } from 'playwright-core';
import { generatePrivateKey, publicKeyOf } from '../../../src-main/base/secp256k1.ts';
import { systemClock, systemRandom } from '../../../src-main/base/system-runtime.ts';
import { systemStreamDialer } from '../../../src-main/base/tcp.ts';
import { NETWORKS } from '../../../src-main/chain/networks.ts';
import { createGenesisChain } from '../../../src-main/eth/genesis-chain.ts';
import type { GossipPeer, GossipReceiver, TransactionGossip } from '../../../src-main/eth/gossip.ts';
import { createEthProtocols } from '../../../src-main/eth/session.ts';
import { parseNode } from '../../../src-main/node-record/node-factory.ts';
import type { Node } from '../../../src-main/node-record/node.ts';
import { createHello, exchangeHello } from '../../../src-main/p2p/hello.ts';
import { startSession, type PeerSession } from '../../../src-main/p2p/peer-session.ts';
import { secureOutbound } from '../../../src-main/rlpx/secure.ts';
import { silentLogger } from '../../support/silent-logger.ts';
import { placeFlags } from '../../support/start-flags.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { launch } from './launch.ts';

/** Sessions that are open; the node accepts twice as many peers, of which two thirds may be inbound. */
const QUIET_SESSIONS = 50;
const BUSY_SESSIONS = 500;

/** Each busy session announces this many transactions, once in the interval, milliseconds. */
const ANNOUNCED = 10;
const ANNOUNCE_MS = 500;

/** Time for the start to settle, and the time that is measured, milliseconds: each session sends a ping every 15 s. */
const SETTLE_MS = 10_000;
const MEASURED_MS = 30_000;

/** The share of a core that the main process takes with 50 quiet sessions while its window is hidden. */
export async function weighQuietSessions(
  root: string,
  electron: string,
  flags: readonly string[],
): Promise<number> {
  return await weighSessions(root, electron, flags, { count: QUIET_SESSIONS, announceMs: null });
}

/** The same with 500 sessions that each send two announcements a second, while its window shows the table of peers. */
export async function weighBusySessions(
  root: string,
  electron: string,
  flags: readonly string[],
): Promise<number> {
  return await weighSessions(root, electron, flags, { count: BUSY_SESSIONS, announceMs: ANNOUNCE_MS });
}

async function weighSessions(
  root: string,
  electron: string,
  flags: readonly string[],
  { count, announceMs }: { readonly count: number; readonly announceMs: number | null },
): Promise<number> {
  const folder = await temporaryFolder();
  const place = await placeFlags(join(folder.path, 'data'));
  const limit = ['--maxpeers', String(2 * count)];
  const app = await launch(electron, [root, ...place, ...limit, ...flags], folder.path);
  const sessions: PeerSession[] = [];
  const announcers = new Announcers();
  try {
    const node = parseNode(await enodeOf(app));
    while (sessions.length < count) sessions.push(await openSession(node, announcers));
    if (announceMs === null)
      await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.hide());
    else {
      await showPeers(app);
      announcers.start(announceMs);
    }
    await pause(SETTLE_MS);
    const share = await shareOfCore(app);
    const open = await peerCount(app);
    if (open !== count) throw new Error(`${String(open)} of ${String(count)} sessions are open`);
    return share;
  } finally {
    announcers.stop();
    await Promise.all(sessions.map((session) => session.disconnect('client-quitting')));
    await app.close();
    await folder.remove();
  }
}

/** The share of a core that the main process takes from now on. */
async function shareOfCore(app: ElectronApplication): Promise<number> {
  const before = await processorTime(app);
  const start = performance.now();
  await pause(MEASURED_MS);
  return ((await processorTime(app)) - before) / (performance.now() - start);
}

/** User and system time of the main process, milliseconds. */
async function processorTime(app: ElectronApplication): Promise<number> {
  const { user, system } = await app.evaluate(() => process.cpuUsage());
  return (user + system) / 1_000;
}

/** What the page reads of the status. */
interface Status {
  readonly phase: string;
  readonly identity: { readonly enode: string };
  readonly peers: { readonly total: number };
}

interface Bridge {
  readonly enodeck: {
    subscribe(topic: 'status', params: object, listener: (text: string) => void): () => void;
  };
}

/** The enode URL of the running node. */
async function enodeOf(app: ElectronApplication): Promise<string> {
  const page = await app.firstWindow();
  return await page.evaluate(
    () =>
      new Promise<string>((resolve) => {
        (globalThis as unknown as Bridge).enodeck.subscribe('status', {}, (text) => {
          const { data } = JSON.parse(text) as { readonly data: Status };
          if (data.phase === 'running') resolve(data.identity.enode);
        });
      }),
  );
}

/** The number of sessions; the window is shown for it, because a hidden one gets no status. */
async function peerCount(app: ElectronApplication): Promise<number> {
  const page = await app.firstWindow();
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.show());
  return await page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        (globalThis as unknown as Bridge).enodeck.subscribe('status', {}, (text) => {
          resolve((JSON.parse(text) as { readonly data: Status }).data.peers.total);
        });
      }),
  );
}

/** Shows the table of peers. */
async function showPeers(app: ElectronApplication): Promise<void> {
  const page = await app.firstWindow();
  await page.evaluate(() => {
    location.hash = '#/peers';
  });
  await page.locator('[role="grid"] .grid-row').first().waitFor();
}

/** The node announces nothing, and these peers would ignore it. */
const IGNORES: GossipReceiver = {
  onAnnounced: () => undefined,
  onTransactions: () => undefined,
  onLeft: () => undefined,
};

/** Announces transactions in the name of each session that was opened; their times are spread over the interval. */
class Announcers implements TransactionGossip {
  readonly #peers: GossipPeer[] = [];
  readonly #timers: NodeJS.Timeout[] = [];

  join(peer: GossipPeer): GossipReceiver {
    this.#peers.push(peer);
    return IGNORES;
  }

  start(everyMs: number): void {
    for (const [index, peer] of this.#peers.entries()) {
      const announce = (): void => {
        peer.announce(
          Array.from({ length: ANNOUNCED }, () => ({ hash: systemRandom.bytes(32), type: 2, size: 180 })),
        );
      };
      const begin = (): void => {
        this.#timers.push(setInterval(announce, everyMs));
      };
      this.#timers.push(setTimeout(begin, (index * everyMs) / this.#peers.length));
    }
  }

  stop(): void {
    for (const timer of this.#timers) clearInterval(timer);
  }
}

/** Opens a session of a node of its own up to Status; it then answers pings, and announces what `gossip` says. */
async function openSession(node: Node, gossip: TransactionGossip): Promise<PeerSession> {
  const privateKey = generatePrivateKey(systemRandom);
  const protocols = createEthProtocols(createGenesisChain(NETWORKS.mainnet, systemClock), undefined, {
    gossip,
  });
  const hello = createHello({ clientName: 'Enodeck/bench', publicKey: publicKeyOf(privateKey), protocols });
  const stream = await systemStreamDialer.dial({ ip: node.ip ?? '', port: node.tcp }, { timeoutMs: 5_000 });
  const secured = await secureOutbound(stream, {
    ...{ privateKey, random: systemRandom, clock: systemClock },
    remotePublicKey: node.publicKey,
  });
  const options = { clock: systemClock, events: { emit: () => undefined }, logger: silentLogger };
  return startSession(await exchangeHello(secured, hello), protocols, options);
}
