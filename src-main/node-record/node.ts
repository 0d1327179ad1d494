import type { Enr } from './enr.ts';

/**
 * A node of the network: its identity, and the endpoint to contact it, from an enode URL, a NEIGHBORS packet or a record.
 * Created by node-factory.ts; immutable.
 */
export interface Node {
  /** Node ID: keccak-256 of the public key, 32 bytes. */
  readonly id: Uint8Array;
  /** `id` as 64 lower-case hex digits: the key of maps of nodes. */
  readonly idHex: string;
  /** Uncompressed secp256k1 public key without its 0x04 prefix, 64 bytes. */
  readonly publicKey: Uint8Array;
  /** Canonical IP text; undefined when only a DNS name or no address is known. */
  readonly ip: string | undefined;
  /** DNS name of an enode URL, which some have instead of an address. */
  readonly hostname: string | undefined;
  /** UDP port of discovery; 0 when unknown. */
  readonly udp: number;
  /** TCP port of RLPx; 0 when unknown. */
  readonly tcp: number;
  /** Sequence number of `record`; 0n without one. */
  readonly seq: bigint;
  readonly record: Enr | undefined;
}
