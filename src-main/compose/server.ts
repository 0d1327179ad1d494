import { composeHandshakes } from './handshakes.ts';
import type { NodeContext } from './node-context.ts';
import { forkOf } from '../app/record-fork.ts';
import { limitsOf, serverSettingsOf } from '../app/server-settings.ts';
import { ownClientName } from '../app/client-name.ts';
import { DialScheduler } from '../dialing/dial-scheduler.ts';
import type { Discovery } from '../discovery/discovery.ts';
import { ipFamily } from '../base/ip.ts';
import type { StreamShaper } from '../base/shaped-stream.ts';
import { systemStreamDialer, systemStreamListener } from '../base/tcp.ts';
import type { Node } from '../node-record/node.ts';
import type { Protocol } from '../p2p/protocol.ts';
import { P2pServer } from '../server/server.ts';

/** What the server takes from the program. */
type ServerContext = Pick<
  NodeContext,
  | 'settings'
  | 'identity'
  | 'ownIdHex'
  | 'clock'
  | 'random'
  | 'events'
  | 'logger'
  | 'chain'
  | 'allows'
  | 'bans'
  | 'lookUpHost'
>;

/** The TCP side: listener, dials and sessions, not started yet. */
export function composeServer(
  context: ServerContext,
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
    // Then the port is the one that discovery got; on TCP another program may use it.
    orAnyPort: wantedPort === 0,
    limits: limitsOf(settings.current()),
    settings: serverSettingsOf(settings.current()),
    handshakes: composeHandshakes({
      ...{ clock, random: context.random, events, logger, protocols },
      privateKey: context.identity.privateKey,
      clientName: () => ownClientName(settings.current().name ?? undefined),
      listenPort: () => server.listening[0]?.port ?? 0,
      acceptPreEip8: () => settings.current().acceptPreEip8,
    }),
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
          isOfOtherNetwork: (node) => ['other', 'stale'].includes(forkOf(context.chain, node)),
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

const udpPort = ({ socket }: Discovery): number => (socket.local('ipv4') ?? socket.local('ipv6'))?.port ?? 0;
