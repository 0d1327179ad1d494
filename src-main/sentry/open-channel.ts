import type { Clock } from '../base/runtime.ts';
import { HttpChannel } from './http-channel.ts';
import { openMessageChannel } from './message-channel.ts';
import type { RpcChannel, RpcSockets } from './rpc-channel.ts';
import type { RpcEndpoint } from './rpc-endpoint.ts';

/**
 * Opens a channel to a client. HTTP needs no connection, so that it is open at once.
 * @throws RpcError `rpc-timeout`, `rpc-closed`, `rpc-redirect`, `rpc-http-status`; NetworkError
 */
export async function openChannel(
  endpoint: RpcEndpoint,
  sockets: RpcSockets,
  clock: Clock,
): Promise<RpcChannel> {
  const { address } = endpoint;
  if (address.kind === 'http') return new HttpChannel(endpoint, sockets.http(address.url), clock);
  return await openMessageChannel(endpoint, address, sockets, clock);
}
