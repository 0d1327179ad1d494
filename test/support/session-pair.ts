import type { ByteStream, SocketAddress } from '../../src-main/base/network.ts';
import type { Clock, Logger, Random } from '../../src-main/base/runtime.ts';
import { generatePrivateKey, publicKeyOf } from '../../src-main/base/secp256k1.ts';
import { createHello, exchangeHello } from '../../src-main/p2p/hello.ts';
import { encodeHello, P2P_CODES } from '../../src-main/p2p/messages.ts';
import { startSession, type PeerSession } from '../../src-main/p2p/peer-session.ts';
import type { Protocol } from '../../src-main/p2p/protocol.ts';
import type { RlpxConnection } from '../../src-main/rlpx/connection.ts';
import { secureInbound, secureOutbound } from '../../src-main/rlpx/secure.ts';
import type { ConnectionTap } from '../../src-main/events/connection-tap.ts';
import type { EventSink } from '../../src-main/events/events.ts';
import { MemoryStream } from './memory-stream.ts';
import { RecordedEvents } from './recorded-events.ts';
import { silentLogger } from './silent-logger.ts';

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

/** Performs the encryption handshake on both ends of a connection. `tap` records the dialling one. */
export async function securePair(
  [dialling, accepting]: readonly [ByteStream, ByteStream],
  [dialler, acceptor]: readonly [TestNode, TestNode],
  world: { readonly clock: Clock; readonly random: Random; readonly tap?: ConnectionTap | undefined },
): Promise<[RlpxConnection, RlpxConnection]> {
  const { clock, random } = world;
  return Promise.all([
    secureOutbound(dialling, {
      privateKey: dialler.privateKey,
      remotePublicKey: acceptor.publicKey,
      ...world,
    }),
    secureInbound(accepting, { privateKey: acceptor.privateKey, clock, random }),
  ]);
}

/** Brings one node's side of a connection to a session. */
export async function openSession(
  connection: RlpxConnection,
  node: TestNode,
  world: { readonly clock: Clock; readonly events?: EventSink; readonly logger?: Logger },
): Promise<PeerSession> {
  const hello = await exchangeHello(connection, createHello(node));
  const { clock, events = new RecordedEvents(), logger = silentLogger } = world;
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

/** A session of ours, and the bare connection of its peer, on which a test sends and reads every message. */
export interface BarePeer {
  readonly session: PeerSession;
  readonly raw: RlpxConnection;
}

/** How a bare peer connects. */
export interface BarePeerOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly events?: EventSink;
  /** Records our connection. */
  readonly tap?: ConnectionTap;
  /** Both ends of the stream, ours first. */
  readonly streams?: readonly [ByteStream, ByteStream];
  /** Compresses what the peer sends after Hello; true by default. With false the test compresses. */
  readonly compresses?: boolean;
}

/** Exchanges Hello with a bare peer that has the same protocols. */
export async function openBarePeer(
  protocols: readonly Protocol[],
  { clock, random, events, tap, streams = streamPair(clock), compresses = true }: BarePeerOptions,
): Promise<BarePeer> {
  const ours = testNode(random, 'ours', protocols);
  const theirs = testNode(random, 'theirs', protocols);
  const [connection, raw] = await securePair(streams, [ours, theirs], { clock, random, tap });
  const hello = createHello(theirs);
  if (!compresses) raw.send(P2P_CODES.hello, encodeHello(hello));
  const [session] = await Promise.all([
    openSession(connection, ours, events === undefined ? { clock } : { clock, events }),
    compresses ? exchangeHello(raw, hello) : raw.read(),
  ]);
  return { session, raw };
}
