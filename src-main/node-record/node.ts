import type { Enr } from './enr.ts';

/**
 * A node of the network as discovery, dialing and the session manager know it: an identity and the one endpoint that
 * we would use to reach it, taken from an enode URL, a neighbors packet or a signed record.
 * Built by node-factory.ts; immutable.
 */
export interface Node {
  /** keccak-256 of the public key, 32 bytes: the node ID of the devp2p network. */
  readonly id: Uint8Array;
  /** `id` as 64 lower-case hex digits: the key of every map of nodes. */
  readonly idHex: string;
  /** Uncompressed secp256k1 public key without its 0x04 prefix, 64 bytes. */
  readonly publicKey: Uint8Array;
  /** Canonical IP text, or undefined where only a DNS name or no address at all is known. */
  readonly ip: string | undefined;
  /** DNS name of an enode URL that has one instead of an address. */
  readonly hostname: string | undefined;
  /** UDP port of discovery; 0 when unknown. */
  readonly udp: number;
  /** TCP port of RLPx; 0 when unknown. */
  readonly tcp: number;
  /** Sequence number of `record`; 0n without one. */
  readonly seq: bigint;
  readonly record: Enr | undefined;
}
