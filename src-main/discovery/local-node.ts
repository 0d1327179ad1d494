import { ipFamily } from '../base/ip.ts';
import { keccak256 } from '../base/keccak.ts';
import { bytesToHex } from '../base/bytes.ts';
import { encodeEnr, type Enr } from '../node-record/enr.ts';

/** Source of the local ENR. */
export interface LocalRecordSource {
  /** The current record. */
  current(): Enr;
}

/** The endpoint in the local record. */
export interface RecordEndpoint {
  /** Canonical text; undefined if it is unknown. */
  readonly ip: string | undefined;
  /** 0 for none. */
  readonly udp: number;
  readonly tcp: number;
}

/** The local node in discovery packets, read from the current record. */
export class LocalNode {
  readonly publicKey: Uint8Array;
  /** Node ID, 32 bytes. */
  readonly id: Uint8Array;
  readonly idHex: string;
  readonly #source: LocalRecordSource;

  /** @param publicKey 64 bytes */
  constructor(publicKey: Uint8Array, source: LocalRecordSource) {
    this.publicKey = publicKey;
    this.id = keccak256(publicKey);
    this.idHex = bytesToHex(this.id);
    this.#source = source;
  }

  get seq(): bigint {
    return this.#source.current().seq;
  }

  /** The record's RLP. */
  get record(): Uint8Array {
    return encodeEnr(this.#source.current());
  }

  /** Our endpoint of the address family of `peerIp`. */
  endpoint(peerIp: string): RecordEndpoint {
    const record = this.#source.current();
    return ipFamily(peerIp) === 'ipv6'
      ? { ip: record.ip6, udp: record.udp6 ?? record.udp ?? 0, tcp: record.tcp6 ?? record.tcp ?? 0 }
      : { ip: record.ip, udp: record.udp ?? 0, tcp: record.tcp ?? 0 };
  }
}
