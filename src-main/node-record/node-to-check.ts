import type { NodeToCheck } from '../../shared/node-check.ts';
import type { Node } from './node.ts';

/** The input of `refuseNode` for a node, with all addresses of its record, also those that are not dialed. */
export function nodeToCheck({ ip, hostname, tcp, udp, record }: Node): NodeToCheck {
  const ips = [ip, record?.ip, record?.ip6].filter((address) => address !== undefined);
  return { ips: [...new Set(ips)], hostname, tcp, udp };
}
