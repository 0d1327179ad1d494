import { createRequire } from 'node:module';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { dirname, join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { generatePrivateKey, publicKeyOf } from '../../src-main/leaf/secp256k1.ts';
import { systemRandom } from '../../src-main/leaf/system-runtime.ts';
import type { Contestant, Measured } from './figures.ts';
import { rate, rateOf } from './rate.ts';

/*
 * @ethereumjs/devp2p at the same work as ours. Its entry exports sockets with everything behind them, so that the
 * parts to be compared are taken from its files by name.
 */
const entry = fileURLToPath(import.meta.resolve('@ethereumjs/devp2p'));
const file = <Module>(path: string): Promise<Module> =>
  import(/* @vite-ignore */ pathToFileURL(join(dirname(entry), path)).href) as Promise<Module>;

interface MessageFile {
  encode(type: string, data: unknown, privateKey: Uint8Array): Uint8Array;
  decode(bytes: Uint8Array): { readonly publicKey: Uint8Array };
}
interface Ecies {
  createAuthEIP8(): Uint8Array;
  parseAuthEIP8(auth: Uint8Array): void;
  createAckEIP8(): Uint8Array;
  parseAckEIP8(ack: Uint8Array): void;
  _gotEIP8Auth: boolean;
  _gotEIP8Ack: boolean;
}
interface EciesFile {
  ECIES: new (privateKey: Uint8Array, id: Uint8Array, remoteId: Uint8Array | null) => Ecies;
}
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

const { encode, decode } = await file<MessageFile>('dpt/message.js');
const { ECIES } = await file<EciesFile>('rlpx/ecies.js');
const { Peer: PeerClass } = await file<PeerFile>('rlpx/peer.js');
const snappy = createRequire(entry)('snappyjs') as SnappyFile;

/** Messages that may be under way: it has no backpressure of its own, and its reader slows down with what waits. */
const WINDOW = { large: 2, small: 64 };

/** The least subprotocol: it compresses what it sends, as its eth does, and counts what it gets. */
class BenchProtocol {
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

class EthereumJs implements Contestant {
  readonly #dialer = generatePrivateKey(systemRandom);
  readonly #host = generatePrivateKey(systemRandom);
  readonly #dialerKey = publicKeyOf(this.#dialer);
  readonly #hostKey = publicKeyOf(this.#host);
  readonly #server: Server;

  constructor(server: Server) {
    this.#server = server;
  }

  async measure(seconds: number): Promise<Measured> {
    const endpoint = { address: '127.0.0.1', udpPort: 30_303, tcpPort: 30_303 };
    const ping = { version: 4, from: endpoint, to: endpoint };
    const packet = encode('ping', ping, this.#dialer);
    const encoded = rate(seconds, () => encode('ping', ping, this.#dialer));
    const decoded = rate(seconds, () => decode(packet));
    const handshakes = await rateOf(seconds, () => this.#handshake());
    const megabyte = new Uint8Array(randomBytes(1_048_576));
    const large = await this.#messages(seconds, megabyte, WINDOW.large);
    const small = await this.#messages(seconds, megabyte.subarray(0, 1024), WINDOW.small);
    return {
      'discv4 decode': decoded,
      'discv4 encode': encoded,
      handshake: 1000 / handshakes,
      'rlpx 1 MiB': (large * megabyte.length) / 1e6,
      'rlpx 1 KiB': small,
    };
  }

  async close(): Promise<void> {
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #sockets(): Promise<{ near: Socket; far: Socket }> {
    const accepted = once(this.#server, 'connection') as Promise<[Socket]>;
    const near = connect((this.#server.address() as AddressInfo).port, '127.0.0.1');
    await once(near, 'connect');
    const [far] = await accepted;
    near.setNoDelay(true);
    far.setNoDelay(true);
    return { near, far };
  }

  /** The encryption handshake alone, as ours and geth's: no Hello, no Status. */
  async #handshake(): Promise<void> {
    const { near, far } = await this.#sockets();
    const initiator = new ECIES(this.#dialer, this.#dialerKey, this.#hostKey);
    const recipient = new ECIES(this.#host, this.#hostKey, null);
    recipient._gotEIP8Auth = true;
    initiator._gotEIP8Ack = true;
    near.write(initiator.createAuthEIP8());
    const [auth] = (await once(far, 'data')) as [Buffer];
    recipient.parseAuthEIP8(new Uint8Array(auth));
    far.write(recipient.createAckEIP8());
    const [ack] = (await once(near, 'data')) as [Buffer];
    initiator.parseAckEIP8(new Uint8Array(ack));
    const closed = [once(near, 'close'), once(far, 'close')];
    near.destroy();
    far.destroy();
    await Promise.all(closed);
  }

  async #session(): Promise<{ near: BenchProtocol; far: BenchProtocol; close: () => void }> {
    const sockets = await this.#sockets();
    const common = {
      capabilities: [{ name: 'bench', version: 1, length: 8, constructor: BenchProtocol }],
      clientId: new TextEncoder().encode('bench'),
      common: { customCrypto: {} },
      port: 0,
      timeout: 10_000,
    };
    const far = new PeerClass({
      ...common,
      socket: sockets.far,
      privateKey: this.#host,
      id: this.#hostKey,
      remoteId: null,
    });
    const near = new PeerClass({
      ...common,
      ...{ socket: sockets.near, privateKey: this.#dialer, id: this.#dialerKey, remoteId: this.#hostKey },
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

  /** Messages a second. */
  async #messages(seconds: number, payload: Uint8Array, window: number): Promise<number> {
    const { near, far, close } = await this.#session();
    const start = performance.now();
    const end = start + seconds * 1000;
    let received = 0;
    await new Promise<void>((resolve) => {
      let sent = 0;
      const fill = (): void => {
        while (sent - received < window && performance.now() < end) {
          near.send(0, payload);
          sent += 1;
        }
      };
      far.onMessage = () => {
        received += 1;
        if (received === sent && performance.now() >= end) resolve();
        else setImmediate(fill);
      };
      fill();
    });
    const elapsed = performance.now() - start;
    close();
    return (received * 1000) / elapsed;
  }
}

/** The peer implementation in the same language. */
export async function openEthereumJs(): Promise<Contestant> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return new EthereumJs(server);
}
