import type { SocketAddress } from '../base/network.ts';
import type { Node } from '../node-record/node.ts';
import type { AddressFilter } from './address-filter.ts';
import { DiscoveryError, noEndpointError } from './errors.ts';

/**
 * The UDP endpoint of a node. The database and the table may hold nodes from before `--netrestrict` was set, so the
 * filter is applied to every request.
 * @throws DiscoveryError `no-endpoint` if the node has none or the filter excludes it
 */
export function endpointOf({ ip, udp }: Node, allows: AddressFilter): SocketAddress {
  if (ip === undefined || udp === 0) throw noEndpointError();
  if (!allows(ip)) throw new DiscoveryError('no-endpoint', 'the address is outside the allowed networks');
  return { ip, port: udp };
}
