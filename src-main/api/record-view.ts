/**
 * Decodes a node record for display: each entry with its value and the meaning of its key. Knows the keys of the
 * execution layer, the consensus layer and the portal network; other values are shown as bytes.
 * @see https://github.com/ethereum/devp2p/tree/master/enr-entries
 * @see https://github.com/ethereum/consensus-specs/blob/master/specs/phase0/p2p-interface.md#enr-structure
 */
import type { RecordEntryView, RecordView } from '../../shared/model/record.ts';
import { TIMESTAMP_THRESHOLD } from '../chain/fork-id.ts';
import { bytesToUtf8, to0x } from '../base/bytes.ts';
import { CodecError } from '../base/errors.ts';
import { bytesToIp } from '../base/ip.ts';
import { readRlp, type RlpReader } from '../base/rlp.ts';
import { encodeEnr, enrFromText, enrToText, type Enr } from '../node-record/enr.ts';
import { enodeUrlOf, nodeFromRecord } from '../node-record/node-factory.ts';
import { plainText } from '../events/plain-text.ts';

/** BOUNDED: characters of a key or a text; a record has at most 300 bytes. */
const MAX_TEXT = 300;
/** FAR_FUTURE_EPOCH of the consensus specification: no fork is planned. */
const FAR_FUTURE_EPOCH = 2n ** 64n - 1n;

interface Known {
  readonly meaning: string;
  /** @throws CodecError when the value has another form */
  readonly read: (value: RlpReader) => string | undefined;
}

const port = (value: RlpReader): string => String(value.uint(0xffff));
const number = (value: RlpReader): string => value.uint64().toString();
const text = (value: RlpReader): string => plainText(bytesToUtf8(value.bytes()), MAX_TEXT);
/** Keys without a value; a list that later versions may add is ignored. */
const present = (value: RlpReader): string => {
  value.skip();
  return 'yes';
};

const KNOWN: ReadonlyMap<string, Known> = new Map<string, Known>([
  ['id', { meaning: 'Identity scheme', read: text }],
  ['secp256k1', { meaning: 'Public key, compressed', read: (value) => to0x(value.fixedBytes(33)) }],
  ['ip', { meaning: 'IPv4 address', read: (value) => bytesToIp(value.fixedBytes(4)) }],
  ['tcp', { meaning: 'TCP port, sessions', read: port }],
  ['udp', { meaning: 'UDP port, discovery', read: port }],
  ['ip6', { meaning: 'IPv6 address', read: (value) => bytesToIp(value.fixedBytes(16)) }],
  ['tcp6', { meaning: 'TCP port over IPv6', read: port }],
  ['udp6', { meaning: 'UDP port over IPv6', read: port }],
  ['quic', { meaning: 'UDP port of QUIC', read: port }],
  ['quic6', { meaning: 'UDP port of QUIC over IPv6', read: port }],
  ['eth', { meaning: 'Ethereum: fork ID, hash and next fork', read: forkId }],
  ['opel', { meaning: 'OP stack execution layer: fork ID, hash and next fork', read: forkId }],
  ['snap', { meaning: 'Serves snapshots of the state', read: present }],
  ['les', { meaning: 'Serves light clients', read: present }],
  ['wit', { meaning: 'Serves witnesses of blocks', read: present }],
  ['client', { meaning: 'Client: name, version and build (EIP-7636)', read: clientOf }],
  ['eth2', { meaning: 'Consensus layer: fork digest, next fork version and epoch', read: eth2 }],
  ['attnets', { meaning: 'Attestation subnets', read: (value) => subnets(value.fixedBytes(8)) }],
  ['syncnets', { meaning: 'Sync committee subnets', read: (value) => subnets(value.fixedBytes(1)) }],
  ['cgc', { meaning: 'Custody group count', read: number }],
  [
    'nfd',
    { meaning: 'Consensus layer: digest of the next fork', read: (value) => to0x(value.fixedBytes(4)) },
  ],
  ['c', { meaning: 'Client (portal network)', read: text }],
]);

/**
 * Decodes the text of a record and checks base64, structure, order of keys and signature.
 * @throws EnrError with the reason
 */
export function recordView(recordText: string): RecordView {
  const record = enrFromText(recordText.trim());
  const node = nodeFromRecord(record);
  const encoded = encodeEnr(record);
  return {
    text: enrToText(record),
    id: node.idHex,
    seq: record.seq.toString(),
    size: encoded.length,
    scheme: record.id,
    signature: to0x(record.signature),
    enode: node.ip === undefined ? null : enodeUrlOf(node),
    entries: record.keys().map((key) => entryView(record, key)),
  };
}

function entryView(record: Enr, key: string): RecordEntryView {
  const encoded = record.get(key) ?? new Uint8Array(0);
  const known = KNOWN.get(key);
  // A key may contain any bytes; characters that could hide or reorder text are removed.
  const shown = { key: plainText(key, MAX_TEXT), raw: to0x(encoded) };
  if (known === undefined) return { ...shown, value: null, meaning: null };
  const value = valueOf(encoded, known);
  const meaning = value === null ? `${known.meaning}; invalid value` : known.meaning;
  return { ...shown, value, meaning };
}

function valueOf(encoded: Uint8Array, { read }: Known): string | null {
  try {
    return readRlp(encoded, read) ?? null;
  } catch (error) {
    if (error instanceof CodecError) return null;
    throw error;
  }
}

/** Decodes a fork ID. Further items are reserved for later versions (enr-entries/eth.md). */
function forkId(value: RlpReader): string {
  const id = value.list().list();
  const hash = to0x(id.fixedBytes(4));
  const next = id.uint64();
  if (next === 0n) return `${hash}, no next fork`;
  if (next <= TIMESTAMP_THRESHOLD) return `${hash}, next at block ${next.toString()}`;
  return `${hash}, next at ${timeText(next)}`;
}

/** Formats Unix seconds as an ISO 8601 time; as a number when it is out of range. */
function timeText(seconds: bigint): string {
  const date = new Date(Number(seconds) * 1_000);
  return Number.isNaN(date.getTime()) ? seconds.toString() : date.toISOString().replace('.000Z', 'Z');
}

function clientOf(value: RlpReader): string {
  return value.listOf(text, 3).join(' ');
}

/** Decodes SSZ ENRForkID: digest and version of 4 bytes each, and a little-endian epoch of 8 bytes. */
function eth2(value: RlpReader): string {
  const bytes = value.fixedBytes(16);
  const epoch = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(8, true);
  const next = epoch === FAR_FUTURE_EPOCH ? 'no next fork' : `next at epoch ${epoch.toString()}`;
  return `${to0x(bytes.subarray(0, 4))}, ${next} with version ${to0x(bytes.subarray(4, 8))}`;
}

/** Lists the numbers of the set bits, starting at the lowest bit of the first byte. */
function subnets(bits: Uint8Array): string {
  const set: number[] = [];
  for (let at = 0; at < bits.length * 8; at++) {
    if (((bits[at >> 3] ?? 0) >> (at & 7)) & 1) set.push(at);
  }
  if (set.length === 0) return 'none';
  return set.length === bits.length * 8 ? `all ${String(set.length)}` : set.join(', ');
}
