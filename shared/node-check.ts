/**
 * Whether a node makes sense in a list: one check for the form, the API, RPC and imports, so that all refuse the same
 * with the same words. What the text itself has wrong is enode.ts' and enr-text.ts' to say.
 */
import { parseIp } from './ip-text.ts';
import type { NodeListName } from './model/node-list.ts';

/** Why a node is refused. */
export type NodeRefusalCode =
  | 'two-nodes'
  | 'own-node'
  | 'unspecified-address'
  | 'multicast-address'
  | 'reserved-address'
  | 'no-address'
  | 'no-udp-port'
  | 'not-netrestricted'
  | 'duplicate-node';

/** A refusal with its sentence. */
export interface NodeRefusal {
  readonly code: NodeRefusalCode;
  readonly message: string;
}

/** What is looked at of a node. */
export interface NodeToCheck {
  /** Every IP address that its text names. */
  readonly ips: readonly string[];
  readonly hostname: string | undefined;
  readonly udp: number;
}

/** What is known besides the node; what is left out is not checked. */
export interface NodeCheckRules {
  readonly isOwn?: boolean;
  /** Whether another entry of the list is the same node. */
  readonly isListed?: boolean;
  /** Whether the setting “Allowed networks” holds an address. */
  readonly allows?: (ip: string) => boolean;
}

/** The words of a node that is in the list. */
export const DUPLICATE_NODE_TEXT = 'This node is in the list already.';

/** More than one node in a text for one. */
export function refuseNodeCount(text: string): NodeRefusal | undefined {
  const count = text.match(/enode:\/\/|enr:/gi)?.length ?? 0;
  return count > 1
    ? refusal('two-nodes', 'This is more than one node: add one at a time, or use Import.')
    : undefined;
}

/** The check, in the order in which faults are worth hearing of; undefined when nothing is wrong. */
export function refuseNode(
  list: NodeListName,
  node: NodeToCheck,
  { isOwn = false, isListed = false, allows = () => true }: NodeCheckRules = {},
): NodeRefusal | undefined {
  if (isOwn) return refusal('own-node', 'That is this node itself.');
  const bad = node.ips.map(refuseAddress).find((found) => found !== undefined);
  if (bad !== undefined) return bad;
  if (list === 'bootnodes') {
    if (node.ips.length === 0 && node.hostname === undefined)
      return refusal('no-address', 'A bootnode needs an IP address or a DNS name.');
    if (node.udp === 0) return refusal('no-udp-port', 'A bootnode needs a UDP port.');
  }
  if (isListed) return refusal('duplicate-node', DUPLICATE_NODE_TEXT);
  // A node with several addresses is reached at any that is allowed.
  if (node.ips.length === 0 || node.ips.some(allows)) return undefined;
  const addresses = node.ips.join(' and ');
  return refusal(
    'not-netrestricted',
    `${addresses} is outside the networks of the setting “Allowed networks”.`,
  );
}

/** Addresses at which no single host can be dialled. @see https://www.iana.org/assignments/iana-ipv4-special-registry */
function refuseAddress(ip: string): NodeRefusal | undefined {
  const bytes = parseIp(ip);
  if (bytes === undefined) return undefined;
  if (bytes.every((byte) => byte === 0)) {
    return refusal(
      'unspecified-address',
      `${ip} stands for “any address”: give the address at which the node can be reached.`,
    );
  }
  const first = bytes[0] ?? 0;
  const isIpv4 = bytes.length === 4;
  if (isIpv4 ? first >> 4 === 14 : first === 0xff) {
    return refusal('multicast-address', `${ip} is a multicast address: it names many hosts, not one node.`);
  }
  return isIpv4 && (first === 0 || first >= 240)
    ? refusal('reserved-address', `${ip} is a reserved address: no host has it.`)
    : undefined;
}

const refusal = (code: NodeRefusalCode, message: string): NodeRefusal => ({ code, message });
