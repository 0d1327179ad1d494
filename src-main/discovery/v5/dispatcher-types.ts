/** The interface between V5Transport and its dispatcher of packets. */
import type { SocketAddress } from '../../base/network.ts';
import type { Clock, Random } from '../../base/runtime.ts';
import type { Enr } from '../../node-record/enr.ts';
import type { Node } from '../../node-record/node.ts';
import type { EventSink } from '../../events/events.ts';
import type { AddressFilter } from '../address-filter.ts';
import type { PacketCounters } from '../socket/packet-counters.ts';
import type { DatagramHandler } from '../socket/receiver.ts';
import type { DatagramChannel } from '../socket/udp-socket.ts';
import type { LocalRecordSource } from '../local-node.ts';
import type { V5Request, V5Response } from './messages.ts';

/** The sender of a message. It is authenticated: only the holder of the node's key could encrypt the message. */
export interface V5Peer {
  readonly idHex: string;
  /** 32 bytes. */
  readonly id: Uint8Array;
  /** Where the packet came from. */
  readonly address: SocketAddress;
  /** The newest record that we have of it: that of its handshake or of `recordOf`. */
  readonly record: Enr | undefined;
}

/** Answers a request: one packet per message; no packet for an empty list. */
export type V5Responder = (
  from: V5Peer,
  request: V5Request,
) => readonly V5Response[] | Promise<readonly V5Response[]>;

/** Constructor arguments of PacketDispatcher. */
export interface V5DispatcherOptions {
  /** 32 bytes. */
  readonly privateKey: Uint8Array;
  /** Our node ID, 32 bytes. */
  readonly localId: Uint8Array;
  readonly local: LocalRecordSource;
  readonly channel: DatagramChannel;
  readonly clock: Clock;
  readonly random: Random;
  readonly events: EventSink;
  /** Made with V5_PACKET_NAMES. */
  readonly counters: PacketCounters;
  readonly respond: V5Responder;
  /** The record that we have of a node, whose sequence number a challenge names; undefined for none. */
  readonly recordOf: (idHex: string) => Enr | undefined;
  /**
   * Called for each node that completed a handshake with us as its recipient, with the newer of its own record and ours. The
   * endpoint in it is the node's claim; `checkRelayIp` accepts it for the sender's address.
   */
  readonly onHandshake?: (node: Node, from: SocketAddress) => void;
  /** Called for each endpoint that proves itself in a handshake, in either role. */
  readonly onProven?: (endpoint: SocketAddress) => void;
  /** The addresses that we may contact; all by default. */
  readonly allows?: AddressFilter;
  /** Whether packets of a node are dropped; none by default. */
  readonly isBannedNode?: (idHex: string) => boolean;
}

/** How many sessions, challenges and requests the dispatcher holds. */
export interface V5Figures {
  /** Peers that we have keys for. */
  readonly sessions: number;
  /** Our challenges that are not answered yet. */
  readonly challenges: number;
  /** Requests that wait for their answers. */
  readonly requests: number;
  /** Requests that are queued behind another one to the same node. */
  readonly queued: number;
}

/** Sends requests and receives their answers, answers other nodes, and establishes sessions as needed. */
export interface V5Dispatcher extends DatagramHandler {
  /**
   * Sends a request to the node's UDP address and resolves with its answer: one PONG, one TALKRESP, or the parts of a
   * NODES answer in the order they came, at most 5, their records as they are on the wire: unverified. An answer of
   * several parts that stops short resolves with those that came. One request a node is under way at a time.
   * @throws DiscoveryError `timeout`, `busy`, `closed`, `no-endpoint`, `too-large`, `bad-record` for a public key off the curve
   */
  request(node: Node, message: V5Request): Promise<readonly V5Response[]>;
  /** Begins to take packets and requests. */
  start(): void;
  /** Ends all requests (`closed`) and forgets sessions and challenges; `start` may follow. */
  stop(): void;
  snapshot(): V5Figures;
}
