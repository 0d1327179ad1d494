import type { SocketAddress } from '../base/network.ts';
import type { Clock, Random } from '../base/runtime.ts';
import type { EventSink } from '../events/events.ts';
import type { PacketTap } from '../events/packet-tap.ts';
import type { AddressFilter } from './address-filter.ts';
import type { AddressVote } from './ip-vote.ts';
import type { LocalNode } from './local-node.ts';
import type { DatagramChannel } from './socket/udp-socket.ts';
import type { NodeDatabase } from './table/node-database.ts';
import type { Table } from './table/table.ts';

/** Constructor arguments of a DiscoveryTransport of either protocol. */
export interface TransportOptions {
  readonly privateKey: Uint8Array;
  readonly local: LocalNode;
  /** Of this protocol. */
  readonly table: Table;
  readonly channel: DatagramChannel;
  /** Shared by the protocols. */
  readonly database: NodeDatabase;
  readonly clock: Clock;
  readonly random: Random;
  readonly events: EventSink;
  /** The addresses that we may contact (`--netrestrict`). */
  readonly allows: AddressFilter;
  /** Whether packets of a node are dropped. */
  readonly isBannedNode: (idHex: string) => boolean;
  /** Collects our external address as other nodes see it. */
  readonly vote: AddressVote;
  /** Called for each packet that proves its endpoint: v4, of an endpoint with proof; v5, a handshake. */
  readonly onProven: (endpoint: SocketAddress) => void;
  /** Records the packets; absent where nothing can be recorded. */
  readonly tap?: PacketTap | undefined;
}
