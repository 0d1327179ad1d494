import type { ByteStream, SocketAddress } from '../../src-main/base/network.ts';
import type { Clock, Logger, Random } from '../../src-main/base/runtime.ts';
import { generatePrivateKey, publicKeyOf } from '../../src-main/base/secp256k1.ts';
import { createHello, exchangeHello } from '../../src-main/p2p/hello.ts';
import { startSession, type PeerSession } from '../../src-main/p2p/peer-session.ts';
import type { Protocol } from '../../src-main/p2p/protocol.ts';
import { secureInbound, secureOutbound, type RlpxConnection } from '../../src-main/rlpx/connection.ts';
import type { EventSink, NodeEvent } from '../../src-main/events/events.ts';
import { MemoryStream } from './memory-stream.ts';

/** A logger that discards its lines. */
export const silentLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silentLogger,
};

/** An event sink that records events. */
export class EventRecorder implements EventSink {
  readonly events: NodeEvent[] = [];

  emit(event: NodeEvent): void {
    this.events.push(event);
  }
}

/** One node's side of a session in a test. */
export interface TestNode {
  readonly privateKey: Uint8Array;
  readonly publicKey: Uint8Array;
  readonly clientName: string;
  readonly protocols: readonly Protocol[];
}

/** A node with a fresh key. */
export function testNode(random: Random, clientName: string, protocols: readonly Protocol[] = []): TestNode {
  const privateKey = generatePrivateKey(random);
  return { privateKey, publicKey: publicKeyOf(privateKey), clientName, protocols };
}

const DIALLING: SocketAddress = { ip: '10.0.0.1', port: 50_000 };
const ACCEPTING: SocketAddress = { ip: '10.0.0.2', port: 30_303 };

/** Both ends of a fresh stream in memory, the dialling one first. */
export function streamPair(clock: Clock, latencyMs = 0): [MemoryStream, MemoryStream] {
  return MemoryStream.pair(clock, DIALLING, ACCEPTING, () => latencyMs);
}

/** Performs the encryption handshake on both ends of a connection. */
export async function securePair(
  [dialling, accepting]: readonly [ByteStream, ByteStream],
  [dialler, acceptor]: readonly [TestNode, TestNode],
  world: { readonly clock: Clock; readonly random: Random },
): Promise<[RlpxConnection, RlpxConnection]> {
  return Promise.all([
    secureOutbound(dialling, {
      privateKey: dialler.privateKey,
      remotePublicKey: acceptor.publicKey,
      ...world,
    }),
    secureInbound(accepting, { privateKey: acceptor.privateKey, ...world }),
  ]);
}

/** Brings one node's side of a connection to a session. */
export async function openSession(
  connection: RlpxConnection,
  node: TestNode,
  world: { readonly clock: Clock; readonly events?: EventSink; readonly logger?: Logger },
): Promise<PeerSession> {
  const hello = await exchangeHello(connection, createHello(node));
  const { clock, events = new EventRecorder(), logger = silentLogger } = world;
  return startSession(hello, node.protocols, { clock, events, logger });
}

/** Sessions of two nodes with each other, in memory, the dialler's first. */
export async function sessionPair(
  nodes: readonly [TestNode, TestNode],
  world: {
    readonly clock: Clock;
    readonly random: Random;
    readonly events?: EventSink;
    readonly latencyMs?: number;
  },
): Promise<[PeerSession, PeerSession]> {
  const connections = await securePair(streamPair(world.clock, world.latencyMs), nodes, world);
  return Promise.all([
    openSession(connections[0], nodes[0], world),
    openSession(connections[1], nodes[1], world),
  ]);
}
