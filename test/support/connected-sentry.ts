import { systemHttpPoster } from '../../src-main/base/http-post.ts';
import { systemLocalSocket } from '../../src-main/base/local-socket.ts';
import { systemClock, systemRandom } from '../../src-main/base/system-runtime.ts';
import { systemWebSocket } from '../../src-main/base/web-socket-client.ts';
import type { Network } from '../../src-main/chain/networks.ts';
import { parseRpcEndpoint, type RpcCredentials } from '../../src-main/sentry/rpc-endpoint.ts';
import { SentrySource } from '../../src-main/sentry/sentry-source.ts';
import { silentLogger } from './silent-logger.ts';

const sockets = { http: systemHttpPoster, webSocket: systemWebSocket, local: systemLocalSocket };

/** A source in front of the client at this address, with the sockets of the system. It is not started. */
export function sentryOf(network: Network, address: string, credentials: RpcCredentials = {}): SentrySource {
  return new SentrySource({
    endpoint: parseRpcEndpoint(address, credentials, systemClock),
    ...{ sockets, network, clock: systemClock, random: systemRandom, logger: silentLogger },
  });
}

/** The same, once it is connected. @throws Error when it does not connect at first */
export async function connectedSentry(...client: Parameters<typeof sentryOf>): Promise<SentrySource> {
  const source = sentryOf(...client);
  try {
    await source.start();
    await new Promise<void>((resolve, reject) => {
      const unsubscribe = source.onState(() => {
        const { phase, lastError } = source.state();
        if (phase === 'connected') resolve();
        else if (lastError !== undefined) reject(new Error(lastError.message));
        else return;
        unsubscribe();
      });
    });
  } catch (error) {
    await source.stop();
    throw error;
  }
  return source;
}
