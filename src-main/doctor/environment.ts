/** What a test uses of the program. */
import type { Ban } from '../../shared/model/ban.ts';
import type { LookUpHost } from '../base/host-lookup.ts';
import type { AddressFamily, StreamDialer } from '../base/network.ts';
import type { Clock, Logger, Random } from '../base/runtime.ts';
import type { V4Probe } from '../discovery/v4/probe.ts';
import type { ChainStatus } from '../eth/chain-source.ts';
import type { TestTapSource } from '../events/test-tap.ts';
import type { Node } from '../node-record/node.ts';
import type { Hello } from '../p2p/messages.ts';
import type { Protocol } from '../p2p/protocol.ts';

/** Discovery of the node that runs. */
export interface DoctorDiscovery {
  /** Undefined where v4 is off. */
  readonly probe: Pick<V4Probe, 'open'> | undefined;
  /** Pings a node by v5; undefined where v5 is off. @throws DiscoveryError */
  readonly pingV5: ((node: Node) => Promise<bigint>) | undefined;
}

/** Which nodes and addresses a test may contact. */
export interface DoctorPolicy {
  /** Our node ID, 64 hex digits. */
  readonly ownIdHex: string;
  /** Whether `--netrestrict` allows the address. */
  readonly allows: (ip: string) => boolean;
  readonly banOf: (idHex: string, ip: string | undefined) => Ban | undefined;
  /** Whether a person must agree before a packet is sent to the address: it is not one of the public internet. */
  readonly needsConsent: (ip: string) => boolean;
  /** Whether this machine has an address from which the address can be reached: of its family and scope. */
  readonly hasAddressFor: (ip: string) => boolean;
  /** The families of this machine, for the report. */
  readonly families: () => readonly AddressFamily[];
}

/** The identity with which a test speaks, and what it offers. */
export interface DoctorIdentity {
  /** 32 bytes. */
  readonly privateKey: Uint8Array;
  readonly hello: () => Hello;
  readonly protocols: readonly Protocol[];
}

/** What a test uses of the program. It gets no peer slots, reputation or backoff. */
export interface DoctorEnvironment {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly chain: ChainStatus;
  readonly policy: DoctorPolicy;
  readonly identity: DoctorIdentity;
  readonly lookUpHost: LookUpHost;
  readonly dialer: StreamDialer;
  /** Records the packets and messages of a test; absent where nothing can be recorded. */
  readonly taps?: TestTapSource | undefined;
  /** Undefined while discovery does not run. */
  readonly discovery: () => DoctorDiscovery | undefined;
  /** The newest version of a node that a table or the database has. */
  readonly known: (idHex: string) => Node | undefined;
  /** Age of this node's session with the node, milliseconds; undefined for none. */
  readonly sessionAgeMs: (idHex: string) => number | undefined;
  /** Names for the report. */
  readonly network: string;
  readonly version: string;
}
