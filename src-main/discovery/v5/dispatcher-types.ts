/** The interface between V5Transport and PacketDispatcher. */
import type { SocketAddress } from '../../base/network.ts';
import type { Clock, Random } from '../../base/runtime.ts';
import type { Enr } from '../../node-record/enr.ts';
import type { Node } from '../../node-record/node.ts';
import type { EventSink } from '../../events/events.ts';
import type { PacketTap } from '../../events/packet-tap.ts';
import type { AddressFilter } from '../address-filter.ts';
import type { PacketCounters } from '../socket/packet-counters.ts';
import type { DatagramHandler } from '../socket/receiver.ts';
import type { DatagramChannel } from '../socket/udp-socket.ts';
import type { LocalRecordSource } from '../local-node.ts';
import type { V5Request, V5Response } from './messages.ts';

/** The authenticated sender of a message: only the holder of the node's key can encrypt the message. */
export interface V5Peer {
  readonly idHex: string;
  /** 32 bytes. */
  readonly id: Uint8Array;
  /** Where the packet came from. */
  readonly address: SocketAddress;
  /** The newest known record: that of its handshake or of `recordOf`. */
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
  /** Created with V5_PACKET_NAMES. */
  readonly counters: PacketCounters;
  readonly respond: V5Responder;
  /** The known record of a node, whose sequence number our challenge contains; undefined for none. */
  readonly recordOf: (idHex: string) => Enr | undefined;
  /**
   * Called for each node that completed a handshake with us as the recipient, with the newer of the record in its
   * handshake and the known one. The endpoint in it is the node's claim; `checkRelayIp` accepts it for the sender's
   * address.
   */
  readonly onHandshake?: (node: Node, from: SocketAddress) => void;
  /** Called for each endpoint that a handshake proves, in either role. */
  readonly onProven?: (endpoint: SocketAddress) => void;
  /** The addresses that we may contact; all by default. */
  readonly allows?: AddressFilter;
  /** Whether packets of a node are dropped; none by default. */
  readonly isBannedNode?: (idHex: string) => boolean;
  /** Records the packets; absent where nothing can be recorded. */
  readonly tap?: PacketTap | undefined;
}

/** How many sessions, challenges and requests the dispatcher holds. */
export interface V5Figures {
  /** Peers with session keys. */
  readonly sessions: number;
  /** Our challenges without an answer. */
  readonly challenges: number;
  /** Requests that wait for answers. */
  readonly requests: number;
  /** Requests that are queued because another one to the same node is active. */
  readonly queued: number;
}

/** Sends requests and receives their answers, answers other nodes, and establishes sessions as needed. */
export interface V5Dispatcher extends DatagramHandler {
  /**
   * Sends a request to the node's UDP address and resolves with its answer: one PONG, one TALKRESP, or at most 5 NODES
   * messages in the order of arrival, with unverified records. If some NODES messages do not arrive in time, it resolves
   * with the others. Each node has one active request at a time; further ones are queued.
   * @throws DiscoveryError `timeout`, `busy`, `closed`, `no-endpoint`, `too-large`, `bad-record` for a public key that is
   *   not on the curve
   */
  request(node: Node, message: V5Request): Promise<readonly V5Response[]>;
  /** Starts to handle packets and requests. */
  start(): void;
  /** Ends all requests with `closed`; deletes sessions and challenges. `start` may follow. */
  stop(): void;
  snapshot(): V5Figures;
}
