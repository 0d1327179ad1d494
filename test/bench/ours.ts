import { decodePacket, encodePacket } from '../../src-main/discovery/v4/packet.ts';
import type { Ping } from '../../src-main/discovery/v4/messages.ts';
import type { ByteStream, StreamServer } from '../../src-main/leaf/network.ts';
import { generatePrivateKey, publicKeyOf } from '../../src-main/leaf/secp256k1.ts';
import { systemClock, systemRandom } from '../../src-main/leaf/system-runtime.ts';
import { systemStreamDialer, systemStreamListener } from '../../src-main/leaf/tcp.ts';
import { secureInbound, secureOutbound, type RlpxConnection } from '../../src-main/rlpx/connection.ts';
import type { Contestant, Measured } from './figures.ts';
import { rate, rateOf } from './rate.ts';

/** The code of the first message of a subprotocol. */
const FIRST_CODE = 16;

interface Pair {
  readonly near: RlpxConnection;
  readonly far: RlpxConnection;
}

class Ours implements Contestant {
  readonly #dialer = generatePrivateKey(systemRandom);
  readonly #host = generatePrivateKey(systemRandom);
  readonly #hostKey = publicKeyOf(this.#host);
  readonly #server: StreamServer;
  #accepted: (stream: ByteStream) => void = (stream) => {
    stream.destroy();
  };

  private constructor(listen: (accept: (stream: ByteStream) => void) => StreamServer) {
    this.#server = listen((stream) => {
      this.#accepted(stream);
    });
  }

  static async open(): Promise<Ours> {
    let take: ((stream: ByteStream) => void) | undefined;
    const server = await systemStreamListener.listen({ ip: '127.0.0.1', port: 0 }, (stream) =>
      take?.(stream),
    );
    return new Ours((accept) => {
      take = accept;
      return server;
    });
  }

  async measure(seconds: number): Promise<Measured> {
    const { encode, decode } = this.#discovery(seconds);
    const handshakes = await rateOf(seconds, async () => {
      const { near, far } = await this.#connect();
      near.destroy();
      far.destroy();
      await Promise.all([near.closed, far.closed]);
    });
    const megabyte = systemRandom.bytes(1_048_576);
    const large = await this.#messages(seconds, megabyte);
    const small = await this.#messages(seconds, megabyte.subarray(0, 1024));
    return {
      'discv4 decode': decode,
      'discv4 encode': encode,
      handshake: 1000 / handshakes,
      'rlpx 1 MiB': (large * megabyte.length) / 1e6,
      'rlpx 1 KiB': small,
    };
  }

  close(): Promise<void> {
    return this.#server.close();
  }

  #discovery(seconds: number): { encode: number; decode: number } {
    const endpoint = { ip: '127.0.0.1', udp: 30_303, tcp: 30_303 };
    const ping: Ping = {
      type: 'ping',
      version: 4,
      from: endpoint,
      to: endpoint,
      expiration: Math.floor(Date.now() / 1000) + 3600,
      enrSeq: 1n,
    };
    const { datagram } = encodePacket(ping, this.#dialer);
    return {
      encode: rate(seconds, () => encodePacket(ping, this.#dialer)),
      decode: rate(seconds, () => decodePacket(datagram)),
    };
  }

  async #connect(): Promise<Pair> {
    const common = { random: systemRandom, clock: systemClock };
    const far = new Promise<RlpxConnection>((resolve, reject) => {
      this.#accepted = (stream) => {
        secureInbound(stream, { ...common, privateKey: this.#host }).then(resolve, reject);
      };
    });
    const stream = await systemStreamDialer.dial(this.#server.local, { timeoutMs: 5_000 });
    const near = secureOutbound(stream, {
      ...common,
      privateKey: this.#dialer,
      remotePublicKey: this.#hostKey,
    });
    const [nearEnd, farEnd] = await Promise.all([near, far]);
    return { near: nearEnd, far: farEnd };
  }

  /** Messages a second. */
  async #messages(seconds: number, payload: Uint8Array): Promise<number> {
    const { near, far } = await this.#connect();
    near.enableCompression();
    far.enableCompression();
    let received = 0;
    const done = new Promise<void>((resolve, reject) => {
      far.consume({
        onMessage: (message) => {
          if (message.code === FIRST_CODE) received += 1;
          else resolve();
        },
        onEnd: reject,
      });
    });
    const start = performance.now();
    const end = start + seconds * 1000;
    while (performance.now() < end) {
      near.send(FIRST_CODE, payload);
      if (near.congested) await near.drained();
    }
    near.send(FIRST_CODE + 1, new Uint8Array(0));
    await done;
    const elapsed = performance.now() - start;
    near.destroy();
    far.destroy();
    return (received * 1000) / elapsed;
  }
}

/** Our own code, as the node runs it: system sockets, clock and randomness. */
export const openOurs = (): Promise<Contestant> => Ours.open();
