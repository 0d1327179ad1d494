/*
 * Whether a node can be an entry of a node list: one check for the form, the API, RPC and imports, so that all give the
 * same refusal. The syntax of the text is checked in enode.ts and enr-text.ts.
 */
import { parseIp } from './ip-text.ts';
import type { NodeListName } from './model/node-list.ts';

/** The code of a refusal. */
export type NodeRefusalCode =
  | 'two-nodes'
  | 'own-node'
  | 'unspecified-address'
  | 'multicast-address'
  | 'reserved-address'
  | 'no-address'
  | 'no-udp-port'
  | 'no-tcp-port'
  | 'not-netrestricted'
  | 'duplicate-node';

/** A refusal: its code and a sentence for the user. */
export interface NodeRefusal {
  readonly code: NodeRefusalCode;
  readonly message: string;
}

/** The parts of a node that are checked. */
export interface NodeToCheck {
  /** Every IP address in its text. */
  readonly ips: readonly string[];
  readonly hostname: string | undefined;
  readonly tcp: number;
  readonly udp: number;
}

/** What the caller knows about the node; an absent property is not checked. */
export interface NodeCheckRules {
  readonly isOwn?: boolean;
  /** Whether the list has an entry with the same node ID. */
  readonly isListed?: boolean;
  /** Whether the setting “Allowed networks” contains an address. */
  readonly allows?: (ip: string) => boolean;
}

/** The refusal of a node that is already in the list. */
export const DUPLICATE_NODE_TEXT = 'This node is already in the list.';

/** Refuses a text with more than one node; undefined otherwise. */
export function refuseNodeCount(text: string): NodeRefusal | undefined {
  const count = text.match(/enode:\/\/|enr:/gi)?.length ?? 0;
  return count > 1
    ? refusal('two-nodes', 'This is more than one node. Add one at a time, or use Import.')
    : undefined;
}

/** The first refusal that applies, most severe first; undefined if the node is accepted. */
export function refuseNode(
  list: NodeListName,
  node: NodeToCheck,
  { isOwn = false, isListed = false, allows = () => true }: NodeCheckRules = {},
): NodeRefusal | undefined {
  if (isOwn) return refusal('own-node', 'This is our own node.');
  const bad = node.ips.map(refuseAddress).find((found) => found !== undefined);
  if (bad !== undefined) return bad;
  if (list === 'bootnodes') {
    if (node.ips.length === 0 && node.hostname === undefined)
      return refusal('no-address', 'A bootnode needs an IP address or a DNS name.');
    if (node.udp === 0) return refusal('no-udp-port', 'A bootnode needs a UDP port.');
  }
  // Without an address, discovery finds the endpoint with the port.
  const isLocated = node.ips.length > 0 || node.hostname !== undefined;
  if (list === 'static' && isLocated && node.tcp === 0)
    return refusal('no-tcp-port', 'A static node needs a TCP port: it is dialled there.');
  if (isListed) return refusal('duplicate-node', DUPLICATE_NODE_TEXT);
  // One allowed address is enough to reach the node.
  if (node.ips.length === 0 || node.ips.some(allows)) return undefined;
  const addresses = node.ips.join(' and ');
  return refusal('not-netrestricted', `${addresses} is not in a network of the setting “Allowed networks”.`);
}

/** Refuses addresses that cannot be the address of one host. @see https://www.iana.org/assignments/iana-ipv4-special-registry */
function refuseAddress(ip: string): NodeRefusal | undefined {
  const bytes = parseIp(ip);
  if (bytes === undefined) return undefined;
  if (bytes.every((byte) => byte === 0)) {
    return refusal('unspecified-address', `${ip} is the unspecified address. Enter the address of the node.`);
  }
  const first = bytes[0] ?? 0;
  const isIpv4 = bytes.length === 4;
  if (isIpv4 ? first >> 4 === 14 : first === 0xff) {
    return refusal('multicast-address', `${ip} is a multicast address, not the address of one node.`);
  }
  return isIpv4 && (first === 0 || first >= 240)
    ? refusal('reserved-address', `${ip} is a reserved address that no host can have.`)
    : undefined;
}

const refusal = (code: NodeRefusalCode, message: string): NodeRefusal => ({ code, message });
