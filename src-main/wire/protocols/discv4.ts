/**
 * Schemas of discovery v4. The payload of a record is the packet's data: the list behind the type byte.
 * @see https://github.com/ethereum/devp2p/blob/master/discv4.md
 */
import { formatQuantity } from '../../../shared/format.ts';
import { message, protocol, type ProtocolSchema } from '../message-schema.ts';
import { bytes, fixed, list, optional, struct, uint, type ValueOf } from '../schema.ts';
import { shortHex, showIp } from '../show.ts';
import { record } from './enr.ts';

/** NEIGHBORS has at most 12 nodes in a packet of 1,280 bytes. */
const MAX_NODES = 64;
/** Longest address field that is read, bytes. */
const MAX_IP = 32;

/** EIP-8: additional items and bytes are ignored. */
const tolerant = { tolerant: true } as const;

const ip = bytes(MAX_IP, 'IP address', { show: showIp });
const port = uint(16, 'port');
const hash = fixed(32, 'hash');
const publicKey = fixed(64, 'public key');
const expiration = uint(64, 'timestamp');

const endpoint = struct(
  { ip, udp: port, tcp: port },
  {
    ...tolerant,
    title: ({ ip: address, udp, tcp }) => `${showIp(address)}, UDP ${String(udp)}, TCP ${String(tcp)}`,
  },
);

const neighbor = struct(
  { ip, udp: port, tcp: port, publicKey },
  { ...tolerant, title: ({ ip: address, udp }) => `${showIp(address)}:${String(udp)}` },
);

/** EIP-868. EIP-8 allows any other item in this place, such as a list. */
const enrSeq = optional(uint(64), ({ isList }) => isList);

function seqText(seq: bigint | undefined): string {
  return seq === undefined ? '' : `, record seq ${String(seq)}`;
}

function toText({ to }: { readonly to: ValueOf<typeof endpoint> }): string {
  return `${showIp(to.ip)}:${String(to.udp)}`;
}

/** Discovery v4; codes are the packet types. */
export const DISCV4: ProtocolSchema = protocol('discv4', 7, [
  message('Ping', {
    code: 0x01,
    role: { kind: 'request', answer: 'Pong' },
    schema: struct({ version: uint(64), from: endpoint, to: endpoint, expiration, enrSeq }, tolerant),
    summary: (value) => `to ${toText(value)}${seqText(value.enrSeq)}`,
  }),
  message('Pong', {
    code: 0x02,
    role: { kind: 'answer', request: 'Ping' },
    schema: struct({ to: endpoint, pingHash: hash, expiration, enrSeq }, tolerant),
    summary: (value) => `the Ping came from ${toText(value)}${seqText(value.enrSeq)}`,
  }),
  message('Findnode', {
    code: 0x03,
    role: { kind: 'request', answer: 'Neighbors' },
    schema: struct({ target: publicKey, expiration }, tolerant),
    summary: ({ target }) => `target ${shortHex(target)}`,
  }),
  message('Neighbors', {
    code: 0x04,
    role: { kind: 'answer', request: 'Findnode' },
    schema: struct({ nodes: list(neighbor, MAX_NODES), expiration }, tolerant),
    summary: ({ nodes }) => formatQuantity(nodes.length, 'node'),
  }),
  message('ENRRequest', {
    code: 0x05,
    role: { kind: 'request', answer: 'ENRResponse' },
    schema: struct({ expiration }, tolerant),
    summary: () => '',
  }),
  message('ENRResponse', {
    code: 0x06,
    role: { kind: 'answer', request: 'ENRRequest' },
    schema: struct({ requestHash: hash, record }, tolerant),
    summary: ({ record: { head } }) => `record seq ${String(head['seq'])}`,
  }),
]);
