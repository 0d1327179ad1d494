/**
 * Records without addresses and node IDs. In the payload, the bytes of an address, a key, a signature or a target become
 * zeros, so that the message still decodes. A payload in which they cannot be found is left out.
 */
import type { RecordRow } from '../../shared/model/recording.ts';
import type { WireNode } from '../../shared/model/wire.ts';
import { EMPTY_BYTES } from '../base/bytes.ts';
import { itemAt, type Kept } from '../wire/item.ts';
import { decodeRecord, type ExportedRecord } from './exported-record.ts';

/** Stands for every address. */
export const ANONYMOUS_ADDRESS = '0.0.0.0:0';

/** Protocols whose messages have no address and no node ID. */
const PLAIN_PROTOCOL = /^(eth|snap)\/\d+$/;
/** Messages with data of other protocols, which may hold anything. */
const OPAQUE = new Set(['discv5 TalkReq', 'discv5 TalkResp']);
/** Types of fields that identify a node. */
const IDENTIFYING_TYPES = new Set([
  'IP address',
  'IPv4',
  'IPv6',
  'public key',
  'compressed public key',
  'signature',
]);
/** Entries of a record that do not identify a node; all others become zeros. */
const KNOWN_ENTRIES = new Set([
  'seq',
  'id',
  'eth',
  'snap',
  'client',
  'tcp',
  'tcp6',
  'udp',
  'udp6',
  'quic',
  'quic6',
]);
/** Addresses and long hex numbers in the text of a cause. */
const IDENTIFYING_TEXT =
  /\b\d{1,3}(\.\d{1,3}){3}(:\d+)?\b|\[?[0-9a-f]{0,4}(:[0-9a-f]{0,4}){2,7}\]?|(0x)?[0-9a-f]{40,}/gi;

/** Leaves out addresses and node IDs. The same node has the same number in all records of one instance. */
export class Anonymizer {
  /** BOUNDED: by the nodes of the recording. */
  readonly #numbers = new Map<string, number>();

  apply({ row, payload }: ExportedRecord): ExportedRecord {
    const kept = anonymousPayload({ row, payload });
    return {
      row: {
        ...row,
        nodeId: row.nodeId === null ? null : this.#pseudonymOf(row.nodeId),
        nodeName: null,
        address: ANONYMOUS_ADDRESS,
        keptBytes: kept.length,
        cause: row.cause === null ? null : { ...row.cause, message: anonymousText(row.cause.message) },
      },
      payload: kept,
    };
  }

  /** A node ID that only counts: `00…01`. */
  #pseudonymOf(nodeId: string): string {
    const number = this.#numbers.get(nodeId) ?? this.#numbers.size + 1;
    this.#numbers.set(nodeId, number);
    return number.toString(16).padStart(64, '0');
  }
}

function anonymousText(message: string): string {
  return message.replace(IDENTIFYING_TEXT, '…');
}

function anonymousPayload(record: ExportedRecord): Uint8Array {
  const { row, payload } = record;
  if (PLAIN_PROTOCOL.test(row.protocol)) return payload;
  // The name that a query asks for is the hash of a record.
  if (row.protocol === 'dns') return EMPTY_BYTES;
  if (OPAQUE.has(`${row.protocol} ${row.name}`)) return EMPTY_BYTES;
  const decoded = decodeRecord(record);
  if (decoded === null || decoded.fault !== null) return EMPTY_BYTES;
  const copy = payload.slice();
  const zero = new PayloadEraser(copy);
  zero.walk(decoded.tree, row);
  return copy;
}

/** Writes zeros into a payload. */
class PayloadEraser {
  readonly #bytes: Uint8Array;
  readonly #kept: Kept;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#kept = { bytes: bytes.slice(), total: bytes.length };
  }

  walk(node: WireNode, row: RecordRow): void {
    if (node.omitted > 0 || node.note?.startsWith('ignored') === true)
      this.#bytes.fill(0, node.start, node.end);
    else if (IDENTIFYING_TYPES.has(node.type)) this.#eraseItem(node.start, node.end);
    else if (node.type === 'record') this.#record(node);
    else for (const child of node.children) this.walk(child, row);
  }

  #record(node: WireNode): void {
    for (const entry of node.children) {
      if (KNOWN_ENTRIES.has(entry.name) && entry.note?.startsWith('invalid') !== true) continue;
      const key = itemAt(this.#kept, entry.start, entry.end);
      // The signature has no key.
      this.#eraseItem(entry.name === 'signature' ? entry.start : key.end, entry.end);
    }
  }

  /** Writes zeros into every byte string of an item, and keeps the form. */
  #eraseItem(start: number, end: number): void {
    const item = itemAt(this.#kept, start, end);
    if (!item.isList) {
      this.#bytes.fill(0, item.payload, item.end);
      return;
    }
    for (let at = item.payload; at < item.end;) {
      const next = itemAt(this.#kept, at, item.end).end;
      this.#eraseItem(at, next);
      at = next;
    }
  }
}
