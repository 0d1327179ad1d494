import type { NodeStatus } from '../../shared/model/node.ts';
import { ipFamily } from '../base/ip.ts';
import { nodeFromEnode, parseNode, withEndpoint } from '../node-record/node-factory.ts';
import type { Node } from '../node-record/node.ts';

/**
 * Our running node as other nodes on this machine can reach it: with its ENR, which discovery v5 needs and which may not
 * contain an address yet, and the endpoint of its enode URL. `ours6`: at its IPv6 listener; undefined without one.
 */
export function ownEndpoints({ identity, listening }: Pick<NodeStatus, 'identity' | 'listening'>): {
  readonly ours: Node;
  readonly ours6: Node | undefined;
} {
  const { ip, tcp, udp } = nodeFromEnode(identity.enode);
  const ours = withEndpoint(parseNode(identity.enr), { ip, tcp, udp });
  const tcp6 = listening.find((each) => each.protocol === 'tcp' && ipFamily(each.ip) === 'ipv6');
  return { ours, ours6: tcp6 === undefined ? undefined : withEndpoint(ours, { ip: tcp6.ip }) };
}
