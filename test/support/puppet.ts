import { createServer, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { DISCONNECT_REASONS } from '../../shared/causes/disconnect-reasons.ts';
import { encodeEthMessage, type EthMessage } from '../../src-main/eth/messages.ts';
import type { EthVersion } from '../../src-main/eth/versions.ts';
import { bytesToHex } from '../../src-main/base/bytes.ts';
import type { ByteStream, SocketAddress } from '../../src-main/base/network.ts';
import { generatePrivateKey, publicKeyOf } from '../../src-main/base/secp256k1.ts';
import { systemClock, systemRandom } from '../../src-main/base/system-runtime.ts';
import { systemStreamDialer, systemStreamListener } from '../../src-main/base/tcp.ts';
import { nodeFromParts } from '../../src-main/node-record/node-factory.ts';
import { nodeIdOf } from '../../src-main/node-record/node-id.ts';
import type { Node } from '../../src-main/node-record/node.ts';
import { BASE_PROTOCOL_LENGTH } from '../../src-main/p2p/capabilities.ts';
import { encodeDisconnect } from '../../src-main/p2p/disconnect-reason.ts';
import { createHello, exchangeHello } from '../../src-main/p2p/hello.ts';
import { P2P_CODES, type Hello } from '../../src-main/p2p/messages.ts';
import type { Protocol } from '../../src-main/p2p/protocol.ts';
import type { RlpxConnection } from '../../src-main/rlpx/connection.ts';
import { secureInbound, secureOutbound } from '../../src-main/rlpx/secure.ts';

/** The node that a puppet connects to. */
interface Target {
  readonly publicKey: Uint8Array;
  node(): Node;
}

/** A peer on a real socket that a test controls step by step. */
export class Puppet {
  readonly privateKey: Uint8Array;
  readonly publicKey: Uint8Array;
  readonly idHex: string;
  readonly protocols: readonly Protocol[];

  constructor(protocols: readonly Protocol[] = [], privateKey = generatePrivateKey(systemRandom)) {
    this.protocols = protocols;
    this.privateKey = privateKey;
    this.publicKey = publicKeyOf(privateKey);
    this.idHex = bytesToHex(nodeIdOf(this.publicKey));
  }

  /** This peer as a node that listens at `at`. */
  nodeAt(at: SocketAddress): Node {
    return nodeFromParts({ publicKey: this.publicKey, ip: at.ip, tcp: at.port, udp: at.port });
  }

  hello(change: Partial<Hello> = {}): Hello {
    const { publicKey, protocols } = this;
    return { ...createHello({ clientName: 'Puppet/v1', publicKey, protocols }), ...change };
  }

  /** Connects and performs the encryption handshake. */
  async secure(target: Target): Promise<RlpxConnection> {
    const stream = await connectTo(target);
    return await secureOutbound(stream, { ...this.#keys(), remotePublicKey: target.publicKey });
  }

  /** Connects and exchanges Hello; the target has a session then. */
  async greet(target: Target): Promise<RlpxConnection> {
    const connection = await this.secure(target);
    await exchangeHello(connection, this.hello());
    return connection;
  }

  /** Performs the encryption handshake on an accepted stream. */
  acceptSecure(stream: ByteStream): Promise<RlpxConnection> {
    return secureInbound(stream, this.#keys());
  }

  #keys(): { privateKey: Uint8Array; random: typeof systemRandom; clock: typeof systemClock } {
    return { privateKey: this.privateKey, random: systemRandom, clock: systemClock };
  }
}

/** A bare TCP connection to a node. */
export function connectTo(target: Target): Promise<ByteStream> {
  const { ip, tcp } = target.node();
  return systemStreamDialer.dial({ ip: ip ?? '', port: tcp }, { timeoutMs: 30_000 });
}

/** Sends an eth message on a connection whose only protocol it is. */
export function sendEth(connection: RlpxConnection, version: EthVersion, message: EthMessage): void {
  const { code, payload } = encodeEthMessage(version, message);
  connection.send(BASE_PROTOCOL_LENGTH + code, payload);
}

/** Sends a Disconnect and closes. */
export function sayGoodbye(
  connection: RlpxConnection,
  reason: keyof typeof DISCONNECT_REASONS,
): Promise<void> {
  const payload = encodeDisconnect(DISCONNECT_REASONS[reason].wire);
  return connection.close({ code: P2P_CODES.disconnect, payload });
}

/** A listener that passes every stream to `onStream`; `close` closes it and its streams. */
export async function listenWith(
  onStream: (stream: ByteStream) => void,
): Promise<{ readonly at: SocketAddress; close(): Promise<void> }> {
  const streams = new Set<ByteStream>();
  const server = await systemStreamListener.listen({ ip: '127.0.0.1', port: 0 }, (stream) => {
    streams.add(stream);
    stream.onClose(() => streams.delete(stream));
    onStream(stream);
  });
  return {
    at: server.local,
    async close() {
      for (const stream of streams) stream.destroy();
      await server.close();
    },
  };
}

/** An address where no process listens. */
export async function deadAddress(): Promise<SocketAddress> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const port = portOf(server);
  server.close();
  await once(server, 'close');
  return { ip: '127.0.0.1', port };
}

/** The port of a listening server of node:net. */
export function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server does not listen');
  return address.port;
}

/** Discards the data and the errors of a socket. */
export function ignore(socket: Socket): Socket {
  return socket.on('error', () => undefined).resume();
}
