import { systemHttpPoster } from '../../src-main/base/http-post.ts';
import { systemLocalSocket } from '../../src-main/base/local-socket.ts';
import { systemClock, systemRandom } from '../../src-main/base/system-runtime.ts';
import { systemWebSocket } from '../../src-main/base/web-socket-client.ts';
import type { Network } from '../../src-main/chain/networks.ts';
import { parseRpcEndpoint, type RpcCredentials } from '../../src-main/sentry/rpc-endpoint.ts';
import { SentrySource } from '../../src-main/sentry/sentry-source.ts';
import { silentLogger } from './silent-logger.ts';

const sockets = { http: systemHttpPoster, webSocket: systemWebSocket, local: systemLocalSocket };

/** A source in front of the client at this address, once it is connected. @throws Error when it does not connect at first */
export async function connectedSentry(
  network: Network,
  address: string,
  credentials: RpcCredentials = {},
): Promise<SentrySource> {
  const source = new SentrySource({
    endpoint: parseRpcEndpoint(address, credentials, systemClock),
    ...{ sockets, network, clock: systemClock, random: systemRandom, logger: silentLogger },
  });
  await source.start();
  await new Promise<void>((resolve, reject) => {
    source.onState(() => {
      const { phase, lastError } = source.state();
      if (phase === 'connected') resolve();
      if (lastError !== undefined) reject(new Error(lastError.message));
    });
  });
  return source;
}
