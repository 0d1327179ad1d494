import { join, resolve } from 'node:path';
import { run, type Child } from './child.ts';
import { eventually } from './eventually.ts';
import { jsonRpc } from './json-rpc-client.ts';
import { freePort } from './loopback-ports.ts';
import { NodeProcess, type Launched, type Program } from './node-process.ts';
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

/** Options of a geth. */
export interface GethOptions {
  readonly version: Exclude<RealPeer, 'devp2p'>;
  /** Another network than the testchain's. */
  readonly networkId?: string;
  readonly genesisFile?: string;
  /** Import the testchain's 600 blocks, or those of another file; false leaves the genesis block alone. */
  readonly chain?: boolean | string;
  /** 50 by default. */
  readonly maxPeers?: number;
  /** Print warnings only: a geth that takes many transactions spends more time on its lines than on them. */
  readonly quiet?: boolean;
  /** Discovery with these bootnodes, by v4 by default; undefined turns discovery off. */
  readonly discovery?: { readonly bootnodes: readonly string[]; readonly protocol?: 'v4' | 'v5' | 'both' };
}

/** A real geth on loopback, with a new data folder. */
export class Geth extends NodeProcess {
  readonly dataFolder: string;
  /** Address of JSON-RPC over HTTP. */
  readonly httpUrl: string;
  /** Address of JSON-RPC over WebSocket. */
  readonly socketUrl: string;
  /** Path of JSON-RPC over IPC. */
  readonly ipcPath: string;
  /** Address of the Engine API; the secret is in the data folder. */
  readonly engineUrl: string;

  private constructor(
    at: Pick<Geth, 'dataFolder' | 'httpUrl' | 'socketUrl' | 'ipcPath' | 'engineUrl'>,
    program: Program,
    running: Launched,
  ) {
    super(program, running);
    this.dataFolder = at.dataFolder;
    this.httpUrl = at.httpUrl;
    this.socketUrl = at.socketUrl;
    this.ipcPath = at.ipcPath;
    this.engineUrl = at.engineUrl;
  }

  static async start(options: GethOptions): Promise<Geth> {
    const binary = realPeer(options.version);
    const folder = await temporaryFolder();
    const data = ['--datadir', folder.path, '--verbosity', options.quiet === true ? '2' : '4'];
    const init = [...data, 'init', options.genesisFile ?? TESTCHAIN.genesisFile];
    await run(`${options.version} init`, binary, init);
    const { chain = true } = options;
    if (chain !== false) await importBlocks(options.version, folder.path, chain === true ? undefined : chain);
    const [port, http, engine] = [await freePort(), await freePort(), await freePort()];
    const url = `http://127.0.0.1:${String(http)}`;
    const program = {
      name: options.version,
      command: binary,
      args: [
        ...data,
        ...networkFlags(options, port),
        ...['--syncmode', 'full', '--cache', '64', '--authrpc.port', String(engine)],
        ...['--http', '--http.port', String(http), '--http.api', 'admin,net,eth,debug,web3'],
        ...['--ws', '--ws.port', String(http), '--ws.api', 'admin,eth,debug,web3'],
      ],
      ready: async (child: Child) => {
        const call = <T>(method: string, params: readonly unknown[]): Promise<T> =>
          jsonRpc<T>(url, method, params);
        await eventually(`${options.version} answers`, () => call('admin_nodeInfo', []), {
          timeoutMs: 120_000,
          child,
        });
        return call;
      },
      cleanUp: folder.remove,
    };
    const at = {
      dataFolder: folder.path,
      httpUrl: url,
      ipcPath: join(folder.path, 'geth.ipc'),
      socketUrl: `ws://127.0.0.1:${String(http)}`,
      engineUrl: `http://127.0.0.1:${String(engine)}`,
    };
    return new Geth(at, program, await NodeProcess.launch(program));
  }
}

/** Adds blocks to the data folder of a geth that does not run: by default those of the testchain. */
export async function importBlocks(
  version: GethOptions['version'],
  dataFolder: string,
  file = join(testchain, 'chain.rlp'),
): Promise<void> {
  const args = ['--datadir', dataFolder, '--verbosity', '4', 'import', file];
  await run(`${version} import`, realPeer(version), args);
}

/** Loopback only: no packet may reach a public node. */
function networkFlags(options: GethOptions, port: number): string[] {
  const flags = ['--port', String(port), '--networkid', options.networkId ?? TESTCHAIN.networkId];
  if (options.maxPeers !== undefined) flags.push('--maxpeers', String(options.maxPeers));
  flags.push('--nat', 'extip:127.0.0.1', '--netrestrict', '127.0.0.0/8', '--discovery.dns', '');
  if (options.discovery === undefined) return [...flags, '--bootnodes', '', '--nodiscover'];
  const { protocol = 'v4' } = options.discovery;
  flags.push('--discovery.port', String(port));
  for (const each of ['v4', 'v5'])
    flags.push(`--discovery.${each}=${String(protocol === 'both' || protocol === each)}`);
  return [...flags, '--bootnodes', options.discovery.bootnodes.join(',')];
}
