/** Makes nodes of what tells of them: an enode URL, a record, a discovery packet. */
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

/** Text that names no node: the part at fault and a stable reason. */
export class NodeTextError extends CodecError {
  readonly field: NodeTextField;
  readonly reason: string;

  constructor(refusal: NodeTextRefusal, options?: ErrorOptions) {
    super('invalid-node-text', refusal.message, options);
    this.field = refusal.field;
    this.reason = refusal.reason;
  }
}

/** Where a node is; what is left out is unknown. */
export interface NodeEndpoint {
  /** Canonical IP text. */
  readonly ip?: string | undefined;
  readonly hostname?: string | undefined;
  readonly udp?: number;
  readonly tcp?: number;
}

/** A node of a public key (64 bytes, checked by the caller to be on the curve) and an endpoint. */
export function nodeFromParts(parts: { readonly publicKey: Uint8Array } & NodeEndpoint): Node {
  // Views of datagrams come here, and nodes are kept.
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
 * A node of an enode URL, or of its parts.
 * @throws NodeTextError
 */
export function nodeFromEnode(urlOrParts: string | EnodeParts): Node {
  if (typeof urlOrParts !== 'string') return nodeFromParts(urlOrParts);
  const result = parseEnode(urlOrParts);
  if (!result.ok) throw new NodeTextError(result);
  return nodeFromParts(result.enode);
}

/**
 * A node of a verified record. With addresses of both families the more global one is taken, IPv4 when they are alike
 * (geth p2p/enode/node.go); `families` leaves out what this machine cannot reach.
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

/** Quotes before what would be a node. */
const NODE_START = /^\s*["']?(?:enode:|enr:)/i;

/**
 * A node of an enode URL or a record's text.
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

/** The text to keep or show a node by: its record where it has one, else its enode URL. */
export function nodeTextOf(node: Node): string {
  return node.record === undefined ? enodeUrlOf(node) : enrToText(node.record);
}

/** The same node at another endpoint; what `endpoint` leaves out stays. */
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
