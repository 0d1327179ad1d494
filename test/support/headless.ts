import { resolve } from 'node:path';
import type {
  ApiTopics,
  RequestName,
  RequestParams,
  RequestResult,
  TopicName,
  TopicParams,
} from '../../shared/api-contract.ts';
import { Child } from './child.ts';
import { eventually } from './eventually.ts';
import type { NodeInfo, PeerInfo } from './geth.ts';
import { jsonRpc } from './json-rpc-client.ts';
import { freePort } from './loopback-ports.ts';
import { pageRequest, pageSnapshot } from './page-client.ts';
import { temporaryFolder } from './temporary-folder.ts';

const TOKEN = 'a-token-of-the-tests';
const entry = resolve(import.meta.dirname, '../../out/main/headless.js');

/** What a headless node should be. */
export interface HeadlessOptions {
  readonly name?: string;
  /** Flags besides those that keep it on loopback and in a new data folder. */
  readonly flags?: readonly string[];
  /** A data folder that outlives the process; without it there is a new one that is removed. */
  readonly dataFolder?: string;
}

/** Our own node as a process of its own, as `npm run headless` starts it; built before by `npm run build`. */
export class Headless {
  readonly child: Child;
  readonly info: NodeInfo;
  /** The page's address, without its token. */
  readonly url: string;
  readonly #cleanUp: () => Promise<void>;

  private constructor(child: Child, url: string, info: NodeInfo, cleanUp: () => Promise<void>) {
    this.child = child;
    this.info = info;
    this.url = url;
    this.#cleanUp = cleanUp;
  }

  static async start(options: HeadlessOptions = {}): Promise<Headless> {
    const folder = options.dataFolder === undefined ? await temporaryFolder() : undefined;
    const [port, http] = [await freePort(), await freePort()];
    const child = new Child(options.name ?? 'enodeck', process.execPath, [
      entry,
      ...['--datadir', options.dataFolder ?? folder?.path ?? ''],
      ...['--addr', '127.0.0.1', '--port', String(port), '--http.port', String(http), '--http.token', TOKEN],
      ...['--nat', 'extip:127.0.0.1', '--netrestrict', '127.0.0.0/8'],
      ...(options.flags ?? []),
    ]);
    const cleanUp = folder?.remove ?? (() => Promise.resolve());
    try {
      const [, page = ''] = await child.line(/^Ready (http:\S+)/);
      const url = new URL(page).origin;
      return new Headless(
        child,
        url,
        await jsonRpc<NodeInfo>(`${url}/rpc`, 'admin_nodeInfo', [], TOKEN),
        cleanUp,
      );
    } catch (error) {
      await child.kill();
      await cleanUp();
      throw error;
    }
  }

  /** The page's address with its token, as a person opens it. */
  get pageUrl(): string {
    return `${this.url}/#token=${TOKEN}`;
  }

  rpc<T>(method: string, ...params: readonly unknown[]): Promise<T> {
    return jsonRpc<T>(`${this.url}/rpc`, method, params, TOKEN);
  }

  request<Name extends RequestName>(name: Name, params: RequestParams<Name>): Promise<RequestResult<Name>> {
    return pageRequest(this.url, TOKEN, name, params);
  }

  /** What a page that subscribes to a topic is told first. */
  snapshot<Name extends TopicName>(
    topic: Name,
    params: TopicParams<Name>,
  ): Promise<ApiTopics[Name]['snapshot']> {
    return pageSnapshot(this.url, TOKEN, topic, params);
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

  /** Ends the node as Ctrl-C does. Returns its exit code. */
  async stop(): Promise<number | null> {
    const code = await this.child.stop();
    await this.#cleanUp();
    return code;
  }
}
