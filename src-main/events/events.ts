import type { CauseCode, EndCode, EndedBy } from '../../shared/causes/catalogue.ts';
import type { CauseParams } from '../../shared/causes/facts.ts';
import type { Offence } from '../../shared/causes/offences.ts';
import type { ConnectionStage } from '../../shared/causes/value-texts.ts';
import type { Ban } from '../../shared/model/ban.ts';
import type { PortMapping } from '../../shared/model/node.ts';
import type { TableProtocol } from '../../shared/model/table.ts';
import type { ForkId } from '../chain/fork-id.ts';
import type { Node } from '../node-record/node.ts';
import type { Unsubscribe } from '../base/runtime.ts';

export type { ConnectionStage, EndedBy, Offence };

/** Which side opened a connection, seen from this node. */
export type Direction = 'inbound' | 'outbound';

/** Why a connection or session ended: a code of the catalogue, its facts, and who ended it. */
export interface EndCause {
  readonly code: EndCode;
  /** The facts that the sentence of the code names, such as both network IDs. */
  readonly params: CauseParams;
  readonly by: EndedBy;
  readonly stage: ConnectionStage;
  /** The disconnect reason on the wire, as geth names it, where one was sent or received. */
  readonly disconnectReason: string | undefined;
}

/**
 * Why a node is believed about its clock: its endpoint is proven; or, weaker, we asked it of our own accord, in vain. A
 * stranger that only wrote to us is not.
 */
export type ClockEvidence = 'proven' | 'asked';

/** Who brought a node. */
export type NodeSource = 'v4' | 'v5' | 'dns' | 'bootnode' | 'static' | 'trusted' | 'inbound' | 'database';

/** The names of discovery packets, as the v4 specification writes them in lower case. */
export type DiscoveryPacketName =
  | 'v5/ping'
  | 'v5/pong'
  | 'v5/findnode'
  | 'v5/nodes'
  | 'v5/talkreq'
  | 'v5/talkresp'
  | 'v5/whoareyou'
  | 'ping'
  | 'pong'
  | 'findnode'
  | 'neighbors'
  | 'enrrequest'
  | 'enrresponse';

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
  /** A packet, or a record that v5 was told, was thrown away: by a protocol, or, without one, before it was known whose it is. */
  | {
      type: 'discovery/dropped';
      reason: CauseCode;
      bytes: number;
      ip: string;
      protocol?: TableProtocol;
    }
  /** A node was heard of: `from` is the node whose answer named it; undefined for lists and for its own packet. */
  | { type: 'discovery/found'; node: Node; source: NodeSource; from: string | undefined }
  /** Its endpoint is proven: it answered our ping, or by v5 anything that we asked. */
  | { type: 'discovery/bonded'; idHex: string; ip: string }
  /** It did not answer a ping, its endpoint proof failed, or by v5 it answered nothing that we asked. */
  | { type: 'discovery/silent'; idHex: string; ip: string }
  /** Its record was received and is newer than the one we had. */
  | { type: 'discovery/record'; node: Node }
  /** What the expiration of a packet says of its sender's clock: milliseconds ahead of ours. */
  | {
      type: 'discovery/clock';
      idHex: string;
      ip: string;
      port: number;
      offsetMs: number;
      evidence: ClockEvidence;
    }
  | { type: 'discovery/node-added'; node: Node; bucket: number }
  | { type: 'discovery/node-removed'; node: Node; bucket: number; reason: string }
  | { type: 'discovery/lookup-done'; target: string; rounds: number; found: number; durationMs: number }
  | { type: 'discovery/external-address'; ip: string; port: number; votes: number }
  /** A v5 session was made, or a handshake failed. */
  | {
      type: 'discovery/session';
      idHex: string;
      ip: string;
      role: 'initiator' | 'recipient';
      failure: CauseCode | undefined;
    }
  /** The root of a DNS node list was verified, or was refused. */
  | { type: 'dns/root'; domain: string; seq: number; failure: string | undefined }
  | { type: 'record/updated'; seq: bigint; reason: string }
  | { type: 'dial/started'; node: Node; kind: 'static' | 'dynamic' }
  | { type: 'dial/refused'; node: Node; reason: EndCode }
  | {
      type: 'dial/ended';
      node: Node;
      kind: 'static' | 'dynamic';
      cause: EndCause | undefined;
      durationMs: number;
    }
  | { type: 'inbound/accepted'; ip: string; port: number }
  /** A connection has passed a stage's handshake: `encryption` and `hello`; Status is `peer/established`. */
  | {
      type: 'connection/passed';
      idHex: string;
      direction: Direction;
      stage: 'encryption' | 'hello';
      ip: string;
    }
  | { type: 'inbound/ended'; ip: string; port: number; idHex: string | undefined; cause: EndCause }
  | {
      type: 'peer/added';
      idHex: string;
      name: string;
      direction: Direction;
      ip: string;
      port: number;
      /** `IP:port` of our end. */
      local?: string;
    }
  /** A Status with our network ID and our genesis block has come; whether its fork is ours is judged after it. */
  | { type: 'peer/fork-id'; idHex: string; ip: string; forkId: ForkId }
  /** Every protocol's own handshake (eth's Status) is done: the peer is kept. */
  | { type: 'peer/established'; idHex: string; detail: string }
  | {
      type: 'peer/dropped';
      idHex: string;
      name: string;
      direction: Direction;
      ip: string;
      port: number;
      cause: EndCause;
      ageMs: number;
      kind: 'static' | 'trusted' | 'dynamic';
      capabilities: readonly string[];
      bytesIn: number;
      bytesOut: number;
    }
  | {
      type: 'peer/message';
      idHex: string;
      direction: 'in' | 'out';
      protocol: string;
      name: string;
      /** Relative to its protocol, as geth's peer events give it. */
      code: number;
      /** Of the payload, decompressed. */
      size: number;
      /** Of the payload on the wire, compressed; framing is not counted. */
      bytes: number;
    }
  /** A message beyond the peer's rate limit was dropped, or an announcement to a peer that does not read. */
  | { type: 'peer/limited'; idHex: string; direction: 'in' | 'out'; protocol: string; name: string }
  /** A node did what costs reputation. */
  | { type: 'peer/offence'; idHex: string; ip: string | undefined; offence: Offence; detail: string }
  | { type: 'reputation/changed'; idHex: string; offence: Offence; change: number; score: number }
  | { type: 'ban/added'; ban: Ban }
  | { type: 'ban/removed'; ban: Ban; how: 'user' | 'expired' | 'replaced' }
  | { type: 'dropper/dropped'; idHex: string; direction: Direction }
  | { type: 'nat/mapped'; mapping: PortMapping; gateway: string }
  | { type: 'nat/failed'; method: string; reason: string; retryInMs: number }
  | { type: 'nat/external'; ip: string; source: 'nat' | 'stun' }
  /** The machine slept, or its network addresses changed; sockets, mapping and record are renewed. */
  | { type: 'node/woke'; sleptMs: number }
  | { type: 'node/network-changed'; addresses: readonly string[] }
  | { type: 'settings/changed'; keys: readonly string[] }
  | { type: 'nodes/changed'; list: 'bootnodes' | 'static' | 'trusted' }
  | { type: 'node/phase'; phase: 'starting' | 'running' | 'stopping' | 'stopped' }
  /** The start failed; everything that it opened is closed. `reason`: a sentence with what to do. */
  | { type: 'node/phase'; phase: 'failed'; code: string; reason: string };

/** Where facts are stated. */
export interface EventSink {
  emit(event: NodeEvent): void;
}

/** Where facts are read. A listener must not throw and must not wait. */
export interface EventSource {
  subscribe(listener: (event: NodeEvent, at: number) => void): Unsubscribe;
}
