import { Agent, createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What passed a proxy. */
export interface ProxyCounts {
  readonly requests: number;
  /** JSON-RPC calls; a batch has several. */
  readonly calls: number;
  /** Bytes of the answers. */
  readonly bytes: number;
  /** The most requests that were without an answer at a time. */
  readonly mostAtOnce: number;
  readonly methods: ReadonlyMap<string, number>;
}

/** A proxy in front of a client's JSON-RPC over HTTP that counts what it is asked. It can pass nothing on for a while. */
export class CountingProxy {
  readonly address: string;
  readonly #close: () => Promise<void>;
  readonly #state: State;

  private constructor(address: string, state: State, close: () => Promise<void>) {
    this.address = address;
    this.#state = state;
    this.#close = close;
  }

  static async start(target: string): Promise<CountingProxy> {
    const state = new State();
    const agent = new Agent({ keepAlive: true });
    const server = createServer((asked, response) => {
      const parts: Buffer[] = [];
      asked.on('data', (part: Buffer) => parts.push(part));
      asked.on('end', () => {
        const body = Buffer.concat(parts);
        state.begins(body);
        const { host: _, connection: __, ...headers } = asked.headers;
        const passed = httpRequest(target, { method: 'POST', headers, agent }, (answer) => {
          response.writeHead(answer.statusCode ?? 502, answer.headers);
          answer.on('data', (part: Buffer) => (state.bytes += part.length));
          answer.pipe(response);
        });
        passed.on('error', () => response.destroy());
        response.on('close', () => {
          state.atOnce -= 1;
          passed.destroy();
        });
        passed.end(body);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
    return new CountingProxy(address, state, async () => {
      server.closeAllConnections();
      agent.destroy();
      await new Promise((resolve) => server.close(resolve));
    });
  }

  /** What has passed since the last `reset`. */
  get counts(): ProxyCounts {
    const { requests, calls, bytes, mostAtOnce, methods } = this.#state;
    return { requests, calls, bytes, mostAtOnce, methods: new Map(methods) };
  }

  reset(): void {
    this.#state.reset();
  }

  close(): Promise<void> {
    return this.#close();
  }
}

class State {
  requests = 0;
  calls = 0;
  bytes = 0;
  mostAtOnce = 0;
  atOnce = 0;
  readonly methods = new Map<string, number>();

  begins(body: Buffer): void {
    const request = JSON.parse(body.toString()) as Call | readonly Call[];
    const calls = Array.isArray(request) ? (request as readonly Call[]) : [request as Call];
    this.requests += 1;
    this.calls += calls.length;
    this.atOnce += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.atOnce);
    for (const { method } of calls) this.methods.set(method, (this.methods.get(method) ?? 0) + 1);
  }

  reset(): void {
    Object.assign(this, { requests: 0, calls: 0, bytes: 0, mostAtOnce: this.atOnce });
    this.methods.clear();
  }
}

interface Call {
  readonly method: string;
}
