/** What the steps of a test found out. The verdict is inferred from all of it. */
import type { Ban } from '../../shared/model/ban.ts';
import type { DoctorCause } from '../../shared/model/doctor.ts';
import type { NetworkErrorCode } from '../base/errors.ts';
import type { SocketAddress } from '../base/network.ts';
import type { EndCause } from '../events/events.ts';
import type { Enr } from '../node-record/enr.ts';
import type { Node } from '../node-record/node.ts';

/** Where a node is contacted; a port is 0 where none is known. */
export interface ProbedEndpoint {
  readonly ip: string;
  readonly tcp: number;
  readonly udp: number;
}

/** The v4 Ping. */
export type PingEvidence =
  | { readonly kind: 'silent' }
  | {
      readonly kind: 'answered';
      readonly endpoint: ProbedEndpoint;
      /** The key that signed the Pong, 64 bytes. */
      readonly publicKey: Uint8Array;
      readonly isExpectedKey: boolean;
      /** Only a Ping that is valid for much longer than usual was answered: for the node the others had expired. */
      readonly neededLongLife: boolean;
      /** Its clock minus ours by the expiration of the Pong, seconds; a client may use another lifetime. */
      readonly offsetSeconds: number;
      /** Sequence number of its record; undefined where the Pong has none. */
      readonly seq: bigint | undefined;
    };

/** A TCP connect that failed. */
export interface ConnectFailure {
  readonly to: SocketAddress;
  readonly code: NetworkErrorCode;
  readonly message: string;
}

/** The TCP connection and what arrived on it before the encryption handshake was complete. */
export interface ReceivedBytes {
  readonly count: number;
  /** The first bytes, at most 32. */
  readonly head: Uint8Array;
}

/** A reason why no packet is sent. */
export type Refusal = DoctorCause & { readonly ban?: Ban };

/** Everything that a test found out so far. Each step sets its own members. */
export interface Evidence {
  /** The node as given, or as this node knows it where an ID was given. */
  node?: Node;
  /** The record that was given; undefined for an enode URL or an ID. */
  givenRecord?: Enr;
  /** Why the input, its DNS name or all its addresses cannot be tested. */
  refusal?: Refusal;
  /** All addresses of the DNS name; empty without one. */
  found: readonly string[];
  /** Endpoints that may be contacted, in the order in which they are tried. */
  endpoints: readonly ProbedEndpoint[];
  /** The newest version of the node that this node knew before the test. */
  known?: Node;
  ping?: PingEvidence;
  /** The record that the node sent. */
  record?: Enr;
  /** Why its answer to the record request was no valid record of it. */
  badRecord?: string;
  v5?: 'answered' | 'silent';
  connectFailures: readonly ConnectFailure[];
  connectedTo?: SocketAddress;
  received?: ReceivedBytes;
  /** Why the connection ended before the test ended it. */
  end?: EndCause;
  /** Client name of its Hello. */
  client?: string;
  /** Capabilities that both offer, `eth/69`. */
  agreed?: readonly string[];
  /** Whether its Status was accepted. */
  hasStatus?: boolean;
  headers?: 'answered' | 'empty' | 'silent';
  /** Age of the session that this node had with it when the test started, milliseconds; undefined for none. */
  sessionAgeMs?: number;
  /** Whether a step failed because of an internal error. */
  isBroken?: boolean;
  /** Why the test ended early. */
  ended?: 'stopped' | 'timeout';
}

/** The evidence of a test that has not started. */
export function noEvidence(): Evidence {
  return { found: [], endpoints: [], connectFailures: [] };
}
