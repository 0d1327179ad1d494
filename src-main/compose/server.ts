import { ownClientName } from '../app/client-name.ts';
import type { EffectiveSettings } from '../app/effective-settings.ts';
import { forkOf } from '../app/record-fork.ts';
import { limitsOf, serverSettingsOf } from '../app/server-settings.ts';
import { ipFamily } from '../base/ip.ts';
import { publicKeyOf } from '../base/secp256k1.ts';
import type { StreamShaper } from '../base/shaped-stream.ts';
import { systemStreamDialer, systemStreamListener } from '../base/tcp.ts';
import { DialScheduler, type DialSchedulerOptions } from '../dialing/dial-scheduler.ts';
import type { Discovery } from '../discovery/discovery.ts';
import type { ChainStatus } from '../eth/chain-source.ts';
import type { Node } from '../node-record/node.ts';
import type { TapSource } from '../events/connection-tap.ts';
import { endCauseOf } from '../p2p/end-cause.ts';
import { createHello, exchangeHello, refuseConnection } from '../p2p/hello.ts';
import { startSession } from '../p2p/peer-session.ts';
import { secureInbound, secureOutbound } from '../rlpx/secure.ts';
import type { BanList } from '../server/bans.ts';
import { createConnectionHandshakes, type HandshakeParts } from '../server/handshakes.ts';
import { P2pServer, type P2pServerOptions } from '../server/server.ts';
import type { Identity } from '../store/identity.ts';
import type { Runtime } from './runtime.ts';

/** The steps of RLPx and p2p, in the order of a connection. */
const STEPS = { secureOutbound, secureInbound, exchangeHello, refuseConnection, startSession, endCauseOf };

/** What a server over TCP is made from. */
export interface ServerOptions
  extends
    Omit<P2pServerOptions, 'handshakes' | 'dialer' | 'listener' | 'createDialing'>,
    Pick<HandshakeParts, 'privateKey' | 'protocols' | 'acceptPreEip8'> {
  /** The client name of our Hello, at the moment. */
  readonly clientName: () => string;
  /** Whether the record of a node names another network. */
  readonly isOfOtherNetwork: (node: Node) => boolean;
  /** Where the dial scheduler finds nodes. */
  readonly dialing: Pick<DialSchedulerOptions, 'candidates' | 'resolver' | 'lookupHost' | 'bootnodes'>;
  /** Limits the rate of all sessions together; no limit without it. */
  readonly shaper?: Pick<StreamShaper, 'dialer' | 'listener'>;
}

/** Creates listener, handshakes, dial scheduler and sessions over TCP, not started yet: for our node or a demo node. */
export function createServer(options: ServerOptions): P2pServer {
  const { privateKey, protocols, clientName, isOfOtherNetwork, dialing, shaper, ...rest } = options;
  const { clock, random, events, logger, guard } = options;
  const publicKey = publicKeyOf(privateKey);
  const server: P2pServer = new P2pServer({
    ...rest,
    logger: logger.child('server'),
    handshakes: createConnectionHandshakes({
      ...options,
      steps: STEPS,
      hello: () => {
        const listenPort = server.listening[0]?.port ?? 0;
        return createHello({ clientName: clientName(), publicKey, protocols, listenPort });
      },
    }),
    dialer: shaper?.dialer(systemStreamDialer) ?? systemStreamDialer,
    listener: shaper?.listener(systemStreamListener) ?? systemStreamListener,
    createDialing: (hooks) =>
      new DialScheduler({
        ...{ ...hooks, ...dialing, clock, random, events, logger: logger.child('dial') },
        guard: {
          isBanned: ({ idHex, ip }) =>
            (guard.banOfNode(idHex) ?? (ip === undefined ? undefined : guard.banOfAddress(ip))) !== undefined,
          isAllowedAddress: (ip) => guard.isAllowedAddress(ip),
          isOfOtherNetwork,
        },
      }),
  });
  return server;
}

/** What the server of our node is made from. */
export interface ServerParts extends Pick<ServerOptions, 'protocols'> {
  readonly settings: Pick<EffectiveSettings, 'current'>;
  readonly identity: Pick<Identity, 'privateKey' | 'idHex'>;
  /** Whether an address may be contacted. */
  readonly allows: (ip: string) => boolean;
  readonly bans: Pick<BanList, 'ofAddress' | 'ofNode'>;
  readonly chain: Pick<ChainStatus, 'forkFilter'>;
  readonly discovery: Discovery | undefined;
  readonly dialing: Pick<DialSchedulerOptions, 'lookupHost' | 'bootnodes'>;
  readonly shaper: StreamShaper;
  readonly taps: TapSource;
}

/** The server of our node, not started yet. */
export function composeServer(parts: ServerParts, runtime: Runtime): P2pServer {
  const { settings, identity, allows, bans, chain, discovery, dialing, protocols, shaper, taps } = parts;
  const { addresses, port: wantedPort } = settings.current();
  const port = wantedPort || (discovery === undefined ? 0 : udpPort(discovery));
  return createServer({
    ...{ ...runtime, protocols, shaper, taps },
    ownIdHex: identity.idHex,
    privateKey: identity.privateKey,
    listenAt: [...addresses]
      .sort((a, b) => ipFamily(a).localeCompare(ipFamily(b)))
      .map((ip) => ({ ip, port })),
    // The port of discovery may be in use by another program on TCP.
    orAnyPort: wantedPort === 0,
    limits: limitsOf(settings.current()),
    settings: serverSettingsOf(settings.current()),
    clientName: () => ownClientName(settings.current().name ?? undefined),
    acceptPreEip8: () => settings.current().acceptPreEip8,
    guard: {
      isAllowedAddress: allows,
      banOfAddress: (ip) => bans.ofAddress(ip),
      banOfNode: (idHex) => bans.ofNode(idHex),
    },
    isOfOtherNetwork: (node) => ['other', 'stale'].includes(forkOf(chain, node)),
    dialing: {
      ...dialing,
      candidates: discovery?.candidates(),
      resolver: discovery === undefined ? undefined : { resolve: (node) => discovery.resolve(node) },
    },
    onFewPeers: () => {
      void discovery?.lookForMore();
    },
  });
}

const udpPort = ({ socket }: Discovery): number => (socket.local('ipv4') ?? socket.local('ipv6'))?.port ?? 0;
