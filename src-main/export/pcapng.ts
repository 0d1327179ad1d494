/**
 * A recording as a pcapng file for Wireshark: decrypted payloads as exported PDUs, each behind a header of our own.
 * docs/enodeck.lua dissects them.
 * @see https://www.ietf.org/archive/id/draft-ietf-opsawg-pcapng-05.html
 * @see docs/recording.md
 */
import { RECORD_KINDS, type RecordRow } from '../../shared/model/recording.ts';
import { concatBytes, EMPTY_BYTES, hexToBytes, utf8ToBytes, writeUint } from '../base/bytes.ts';
import { canonicalIp, ipToBytes } from '../base/ip.ts';
import type { SocketAddress } from '../base/network.ts';
import { summarizeMessage } from '../wire/message-schema.ts';
import { recordSchema } from '../wire/registry.ts';
import type { ExportedRecord } from './exported-record.ts';

/** Name that the dissector registers. */
export const DISSECTOR = 'enodeck';
/** Version of the header of our own. */
export const PDU_VERSION = 1;

/** Block types (pcapng, "Block Types"). */
const SECTION_HEADER = 0x0a0d0d0a;
const INTERFACE_DESCRIPTION = 1;
const ENHANCED_PACKET = 6;
const BYTE_ORDER_MAGIC = 0x1a2b3c4d;

/** @see https://www.tcpdump.org/linktypes.html */
const LINKTYPE_WIRESHARK_UPPER_PDU = 252;

/** Options (pcapng, "Options"). */
const OPTION_USERAPPL = 4;
const OPTION_NAME = 2;
/** epb_flags: bits 0 and 1 are 1 for inbound, 2 for outbound. */
const OPTION_FLAGS = 2;

/** Tags of an exported PDU (Wireshark epan/exported_pdu.h). */
const TAG_END = 0;
const TAG_DISSECTOR_NAME = 12;
const TAG_IPV4_SRC = 20;
const TAG_IPV4_DST = 21;
const TAG_IPV6_SRC = 22;
const TAG_IPV6_DST = 23;
const TAG_PORT_TYPE = 24;
const TAG_SRC_PORT = 25;
const TAG_DST_PORT = 26;
/** OLD_PT_TCP and OLD_PT_UDP. */
const PORT_TYPE = { tcp: 2, udp: 3 } as const;

/** Longest summary, bytes. */
const MAX_SUMMARY = 1_024;
const NO_LATENCY = 0xffff_ffff;

/** The blocks before the packets. */
export function pcapngStart(application: string): Uint8Array {
  const section = concatBytes(
    little(4, BYTE_ORDER_MAGIC),
    // Version 1.0, section of unknown length.
    little(2, 1),
    little(2, 0),
    new Uint8Array(8).fill(0xff),
    option(OPTION_USERAPPL, utf8ToBytes(application)),
    option(0, EMPTY_BYTES),
  );
  const description = concatBytes(
    little(2, LINKTYPE_WIRESHARK_UPPER_PDU),
    little(2, 0),
    // No limit of the packet length.
    little(4, 0),
    option(OPTION_NAME, utf8ToBytes(DISSECTOR)),
    option(0, EMPTY_BYTES),
  );
  return concatBytes(block(SECTION_HEADER, section), block(INTERFACE_DESCRIPTION, description));
}

/** A record as a packet. The time has microseconds, the resolution of an interface without if_tsresol. */
export function pcapngPacket(record: ExportedRecord): Uint8Array {
  const { row } = record;
  const data = concatBytes(tags(row), pduHeader(record), record.payload);
  const micros = BigInt(Math.round(row.at * 1_000));
  return block(
    ENHANCED_PACKET,
    concatBytes(
      little(4, 0),
      little(4, Number(micros >> 32n)),
      little(4, Number(micros & 0xffff_ffffn)),
      little(4, data.length),
      // The bytes of the message that were not kept count too.
      little(4, data.length + row.plainBytes - record.payload.length),
      padded(data),
      option(OPTION_FLAGS, little(4, row.direction === 'in' ? 1 : 2)),
      option(0, EMPTY_BYTES),
    ),
  );
}

/** The header of our own; docs/recording.md describes it. */
function pduHeader(record: ExportedRecord): Uint8Array {
  const { row, payload } = record;
  const latency =
    row.latencyMs === null ? NO_LATENCY : Math.min(Math.round(row.latencyMs * 1_000), NO_LATENCY - 1);
  const texts = [row.protocol, row.name].map((text) => limited(text, 255));
  const summary = limited(summaryOf(record), MAX_SUMMARY);
  const nodeId = row.nodeId === null ? EMPTY_BYTES : hexToBytes(row.nodeId);
  return concatBytes(
    Uint8Array.of(PDU_VERSION, row.direction === 'in' ? 0 : 1, RECORD_KINDS.indexOf(row.kind)),
    Uint8Array.of(payload.length < row.plainBytes ? 1 : 0),
    big(4, row.seq),
    big(4, row.pairSeq ?? 0),
    big(4, latency),
    big(4, row.plainBytes),
    big(4, row.code),
    Uint8Array.of(nodeId.length),
    nodeId,
    ...texts.flatMap((text) => [Uint8Array.of(text.length), text]),
    big(2, summary.length),
    summary,
  );
}

function summaryOf({ row, payload }: ExportedRecord): string {
  const message = recordSchema(row);
  if (message === undefined) return row.cause?.message ?? '';
  return summarizeMessage(message, { bytes: payload, total: row.plainBytes }).summary;
}

/** Tags that name the dissector and both ends. Our own address is not part of a record: it is written as zeros. */
function tags(row: RecordRow): Uint8Array {
  const remote = remoteOf(row.address);
  const parts = [tag(TAG_DISSECTOR_NAME, utf8ToBytes(DISSECTOR))];
  if (remote !== undefined) {
    const ip = ipToBytes(remote.ip);
    const isInbound = row.direction === 'in';
    const [source, destination] =
      ip.length === 4 ? [TAG_IPV4_SRC, TAG_IPV4_DST] : [TAG_IPV6_SRC, TAG_IPV6_DST];
    const ours = new Uint8Array(ip.length);
    parts.push(tag(source, isInbound ? ip : ours), tag(destination, isInbound ? ours : ip));
    parts.push(tag(TAG_PORT_TYPE, big(4, row.source === 'session' ? PORT_TYPE.tcp : PORT_TYPE.udp)));
    parts.push(tag(TAG_SRC_PORT, big(4, isInbound ? remote.port : 0)));
    parts.push(tag(TAG_DST_PORT, big(4, isInbound ? 0 : remote.port)));
  }
  return concatBytes(...parts, tag(TAG_END, EMPTY_BYTES));
}

/** The address of a row, `ip:port` or `[ip6]:port`; undefined for other text, which an imported file may have. */
function remoteOf(address: string): SocketAddress | undefined {
  const [, text = '', port = ''] = /^\[?([0-9a-f.:]+?)\]?:(\d{1,5})$/i.exec(address) ?? [];
  const ip = canonicalIp(text);
  return ip === undefined ? undefined : { ip, port: Number(port) };
}

/** A tag of an exported PDU: big-endian, padded to 4 bytes. */
function tag(type: number, value: Uint8Array): Uint8Array {
  const length = Math.ceil(value.length / 4) * 4;
  return concatBytes(big(2, type), big(2, length), value, new Uint8Array(length - value.length));
}

/** A block: its type, its length before and after the body. */
function block(type: number, body: Uint8Array): Uint8Array {
  const length = little(4, body.length + 12);
  return concatBytes(little(4, type), length, body, length);
}

function option(code: number, value: Uint8Array): Uint8Array {
  return concatBytes(little(2, code), little(2, value.length), padded(value));
}

function padded(value: Uint8Array): Uint8Array {
  return concatBytes(value, new Uint8Array((4 - (value.length % 4)) % 4));
}

/** The beginning of a text, in bytes, without half a character. */
function limited(text: string, max: number): Uint8Array {
  let characters = Array.from(text.slice(0, max));
  let bytes = utf8ToBytes(characters.join(''));
  while (bytes.length > max) {
    characters = characters.slice(0, Math.floor((characters.length * max) / bytes.length));
    bytes = utf8ToBytes(characters.join(''));
  }
  return bytes;
}

function little(width: 2 | 4, value: number): Uint8Array {
  return big(width, value).reverse();
}

/** A larger value becomes the largest that fits: an imported file may have any. */
function big(width: 2 | 4, value: number): Uint8Array {
  const bytes = new Uint8Array(width);
  writeUint(bytes, 0, width, Math.min(value, 256 ** width - 1));
  return bytes;
}
