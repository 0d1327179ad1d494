import type { ByteStream, StreamServer } from '../../src-main/base/network.ts';
import { generatePrivateKey, publicKeyOf } from '../../src-main/base/secp256k1.ts';
import { systemClock, systemRandom } from '../../src-main/base/system-runtime.ts';
import { systemStreamDialer, systemStreamListener } from '../../src-main/base/tcp.ts';
import type { TapSource } from '../../src-main/events/connection-tap.ts';
import type { RlpxConnection } from '../../src-main/rlpx/connection.ts';
import { secureInbound, secureOutbound } from '../../src-main/rlpx/secure.ts';

/** The two ends of an encrypted connection. */
export interface Pair {
  readonly near: RlpxConnection;
  readonly far: RlpxConnection;
}

/** Opens encrypted connections over TCP on loopback, with both ends in this process; many at a time. */
export class Link {
  readonly dialerKey = generatePrivateKey(systemRandom);
  readonly hostKey = generatePrivateKey(systemRandom);
  readonly #hostPublicKey = publicKeyOf(this.hostKey);
  #server: StreamServer | undefined;
  /** Waiting callers by source port, and accepted connections without a caller. */
  readonly #waiting = new Map<number, (stream: ByteStream) => void>();
  readonly #early = new Map<number, ByteStream>();

  static async open(): Promise<Link> {
    const link = new Link();
    link.#server = await systemStreamListener.listen({ ip: '127.0.0.1', port: 0 }, (stream) => {
      const { port } = stream.remote;
      const take = link.#waiting.get(port);
      if (take === undefined) link.#early.set(port, stream);
      else take(stream);
      link.#waiting.delete(port);
    });
    return link;
  }

  /**
   * @param watch gets the dialling stream before any data is sent
   * @param taps record both ends
   */
  async connect(watch?: (stream: ByteStream) => void, taps?: TapSource): Promise<Pair> {
    if (this.#server === undefined) throw new Error('the link is not open');
    const common = { random: systemRandom, clock: systemClock };
    const stream = await systemStreamDialer.dial(this.#server.local, { timeoutMs: 5_000 });
    watch?.(stream);
    const far = this.#acceptedFrom(stream.local.port).then((accepted) =>
      secureInbound(accepted, {
        ...common,
        privateKey: this.hostKey,
        tap: taps?.connection('inbound', accepted.remote),
      }),
    );
    const near = secureOutbound(stream, {
      ...common,
      privateKey: this.dialerKey,
      tap: taps?.connection('outbound', stream.remote),
      remotePublicKey: this.#hostPublicKey,
    });
    const [nearEnd, farEnd] = await Promise.all([near, far]);
    return { near: nearEnd, far: farEnd };
  }

  async close(): Promise<void> {
    await this.#server?.close();
  }

  #acceptedFrom(port: number): Promise<ByteStream> {
    const early = this.#early.get(port);
    this.#early.delete(port);
    if (early !== undefined) return Promise.resolve(early);
    return new Promise((resolve) => this.#waiting.set(port, resolve));
  }
}
