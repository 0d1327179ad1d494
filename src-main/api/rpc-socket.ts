import type { Clock, Logger, Random } from '../base/runtime.ts';
import type { RpcDispatcher } from './json-rpc.ts';
import { MAX_RPC_BODY, RpcClient, type RpcConnection, type RpcRefusal } from './rpc-client.ts';
import { keepAlive, type PageSocket } from './web-socket.ts';

/** WebSocket close codes (RFC 6455 section 7.4.1, and 1013 of the IANA registry) and reasons. */
const CLOSE: Readonly<Record<RpcRefusal, readonly [code: number, reason: string]>> = {
  'message-too-big': [1_009, 'message too big'],
  'queue-overflow': [1_013, 'subscription queue overflow'],
};

/** Dependencies of JSON-RPC over WebSocket. */
export interface RpcSocketServices {
  readonly rpc: RpcDispatcher;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/**
 * Serves one JSON-RPC client over its WebSocket until either side closes it.
 * @param onQueued called after each queued message
 */
export function serveRpcSocket(
  socket: PageSocket,
  services: RpcSocketServices,
  onQueued: () => void = () => undefined,
): void {
  const { rpc, clock, random, logger } = services;
  const client = new RpcClient(connectionOf(socket), { rpc, random, logger, onQueued });
  const stopPings = keepAlive(socket, clock);
  socket.on('message', (data) => {
    const bytes = data as Buffer;
    if (bytes.length > MAX_RPC_BODY) client.refuse('message-too-big');
    else client.take(bytes.toString());
  });
  socket.on('error', (error) => {
    logger.debug('an RPC client’s connection failed', { reason: error.message });
  });
  socket.on('close', () => {
    stopPings();
    client.close();
  });
}

/** A client gets the close code after the queued messages. */
const connectionOf = (socket: PageSocket): RpcConnection => ({
  get isOpen() {
    return socket.readyState === socket.OPEN;
  },
  get queued() {
    return socket.bufferedAmount;
  },
  send: (text) => {
    socket.send(text);
  },
  refuse: (refusal) => {
    socket.close(...CLOSE[refusal]);
  },
  cut: () => {
    socket.terminate();
  },
});
