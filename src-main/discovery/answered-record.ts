import { checkRelayIp } from '../base/ip.ts';
import type { AddressFamily, SocketAddress } from '../base/network.ts';
import { decodeEnr, EnrError } from '../node-record/enr.ts';
import { nodeFromRecord, withEndpoint } from '../node-record/node-factory.ts';
import type { Node } from '../node-record/node.ts';
import type { AddressFilter } from './address-filter.ts';
import { DiscoveryError } from './errors.ts';

/** Which addresses are of use to us. */
export interface ReachableAddresses {
  readonly allows: AddressFilter;
  readonly families: readonly AddressFamily[];
}

/**
 * The node of the record that it gave when we asked it for its own. Where the record has no address, or one that the node
 * may not send us to, it keeps the address at which it answered; an older record than the known one changes nothing.
 * @param node as we know it
 * @param to where it answered
 * @throws DiscoveryError `bad-record` when it cannot be read or is another node's
 */
export function nodeOfAnsweredRecord(
  node: Node,
  to: SocketAddress,
  record: Uint8Array,
  { allows, families }: ReachableAddresses,
): Node {
  const found = parseRecord(record, families);
  if (found.idHex !== node.idHex) throw new DiscoveryError('bad-record', 'the record is of another node');
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
    throw new DiscoveryError('bad-record', 'the record cannot be read', { cause });
  }
}
