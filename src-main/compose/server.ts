import type { NodeSettings } from '../../shared/settings-table.ts';
import type { Ground } from './ground.ts';
import { forkOf } from './discovery.ts';
import { ownClientName } from './client-name.ts';
import { DialScheduler } from '../dialing/dial-scheduler.ts';
import type { Discovery } from '../discovery/discovery.ts';
import { ipFamily } from '../leaf/ip.ts';
import { systemStreamDialer, systemStreamListener } from '../leaf/tcp.ts';
import { endCauseOf } from '../p2p/end-cause.ts';
import { createHello, exchangeHello, refuseConnection } from '../p2p/hello.ts';
import { startSession } from '../p2p/peer-session.ts';
import type { Protocol } from '../p2p/protocol.ts';
import { secureInbound, secureOutbound } from '../rlpx/connection.ts';
import { createHandshakes, type Handshakes } from '../server/handshakes.ts';
import type { PeerLimitSettings } from '../server/limits.ts';
import { P2pServer } from '../server/server.ts';

/** The TCP side: listener, dials and sessions, not started yet. */
export function composeServer(
  ground: Ground,
  discovery: Discovery | undefined,
  protocols: readonly Protocol[],
): P2pServer {
  const { settings, ownIdHex, clock, events, logger, allows } = ground;
  const { addresses, port: wantedPort, dynamicDials } = settings.current();
  const port = wantedPort || (discovery === undefined ? 0 : udpPort(discovery));
  const server: P2pServer = new P2pServer({
    ownIdHex,
    listenAt: [...addresses]
      .sort((a, b) => ipFamily(a).localeCompare(ipFamily(b)))
      .map((ip) => ({ ip, port })),
    // Then the port is the one that discovery drew; on TCP somebody else may have it.
    orAnyPort: wantedPort === 0,
    limits: limitsOf(settings.current()),
    dynamicDials,
    handshakes: composeHandshakes(ground, protocols, () => server.listening[0]?.port ?? 0),
    dialer: systemStreamDialer,
    listener: systemStreamListener,
    createDialing: (hooks) =>
      new DialScheduler({
        ...hooks,
        clock,
        random: ground.random,
        events,
        logger: logger.child('dial'),
        guard: {
          isBanned: () => false,
          isAllowedAddress: allows,
          isOfOtherNetwork: (node) => ['other', 'stale'].includes(forkOf(ground, node)),
        },
        candidates: discovery?.v4.candidates(),
        resolver: discovery === undefined ? undefined : { resolve: (node) => discovery.v4.resolve(node) },
        lookupHost: ground.lookUpHost,
      }),
    isAllowedAddress: allows,
    clock,
    events,
    logger: logger.child('server'),
  });
  return server;
}

/** The limits among the settings. */
export function limitsOf(settings: NodeSettings): PeerLimitSettings {
  const { maxPeers, maxPendingInbound, maxPendingOutbound, dialRatio } = settings;
  return { maxPeers, maxPendingInbound, maxPendingOutbound, dialRatio };
}

function composeHandshakes(
  ground: Ground,
  protocols: readonly Protocol[],
  listenPort: () => number,
): Handshakes {
  const { identity, settings, clock, random, events, logger } = ground;
  return createHandshakes({
    steps: { secureOutbound, secureInbound, exchangeHello, refuseConnection, startSession, endCauseOf },
    privateKey: identity.privateKey,
    hello: () =>
      createHello({
        clientName: ownClientName(settings.current().name ?? undefined),
        publicKey: identity.publicKey,
        protocols,
        listenPort: listenPort(),
      }),
    protocols,
    acceptPreEip8: () => ground.settings.current().acceptPreEip8,
    clock,
    random,
    events,
    logger,
  });
}

const udpPort = ({ socket }: Discovery): number => (socket.local('ipv4') ?? socket.local('ipv6'))?.port ?? 0;
