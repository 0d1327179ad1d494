/** Creates nodes from enode URLs, records and the fields of discovery packets. */
import {
  formatEnode,
  parseEnode,
  refuseNodeText,
  type EnodeParts,
  type NodeTextField,
  type NodeTextRefusal,
} from '../../shared/enode.ts';
import { strayPartOf } from '../../shared/node-texts.ts';
import { bytesToHex } from '../base/bytes.ts';
import { CodecError } from '../base/errors.ts';
import { isMulticast, localityScore } from '../base/ip.ts';
import type { AddressFamily } from '../base/network.ts';
import { EnrError, enrFromText, enrToText, type Enr } from './enr.ts';
import { nodeIdOf } from './node-id.ts';
import type { Node } from './node.ts';

/** Text that is not a valid enode URL or record. */
export class NodeTextError extends CodecError {
  /** The invalid part of the text. */
  readonly field: NodeTextField;
  /** A stable code. */
  readonly reason: string;

  constructor(refusal: NodeTextRefusal, options?: ErrorOptions) {
    super('invalid-node-text', refusal.message, options);
    this.field = refusal.field;
    this.reason = refusal.reason;
  }
}

/** The endpoint of a node; missing members are unknown. */
export interface NodeEndpoint {
  /** Canonical IP text. */
  readonly ip?: string | undefined;
  readonly hostname?: string | undefined;
  readonly udp?: number;
  readonly tcp?: number;
}

/** Creates a node from a public key (64 bytes; the caller has checked that it is on the curve) and an endpoint. */
export function nodeFromParts(parts: { readonly publicKey: Uint8Array } & NodeEndpoint): Node {
  // A copy, because the key may be a view of a datagram, and nodes are kept.
  const publicKey = parts.publicKey.slice();
  const id = nodeIdOf(publicKey);
  return {
    id,
    idHex: bytesToHex(id),
    publicKey,
    ip: parts.ip,
    hostname: parts.ip === undefined ? parts.hostname : undefined,
    udp: parts.udp ?? 0,
    tcp: parts.tcp ?? 0,
    seq: 0n,
    record: undefined,
  };
}

/**
 * Creates a node from an enode URL or its parsed parts.
 * @throws NodeTextError
 */
export function nodeFromEnode(urlOrParts: string | EnodeParts): Node {
  if (typeof urlOrParts !== 'string') return nodeFromParts(urlOrParts);
  const result = parseEnode(urlOrParts);
  if (!result.ok) throw new NodeTextError(result);
  return nodeFromParts(result.enode);
}

/**
 * Creates a node from a verified record. Of two addresses it uses the more global one, or IPv4 if they are equally global
 * (geth p2p/enode/node.go).
 * @param families the address families that this machine can reach
 */
export function nodeFromRecord(record: Enr, families: readonly AddressFamily[] = ['ipv4', 'ipv6']): Node {
  return {
    id: record.nodeId,
    idHex: bytesToHex(record.nodeId),
    publicKey: record.publicKey,
    hostname: undefined,
    ...preferredEndpoint(record, families),
    seq: record.seq,
    record,
  };
}

function preferredEndpoint(
  record: Enr,
  families: readonly AddressFamily[],
): { ip: string | undefined; udp: number; tcp: number } {
  const ip4 = families.includes('ipv4') ? unicast(record.ip) : undefined;
  const ip6 = families.includes('ipv6') ? unicast(record.ip6) : undefined;
  const preferIp6 = ip6 !== undefined && (ip4 === undefined || localityScore(ip6) > localityScore(ip4));
  return preferIp6
    ? { ip: ip6, udp: record.udp6 ?? record.udp ?? 0, tcp: record.tcp6 ?? record.tcp ?? 0 }
    : { ip: ip4, udp: record.udp ?? 0, tcp: record.tcp ?? 0 };
}

function unicast(ip: string | undefined): string | undefined {
  return ip === undefined || isMulticast(ip) ? undefined : ip;
}

/** A prefix of a node, possibly after white space or a quote. */
const NODE_START = /^\s*["']?(?:enode:|enr:)/i;

/**
 * Creates a node from an enode URL or the text of a record.
 * @throws NodeTextError
 */
export function parseNode(text: string): Node {
  if (text.slice(0, 'enode://'.length).toLowerCase() === 'enode://') return nodeFromEnode(text);
  if (!text.startsWith('enr:')) {
    const stray = NODE_START.test(text) ? strayPartOf(text) : undefined;
    const message = stray ?? 'The text of a node starts with enode:// or enr:';
    throw new NodeTextError(refuseNodeText('prefix', 'missing-prefix', message));
  }
  try {
    return nodeFromRecord(enrFromText(text));
  } catch (cause) {
    if (!(cause instanceof EnrError)) throw cause;
    throw new NodeTextError(refuseNodeText('record', cause.code, cause.message), { cause });
  }
}

/** The enode URL of a node. */
export function enodeUrlOf(node: Node): string {
  return formatEnode(node);
}

/** The text of a node: its record, or its enode URL without a record. */
export function nodeTextOf(node: Node): string {
  return node.record === undefined ? enodeUrlOf(node) : enrToText(node.record);
}

/** A copy of a node with another endpoint; members that are missing in `endpoint` stay. */
export function withEndpoint(node: Node, endpoint: NodeEndpoint): Node {
  const ip = endpoint.ip ?? node.ip;
  return {
    ...node,
    ip,
    hostname: endpoint.hostname ?? node.hostname,
    udp: endpoint.udp ?? node.udp,
    tcp: endpoint.tcp ?? node.tcp,
  };
}
