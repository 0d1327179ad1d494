import type { NodeSettings } from '../../shared/settings-table.ts';
import type { NodeContext } from './node-context.ts';
import { forkOf } from './discovery.ts';
import { ownClientName } from '../app/client-name.ts';
import { DialScheduler } from '../dialing/dial-scheduler.ts';
import type { Discovery } from '../discovery/discovery.ts';
import { ipFamily } from '../base/ip.ts';
import type { BandwidthCaps, StreamShaper } from '../base/shaped-stream.ts';
import { systemStreamDialer, systemStreamListener } from '../base/tcp.ts';
import type { Node } from '../node-record/node.ts';
import { endCauseOf } from '../p2p/end-cause.ts';
import { createHello, exchangeHello, refuseConnection } from '../p2p/hello.ts';
import { startSession } from '../p2p/peer-session.ts';
import type { Protocol } from '../p2p/protocol.ts';
import { secureInbound, secureOutbound } from '../rlpx/connection.ts';
import { createHandshakes, type Handshakes } from '../server/handshakes.ts';
import type { PeerLimitSettings } from '../server/limits.ts';
import { P2pServer, type ServerSettings } from '../server/server.ts';

/** The TCP side: listener, dials and sessions, not started yet. */
export function composeServer(
  context: NodeContext,
  discovery: Discovery | undefined,
  protocols: readonly Protocol[],
  bootnodes: () => readonly Node[],
  shaper: StreamShaper,
): P2pServer {
  const { settings, ownIdHex, clock, events, logger, allows } = context;
  const { addresses, port: wantedPort } = settings.current();
  const port = wantedPort || (discovery === undefined ? 0 : udpPort(discovery));
  const server: P2pServer = new P2pServer({
    ownIdHex,
    listenAt: [...addresses]
      .sort((a, b) => ipFamily(a).localeCompare(ipFamily(b)))
      .map((ip) => ({ ip, port })),
    // Then the port is the one that discovery drew; on TCP somebody else may have it.
    orAnyPort: wantedPort === 0,
    limits: limitsOf(settings.current()),
    settings: serverSettingsOf(settings.current()),
    handshakes: composeHandshakes(context, protocols, () => server.listening[0]?.port ?? 0),
    dialer: shaper.dialer(systemStreamDialer),
    listener: shaper.listener(systemStreamListener),
    createDialing: (hooks) =>
      new DialScheduler({
        ...hooks,
        clock,
        random: context.random,
        events,
        logger: logger.child('dial'),
        guard: {
          isBanned: ({ idHex, ip }) => context.bans.find(idHex, ip) !== undefined,
          isAllowedAddress: allows,
          isOfOtherNetwork: (node) => ['other', 'stale'].includes(forkOf(context, node)),
        },
        candidates: discovery?.candidates(),
        resolver: discovery === undefined ? undefined : { resolve: (node) => discovery.resolve(node) },
        lookupHost: context.lookUpHost,
        bootnodes,
      }),
    guard: {
      isAllowedAddress: allows,
      banOfAddress: (ip) => context.bans.ofAddress(ip),
      banOfNode: (idHex) => context.bans.ofNode(idHex),
    },
    onFewPeers: () => {
      void discovery?.lookForMore();
    },
    clock,
    random: context.random,
    events,
    logger: logger.child('server'),
  });
  return server;
}

/** The caps among the settings, which are kB a second. */
export function capsOf({ maxDownload, maxUpload }: NodeSettings): BandwidthCaps {
  return { download: maxDownload * 1_000, upload: maxUpload * 1_000 };
}

/** The limits among the settings. */
export function limitsOf(settings: NodeSettings): PeerLimitSettings {
  const { maxPeers, maxPendingInbound, maxPendingOutbound, dialRatio } = settings;
  return { maxPeers, maxPendingInbound, maxPendingOutbound, dialRatio };
}

/** What the settings say of the server. */
export function serverSettingsOf(settings: NodeSettings): ServerSettings {
  const { dynamicDials, noDial, dropper } = settings;
  return {
    dynamicDials,
    noDial,
    dropper,
    bootnodeFallbackMs: settings.bootnodeFallback * 1_000,
    dialTimeoutMs: settings.dialTimeout * 1_000,
  };
}

function composeHandshakes(
  context: NodeContext,
  protocols: readonly Protocol[],
  listenPort: () => number,
): Handshakes {
  const { identity, settings, clock, random, events, logger } = context;
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
    acceptPreEip8: () => context.settings.current().acceptPreEip8,
    clock,
    random,
    events,
    logger,
  });
}

const udpPort = ({ socket }: Discovery): number => (socket.local('ipv4') ?? socket.local('ipv6'))?.port ?? 0;
