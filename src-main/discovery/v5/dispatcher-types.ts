/** What the service of discovery v5 and its dispatcher of packets agree on. */
import type { SocketAddress } from '../../base/network.ts';
import type { Clock, Random } from '../../base/runtime.ts';
import type { Enr } from '../../node-record/enr.ts';
import type { Node } from '../../node-record/node.ts';
import type { EventSink } from '../../events/events.ts';
import type { AddressFilter } from '../bootnodes.ts';
import type { PacketCounters } from '../socket/packet-counters.ts';
import type { DatagramHandler } from '../socket/receiver.ts';
import type { DatagramChannel } from '../socket/udp-socket.ts';
import type { LocalRecordSource } from '../local-node.ts';
import type { V5Request, V5Response } from './messages.ts';

/** Who sent a message: proven, as only the holder of the node's key could encrypt it. */
export interface V5Peer {
  readonly idHex: string;
  /** 32 bytes. */
  readonly id: Uint8Array;
  /** Where the packet came from. */
  readonly address: SocketAddress;
  /** The newest record that we have of it, from its handshake or from `recordOf`. */
  readonly record: Enr | undefined;
}

/** Answers a request of a peer. One message a packet; an empty list answers nothing. */
export type V5Responder = (
  from: V5Peer,
  request: V5Request,
) => readonly V5Response[] | Promise<readonly V5Response[]>;

/** What the dispatcher is made of. */
export interface V5DispatcherOptions {
  /** 32 bytes. */
  readonly privateKey: Uint8Array;
  /** 64 bytes, of `privateKey`. */
  readonly publicKey: Uint8Array;
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
   * Told of each node that proved itself in a handshake with us as its recipient, with the record that it gave, or that
   * we had. Its endpoint is its own claim, though one that the sender's address makes possible.
   */
  readonly onHandshake?: (node: Node, from: SocketAddress) => void;
  /** Told of each endpoint that proves itself in a handshake, whoever began it. */
  readonly onProven?: (endpoint: SocketAddress) => void;
  /** The addresses that we may talk to; all when left out. */
  readonly allows?: AddressFilter;
  /** Whether packets of a node are dropped; those of nobody when left out. */
  readonly isBannedNode?: (idHex: string) => boolean;
}

/** How full the dispatcher's memory is. */
export interface V5Figures {
  /** Peers that we have keys for. */
  readonly sessions: number;
  /** Challenges of ours that were not answered yet. */
  readonly challenges: number;
  /** Requests that wait for their answers. */
  readonly requests: number;
  /** Requests that wait for their turn at a node. */
  readonly queued: number;
}

/** Sends requests and brings their answers, answers others, and makes sessions as they are needed. */
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
