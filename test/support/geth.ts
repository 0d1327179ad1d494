import { join, resolve } from 'node:path';
import { Child, run } from './child.ts';
import { eventually } from './eventually.ts';
import { jsonRpc } from './json-rpc-client.ts';
import { freePort } from './loopback-ports.ts';
import { realPeer, type RealPeer } from './real-peers.ts';
import { temporaryFolder } from './temporary-folder.ts';

const testchain = resolve(import.meta.dirname, '../vectors/testchain');

/** The network of test/vectors/testchain. */
export const TESTCHAIN = {
  networkId: '3503995874084926',
  genesisHash: '0xbd6a252af394d80904c5993b859574bd4669642cea00a116970ec7887db67533',
  genesisFile: join(testchain, 'genesis.json'),
  headBlock: 600,
} as const;

/** What a geth should be. */
export interface GethOptions {
  readonly version: Exclude<RealPeer, 'devp2p'>;
  /** Another network than the testchain's. */
  readonly networkId?: string;
  readonly genesisFile?: string;
  /** Import the testchain's 600 blocks; false leaves the genesis block alone. */
  readonly chain?: boolean;
  /** Discovery v4 with these bootnodes; without it there is no discovery at all. */
  readonly discovery?: { readonly bootnodes: readonly string[] };
}

/** One session as geth's admin_peers tells it. */
export interface PeerInfo {
  readonly enode: string;
  readonly id: string;
  readonly name: string;
  readonly caps: readonly string[];
  readonly network: {
    readonly localAddress: string;
    readonly remoteAddress: string;
    readonly inbound: boolean;
    readonly trusted: boolean;
    readonly static: boolean;
  };
  readonly protocols: Readonly<
    Record<string, { readonly version: number; readonly latestBlock?: number } | 'handshake' | undefined>
  >;
}

/** What admin_nodeInfo tells. */
export interface NodeInfo {
  readonly id: string;
  readonly name: string;
  readonly enode: string;
  readonly enr: string;
  readonly ports: { readonly discovery: number; readonly listener: number };
}

/** A real geth on loopback, with its own new data folder. */
export class Geth {
  readonly child: Child;
  readonly info: NodeInfo;
  readonly #url: string;
  readonly #cleanUp: () => Promise<void>;

  private constructor(child: Child, url: string, info: NodeInfo, cleanUp: () => Promise<void>) {
    this.child = child;
    this.info = info;
    this.#url = url;
    this.#cleanUp = cleanUp;
  }

  static async start(options: GethOptions): Promise<Geth> {
    const binary = realPeer(options.version);
    const folder = await temporaryFolder();
    const data = ['--datadir', folder.path, '--verbosity', '4'];
    await run(`${options.version} init`, binary, [
      ...data,
      'init',
      options.genesisFile ?? TESTCHAIN.genesisFile,
    ]);
    if (options.chain ?? true) {
      await run(`${options.version} import`, binary, [...data, 'import', join(testchain, 'chain.rlp')]);
    }
    const [port, http, engine] = [await freePort(), await freePort(), await freePort()];
    const child = new Child(options.version, binary, [
      ...data,
      ...networkFlags(options, port),
      ...['--syncmode', 'full', '--ipcdisable', '--cache', '64', '--authrpc.port', String(engine)],
      ...['--http', '--http.port', String(http), '--http.api', 'admin,net,eth'],
    ]);
    const url = `http://127.0.0.1:${String(http)}`;
    try {
      const info = await eventually(
        `${options.version} answers`,
        () => jsonRpc<NodeInfo>(url, 'admin_nodeInfo'),
        {
          timeoutMs: 60_000,
        },
      );
      return new Geth(child, url, info, folder.remove);
    } catch (error) {
      await child.kill();
      await folder.remove();
      throw child.failure(`does not answer (${String(error)})`);
    }
  }

  rpc<T>(method: string, ...params: readonly unknown[]): Promise<T> {
    return jsonRpc<T>(this.#url, method, params);
  }

  /** The session with a node of this id, once there is one on which both sent their Status. */
  peer(id: string, timeoutMs = 60_000): Promise<PeerInfo> {
    return eventually(
      `${this.child.name} has a session with ${id.slice(0, 8)}`,
      async () => {
        const peers = await this.rpc<PeerInfo[]>('admin_peers');
        return peers.find((peer) => peer.id === id && typeof peer.protocols['eth'] === 'object');
      },
      { timeoutMs },
    );
  }

  async stop(): Promise<void> {
    await this.child.stop();
    await this.#cleanUp();
  }
}

/** Loopback alone: nothing of this may reach a public node. */
function networkFlags(options: GethOptions, port: number): string[] {
  const flags = ['--port', String(port), '--networkid', options.networkId ?? TESTCHAIN.networkId];
  flags.push('--nat', 'extip:127.0.0.1', '--netrestrict', '127.0.0.0/8', '--discovery.dns', '');
  if (options.discovery === undefined) return [...flags, '--bootnodes', '', '--nodiscover'];
  flags.push('--discovery.port', String(port), '--discovery.v5=false');
  return [...flags, '--bootnodes', options.discovery.bootnodes.join(',')];
}
