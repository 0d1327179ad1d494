import type { Logger } from '../../../src-main/base/runtime.ts';
import { RlpReader } from '../../../src-main/base/rlp.ts';
import { generatePrivateKey, publicKeyOf } from '../../../src-main/base/secp256k1.ts';
import { systemClock, systemRandom } from '../../../src-main/base/system-runtime.ts';
import { systemStreamDialer } from '../../../src-main/base/tcp.ts';
import { ETH_PROTOCOL_NAME, ETH_VERSIONS, ethMessageName } from '../../../src-main/eth/versions.ts';
import { parseNode } from '../../../src-main/node-record/node-factory.ts';
import { createHello, exchangeHello } from '../../../src-main/p2p/hello.ts';
import { startSession, type PeerSession } from '../../../src-main/p2p/peer-session.ts';
import type { Channel, Protocol } from '../../../src-main/p2p/protocol.ts';
import { secureOutbound } from '../../../src-main/rlpx/secure.ts';

/** The version of eth that all servers have. */
export const VERSION = 71;

/** An encoded request. */
export interface Request {
  readonly requestId: bigint;
  /** Relative to the protocol. */
  readonly code: number;
  readonly payload: Uint8Array;
}

interface Waiter {
  readonly take: (answer: Uint8Array) => void;
  readonly fail: (error: Error) => void;
}

const silent: Logger = { debug() {}, info() {}, warn() {}, error() {}, child: () => silent };

/**
 * A peer with a session of ours that sends encoded requests and gives the answers undecoded, so that it adds as little as
 * possible to the time of each server.
 */
export class Requester {
  /** By request ID, the oldest first: equal requests have equal answers. */
  readonly #waiting = new Map<bigint, Waiter[]>();
  #channel: Channel | undefined;
  #session: PeerSession | undefined;

  /** Opens a session under a new key. @throws Error when it does not come about */
  static async connect(enode: string): Promise<Requester> {
    const requester = new Requester();
    const { ip = '', tcp, publicKey: remotePublicKey } = parseNode(enode);
    const stream = await systemStreamDialer.dial({ ip, port: tcp }, { timeoutMs: 5_000 });
    const privateKey = generatePrivateKey(systemRandom);
    const world = { clock: systemClock, random: systemRandom };
    const connection = await secureOutbound(stream, { privateKey, remotePublicKey, ...world });
    const protocols = [requester.#protocol()];
    const hello = createHello({ clientName: 'Bench', publicKey: publicKeyOf(privateKey), protocols });
    const opened = await exchangeHello(connection, hello);
    const options = { clock: systemClock, events: { emit() {} }, logger: silent };
    const session = startSession(opened, protocols, options);
    requester.#session = session;
    void session.closed.then(({ code }) => {
      requester.#fail(new Error(`the session with ${session.clientName} has ended: ${code}`));
    });
    if ((await session.established) !== undefined) return requester;
    throw new Error(`no session with ${session.clientName}: ${(await session.closed).code}`);
  }

  /** Sends a request. Resolves with the payload of its answer. */
  ask({ requestId, code, payload }: Request): Promise<Uint8Array> {
    return new Promise((take, fail) => {
      const waiting = this.#waiting.get(requestId) ?? [];
      this.#waiting.set(requestId, waiting);
      waiting.push({ take, fail });
      this.#channel?.send(code, payload);
    });
  }

  async close(): Promise<void> {
    await this.#session?.disconnect('client-quitting');
  }

  /** No class of messages: the session limits what comes in by classes, and the answers would be limited. */
  #protocol(): Protocol {
    return {
      ...{ name: ETH_PROTOCOL_NAME, version: VERSION, length: ETH_VERSIONS[VERSION].length },
      messageName: (code) => ethMessageName(VERSION, code) ?? 'Unused',
      run: async (channel) => {
        // The Status of the server suits it as ours.
        const status = await channel.receive();
        channel.send(status.code, status.payload);
        this.#channel = channel;
        channel.established();
        for (;;) this.#take((await channel.receive()).payload);
      },
    };
  }

  #take(payload: Uint8Array): void {
    const requestId = RlpReader.over(payload).list().uint64();
    this.#waiting.get(requestId)?.shift()?.take(payload);
  }

  #fail(error: Error): void {
    for (const { fail } of [...this.#waiting.values()].flat()) fail(error);
    this.#waiting.clear();
  }
}
