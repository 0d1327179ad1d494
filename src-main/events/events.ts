import type { CauseCode, EndCode, EndedBy } from '../../shared/causes/catalogue.ts';
import type { CauseParams, Failure } from '../../shared/causes/facts.ts';
import type { Offence } from '../../shared/causes/offences.ts';
import type { ConnectionStage } from '../../shared/causes/value-texts.ts';
import type { Ban } from '../../shared/model/ban.ts';
import type { PortMapping } from '../../shared/model/node.ts';
import type { NodeSource } from '../../shared/model/node-source.ts';
import type { TableProtocol } from '../../shared/model/table.ts';
import type { ForkId } from '../chain/fork-id.ts';
import type { Node } from '../node-record/node.ts';
import type { Unsubscribe } from '../base/runtime.ts';

export type { ConnectionStage, EndedBy, NodeSource, Offence };

/** Which side opened a connection, seen from this node. */
export type Direction = 'inbound' | 'outbound';

/** Why a connection or session ended: a code of the catalogue, its params, and the side that ended it. */
export interface EndCause {
  readonly code: EndCode;
  /** Values in the sentence of the code, such as both network IDs. */
  readonly params: CauseParams;
  readonly by: EndedBy;
  readonly stage: ConnectionStage;
  /** Text of the disconnect reason that was sent or received, as in geth; undefined without a Disconnect. */
  readonly disconnectReason: string | undefined;
}

/**
 * Why a clock sample of a node counts. `proven`: its endpoint is proven. `asked`, weaker: we sent the node a request
 * and got no valid response. Packets of any other node give no sample.
 */
export type ClockEvidence = 'proven' | 'asked';

/** Why a node was removed from the table: its liveness checks failed, its FINDNODE requests did, or a person asked for it. */
export type NodeRemovalReason = 'silent' | 'findnode-failures' | 'requested';

/** Names of discovery packets in lower case, as in the specifications of v4 and v5. */
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
 * The closed union of the events of the node. Statistics, log, window and RPC subscriptions get all their data from this
 * one stream. `bytes` are lengths in bytes, `idHex` is a node ID of 64 hex digits, `ip` an address in canonical text.
 */
export type NodeEvent =
  | {
      type: 'discovery/packet';
      direction: 'in' | 'out';
      packet: DiscoveryPacketName;
      bytes: number;
      ip: string;
      port: number;
    }
  /** A packet, or an ENR in a v5 NODES response, was dropped. Without `protocol`: before the protocol was known. */
  | {
      type: 'discovery/dropped';
      reason: CauseCode;
      bytes: number;
      ip: string;
      protocol?: TableProtocol;
    }
  /** A node was found. `from`: ID of the node whose response had it; undefined for lists and for a packet of the node itself. */
  | { type: 'discovery/found'; node: Node; source: NodeSource; from: string | undefined }
  /** The endpoint of a node is proven: in v4 it answered our ping, in v5 any request of ours. */
  | { type: 'discovery/bonded'; idHex: string; ip: string }
  /** A node did not answer: in v4 a ping, in v5 any request. */
  | { type: 'discovery/silent'; idHex: string; ip: string }
  /** A newer ENR of a node was received. */
  | { type: 'discovery/record'; node: Node }
  /** Clock sample from the expiration of a packet. `offsetMs`: how far the sender's clock is ahead of ours. */
  | {
      type: 'discovery/clock';
      idHex: string;
      ip: string;
      port: number;
      offsetMs: number;
      evidence: ClockEvidence;
    }
  | { type: 'discovery/node-added'; node: Node; bucket: number }
  | { type: 'discovery/node-removed'; node: Node; bucket: number; reason: NodeRemovalReason }
  | { type: 'discovery/lookup-done'; target: string; rounds: number; found: number; durationMs: number }
  | { type: 'discovery/external-address'; ip: string; port: number; votes: number }
  /** A v5 session was established, or its handshake failed. */
  | {
      type: 'discovery/session';
      idHex: string;
      ip: string;
      role: 'initiator' | 'recipient';
      failure: CauseCode | undefined;
    }
  /** The root of a DNS node list was verified or refused. */
  | { type: 'dns/root'; domain: string; seq: number; failure: Failure | undefined }
  /** `keys` are the keys of the entries that changed, sorted. */
  | { type: 'record/updated'; seq: bigint; keys: readonly string[] }
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
  /** A connection has completed the handshake of a stage. The event for Status is `peer/established`. */
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
  /** A Status with our network ID and genesis hash was received. Emitted before the check of its fork ID. */
  | { type: 'peer/fork-id'; idHex: string; ip: string; forkId: ForkId }
  /** The handshakes of all protocols (Status of eth) are complete. */
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
      /** Relative to the protocol, as in geth's peer events. */
      code: number;
      /** Length of the uncompressed payload. */
      size: number;
      /** Length of the frame on the wire. */
      bytes: number;
    }
  /** Inbound: a message above the rate limit of the peer. Outbound: an announcement was dropped because the peer does not read. */
  | { type: 'peer/limited'; idHex: string; direction: 'in' | 'out'; protocol: string; name: string }
  /** A node committed an offence, which lowers its reputation. */
  | { type: 'peer/offence'; idHex: string; ip: string | undefined; offence: Offence; detail: string }
  | { type: 'reputation/changed'; idHex: string; offence: Offence; change: number; score: number }
  | { type: 'ban/added'; ban: Ban }
  | { type: 'ban/removed'; ban: Ban; how: 'user' | 'expired' | 'replaced' }
  | { type: 'dropper/dropped'; idHex: string; direction: Direction }
  | { type: 'nat/mapped'; mapping: PortMapping; gateway: string }
  | { type: 'nat/failed'; method: string; failure: Failure; retryInMs: number }
  | { type: 'nat/external'; ip: string; source: 'nat' | 'stun' }
  /** The machine slept, or its addresses changed. The node renews sockets, port mapping and ENR. */
  | { type: 'node/woke'; sleptMs: number }
  | { type: 'node/network-changed'; addresses: readonly string[] }
  | { type: 'settings/changed'; keys: readonly string[] }
  | { type: 'nodes/changed'; list: 'bootnodes' | 'static' | 'trusted' }
  | { type: 'node/phase'; phase: 'starting' | 'running' | 'stopping' | 'stopped' }
  /** The start failed; everything that it opened is closed. `reason`: a sentence with what to do. */
  | { type: 'node/phase'; phase: 'failed'; code: CauseCode; reason: string };

/** Accepts events. */
export interface EventSink {
  emit(event: NodeEvent): void;
}

/** Delivers events. A listener must not throw and must not block. `at`: Unix milliseconds. */
export interface EventSource {
  subscribe(listener: (event: NodeEvent, at: number) => void): Unsubscribe;
}
