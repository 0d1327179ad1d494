import { checkRelayIp } from '../base/ip.ts';
import type { AddressFamily, SocketAddress } from '../base/network.ts';
import { decodeEnr, EnrError } from '../node-record/enr.ts';
import { nodeFromRecord, withEndpoint } from '../node-record/node-factory.ts';
import type { Node } from '../node-record/node.ts';
import type { AddressFilter } from './address-filter.ts';
import { DiscoveryError } from './errors.ts';

/** Which addresses we can and may contact. */
export interface ReachableAddresses {
  readonly allows: AddressFilter;
  readonly families: readonly AddressFamily[];
}

/**
 * The node of the record with which it answered our record request. If the record has no address, or one that this node
 * may not relay, the node keeps the address at which it answered. A record older than the known one is ignored.
 * @param node the known version
 * @param to the endpoint at which it answered
 * @param record RLP, unverified
 * @throws DiscoveryError `bad-record` if the record is invalid or belongs to another node
 */
export function nodeOfFetchedRecord(
  node: Node,
  to: SocketAddress,
  record: Uint8Array,
  { allows, families }: ReachableAddresses,
): Node {
  const found = parseRecord(record, families);
  if (found.idHex !== node.idHex)
    throw new DiscoveryError('bad-record', 'the record belongs to another node');
  if (found.seq < node.seq) return node;
  const usable =
    found.ip !== undefined &&
    found.udp !== 0 &&
    checkRelayIp(to.ip, found.ip) === undefined &&
    allows(found.ip);
  if (usable) return found;
  return withEndpoint(found, { ip: to.ip, udp: to.port, tcp: found.tcp === 0 ? node.tcp : found.tcp });
}

function parseRecord(record: Uint8Array, families: readonly AddressFamily[]): Node {
  try {
    return nodeFromRecord(decodeEnr(record), families);
  } catch (cause) {
    if (!(cause instanceof EnrError)) throw cause;
    throw new DiscoveryError('bad-record', 'the record is invalid', { cause });
  }
}
