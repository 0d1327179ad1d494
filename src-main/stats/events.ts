import type { Node } from '../node-record/node.ts';
import type { Unsubscribe } from '../leaf/runtime.ts';

/** Which way a connection was opened, seen from us. */
export type Direction = 'inbound' | 'outbound';

/** Who ended a session or refused a connection. */
export type EndedBy = 'local' | 'remote' | 'network';

/** How a dial or an inbound connection got on: the stages that a node passes on its way to a session. */
export type ConnectionStage = 'connect' | 'encryption' | 'hello' | 'status' | 'running';

/** Why a connection or session ended: a stable name, words for people, and who did it. */
export interface EndCause {
  /** `too-many-peers`, `connection-refused`, `wrong-network`, …: kebab-case, stable. */
  readonly code: string;
  /** A plain sentence or phrase for people, with the facts compared where there are any. */
  readonly message: string;
  readonly by: EndedBy;
  readonly stage: ConnectionStage;
  /** The disconnect reason on the wire, as geth names it, where one was sent or received. */
  readonly disconnectReason: string | undefined;
}

/** The names of discovery packets, as the v4 specification writes them in lower case. */
export type DiscoveryPacketName = 'ping' | 'pong' | 'findnode' | 'neighbors' | 'enrrequest' | 'enrresponse';

/**
 * The closed union of facts that the node states about itself, in the order they happen. Statistics, the log, the
 * window and the RPC subscriptions read this one stream; nobody else is told anything.
 */
export type NodeEvent =
  | {
      type: 'discovery/packet';
      direction: 'in' | 'out';
      packet: DiscoveryPacketName;
      bytes: number;
      ip: string;
    }
  | { type: 'discovery/dropped'; reason: string; bytes: number; ip: string }
  | { type: 'discovery/node-added'; node: Node; bucket: number }
  | { type: 'discovery/node-removed'; node: Node; bucket: number; reason: string }
  | { type: 'discovery/lookup-done'; target: string; rounds: number; found: number; durationMs: number }
  | { type: 'discovery/external-address'; ip: string; port: number; votes: number }
  | { type: 'record/updated'; seq: bigint; reason: string }
  | { type: 'dial/started'; node: Node; kind: 'static' | 'dynamic' }
  | { type: 'dial/refused'; node: Node; reason: string }
  | {
      type: 'dial/ended';
      node: Node;
      kind: 'static' | 'dynamic';
      cause: EndCause | undefined;
      durationMs: number;
    }
  | { type: 'inbound/accepted'; ip: string; port: number }
  | { type: 'inbound/ended'; ip: string; port: number; idHex: string | undefined; cause: EndCause }
  | { type: 'peer/added'; idHex: string; name: string; direction: Direction; ip: string; port: number }
  | {
      type: 'peer/dropped';
      idHex: string;
      name: string;
      direction: Direction;
      ip: string;
      port: number;
      cause: EndCause;
      ageMs: number;
    }
  | {
      type: 'peer/message';
      idHex: string;
      direction: 'in' | 'out';
      protocol: string;
      name: string;
      bytes: number;
    }
  | { type: 'nodes/changed'; list: 'bootnodes' | 'static' | 'trusted' }
  | { type: 'node/phase'; phase: 'starting' | 'running' | 'stopping' | 'stopped' };

/** Where facts are stated. */
export interface EventSink {
  emit(event: NodeEvent): void;
}

/** Where facts are read. A listener must not throw and must not wait. */
export interface EventSource {
  subscribe(listener: (event: NodeEvent, at: number) => void): Unsubscribe;
}
