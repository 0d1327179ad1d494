import { ipFamily } from '../base/ip.ts';
import { keccak256 } from '../base/keccak.ts';
import { bytesToHex } from '../base/bytes.ts';
import { encodeEnr, type Enr } from '../node-record/enr.ts';
import type { Endpoint } from './v4/messages.ts';

/** Where the local node's record comes from. */
export interface LocalRecordSource {
  /** The record as it is now. */
  current(): Enr;
}

/** What discovery v4 tells others about ourselves; always as the record has it now. */
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

  /** Our endpoint of the family of `peerIp`. */
  endpoint(peerIp: string): Endpoint {
    const record = this.#source.current();
    return ipFamily(peerIp) === 'ipv6'
      ? { ip: record.ip6, udp: record.udp6 ?? record.udp ?? 0, tcp: record.tcp6 ?? record.tcp ?? 0 }
      : { ip: record.ip, udp: record.udp ?? 0, tcp: record.tcp ?? 0 };
  }
}
