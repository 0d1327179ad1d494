import { createRequire } from 'node:module';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { dirname, join } from 'node:path';
import { once } from 'node:events';
import { generatePrivateKey, publicKeyOf } from '../../src-main/base/secp256k1.ts';
import { systemRandom } from '../../src-main/base/system-runtime.ts';

/*
 * The parts of @ethereumjs/devp2p that do the same work as ours. Its entry exports sockets with everything behind them,
 * so that the parts to be compared are taken from its files by name.
 */
const entry = fileURLToPath(import.meta.resolve('@ethereumjs/devp2p'));

/** A file of the package. */
export const ethereumJsFile = <Module>(path: string): Promise<Module> =>
  import(/* @vite-ignore */ pathToFileURL(join(dirname(entry), path)).href) as Promise<Module>;

interface Peer {
  readonly events: { once(name: string, listener: (value: unknown) => void): void };
  getProtocols(): BenchProtocol[];
}
interface PeerFile {
  Peer: new (options: object) => Peer;
}
interface SnappyFile {
  compress(bytes: Uint8Array): Uint8Array;
}

const { Peer: PeerClass } = await ethereumJsFile<PeerFile>('rlpx/peer.js');
const snappy = createRequire(entry)('snappyjs') as SnappyFile;

/** A minimal subprotocol: it compresses its messages, as its eth does, and counts received ones. */
export class BenchProtocol {
  onMessage: (code: number) => void = () => {};
  readonly #send: (code: number, data: Uint8Array) => void;

  constructor(_version: number, _peer: unknown, send: (code: number, data: Uint8Array) => void) {
    this.#send = send;
  }

  send(code: number, payload: Uint8Array): void {
    this.#send(code, snappy.compress(payload));
  }

  _handleMessage(code: number, _payload: Uint8Array): void {
    this.onMessage(code);
  }
}

/** The two ends of a session after Hello. */
export interface EthereumJsSession {
  readonly near: BenchProtocol;
  readonly far: BenchProtocol;
  close(): void;
}

/** Opens sessions over TCP on loopback, with both ends in this process; many at a time. */
export class EthereumJsLink {
  readonly dialer = generatePrivateKey(systemRandom);
  readonly host = generatePrivateKey(systemRandom);
  readonly dialerKey = publicKeyOf(this.dialer);
  readonly hostKey = publicKeyOf(this.host);
  readonly #server: Server;
  /** Waiting callers by source port. */
  readonly #waiting = new Map<number, (socket: Socket) => void>();
  readonly #early = new Map<number, Socket>();

  private constructor(server: Server) {
    this.#server = server;
    server.on('connection', (socket) => {
      const port = socket.remotePort ?? 0;
      const take = this.#waiting.get(port);
      if (take === undefined) this.#early.set(port, socket);
      else take(socket);
      this.#waiting.delete(port);
    });
  }

  static async open(): Promise<EthereumJsLink> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new EthereumJsLink(server);
  }

  async close(): Promise<void> {
    this.#server.close();
    await once(this.#server, 'close');
  }

  async sockets(): Promise<{ near: Socket; far: Socket }> {
    const near = connect((this.#server.address() as AddressInfo).port, '127.0.0.1');
    await once(near, 'connect');
    const far = await this.#acceptedFrom(near.localPort ?? 0);
    near.setNoDelay(true);
    far.setNoDelay(true);
    return { near, far };
  }

  async session(): Promise<EthereumJsSession> {
    const sockets = await this.sockets();
    const common = {
      capabilities: [{ name: 'bench', version: 1, length: 8, constructor: BenchProtocol }],
      clientId: new TextEncoder().encode('bench'),
      common: { customCrypto: {} },
      port: 0,
      timeout: 60_000,
    };
    const far = new PeerClass({
      ...common,
      socket: sockets.far,
      privateKey: this.host,
      id: this.hostKey,
      remoteId: null,
    });
    const near = new PeerClass({
      ...common,
      ...{ socket: sockets.near, privateKey: this.dialer, id: this.dialerKey, remoteId: this.hostKey },
    });
    await Promise.all(
      [near, far].map((peer) => new Promise((resolve) => peer.events.once('connect', resolve))),
    );
    const [nearProtocol] = near.getProtocols();
    const [farProtocol] = far.getProtocols();
    if (nearProtocol === undefined || farProtocol === undefined) throw new Error('no protocol was agreed on');
    const close = (): void => {
      sockets.near.destroy();
      sockets.far.destroy();
    };
    return { near: nearProtocol, far: farProtocol, close };
  }

  #acceptedFrom(port: number): Promise<Socket> {
    const early = this.#early.get(port);
    this.#early.delete(port);
    if (early !== undefined) return Promise.resolve(early);
    return new Promise((resolve) => this.#waiting.set(port, resolve));
  }
}

/** Sends `payload` until `until` (performance.now()) with at most `window` messages in transit. Resolves with the number that arrived. */
export async function pumpEthereumJs(
  { near, far }: EthereumJsSession,
  payload: Uint8Array,
  window: number,
  until: number,
): Promise<number> {
  let received = 0;
  await new Promise<void>((resolve) => {
    let sent = 0;
    const fill = (): void => {
      while (sent - received < window && performance.now() < until) {
        near.send(0, payload);
        sent += 1;
      }
      if (received === sent && performance.now() >= until) resolve();
    };
    far.onMessage = () => {
      received += 1;
      setImmediate(fill);
    };
    fill();
  });
  return received;
}
