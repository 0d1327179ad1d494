import { resolve } from 'node:path';
import type {
  ApiTopics,
  RequestName,
  RequestParams,
  RequestResult,
  TopicName,
  TopicParams,
} from '../../shared/api-contract.ts';
import type { Child } from './child.ts';
import { jsonRpc } from './json-rpc-client.ts';
import { freePort } from './loopback-ports.ts';
import { NodeProcess, type Launched, type Program } from './node-process.ts';
import { pageRequest, pageSnapshot } from './page-client.ts';
import { placeFlags } from './start-flags.ts';
import { temporaryFolder } from './temporary-folder.ts';

const TOKEN = 'a-token-of-the-tests';
const entry = resolve(import.meta.dirname, '../../out/main/headless.js');

/** Options of a headless node. */
export interface HeadlessOptions {
  readonly name?: string;
  /** Flags in addition to those for loopback and the data folder. */
  readonly flags?: readonly string[];
  /** A data folder that is kept; by default a new one is used and removed. */
  readonly dataFolder?: string;
}

/** The demo always uses loopback and refuses these flags. */
const loopbackFlags = (flags: readonly string[] = []): readonly string[] =>
  flags.includes('--demo')
    ? []
    : ['--nat', 'extip:127.0.0.1', '--netrestrict', '127.0.0.0/8', '--discovery.dns', ''];

/** Our node as a separate process, as `npm run headless` starts it; needs `npm run build`. */
export class Headless extends NodeProcess {
  /** The page's address, without its token. */
  readonly url: string;

  private constructor(url: string, program: Program, running: Launched) {
    super(program, running);
    this.url = url;
  }

  static async start(options: HeadlessOptions = {}): Promise<Headless> {
    const folder = options.dataFolder === undefined ? await temporaryFolder() : undefined;
    const place = await placeFlags(options.dataFolder ?? folder?.path ?? '');
    const http = await freePort();
    let url = '';
    const program = {
      name: options.name ?? 'enodeck',
      command: process.execPath,
      args: [
        entry,
        ...place,
        ...['--http.port', String(http), '--http.token', TOKEN, ...loopbackFlags(options.flags)],
        ...(options.flags ?? []),
      ],
      ready: async (child: Child) => {
        const [, page = ''] = await child.line(/^Ready (http:\S+)/);
        url = new URL(page).origin;
        return <T>(method: string, params: readonly unknown[]): Promise<T> =>
          jsonRpc<T>(`${url}/rpc`, method, params, TOKEN);
      },
      cleanUp: folder?.remove ?? (() => Promise.resolve()),
    };
    const running = await NodeProcess.launch(program);
    return new Headless(url, program, running);
  }

  /** The URL of the page with its token. */
  get pageUrl(): string {
    return `${this.url}/#token=${TOKEN}`;
  }

  request<Name extends RequestName>(name: Name, params: RequestParams<Name>): Promise<RequestResult<Name>> {
    return pageRequest(this.url, TOKEN, name, params);
  }

  /** The first message to a page that subscribes to a topic. */
  snapshot<Name extends TopicName>(
    topic: Name,
    params: TopicParams<Name>,
  ): Promise<ApiTopics[Name]['snapshot']> {
    return pageSnapshot(this.url, TOKEN, topic, params);
  }
}
