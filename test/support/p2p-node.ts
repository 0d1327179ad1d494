import { DialScheduler, type DialSchedulerOptions } from '../../src-main/dialing/dial-scheduler.ts';
import { bytesToHex } from '../../src-main/base/bytes.ts';
import type { SocketAddress, StreamDialer, StreamListener } from '../../src-main/base/network.ts';
import type { Clock, Random } from '../../src-main/base/runtime.ts';
import { generatePrivateKey, publicKeyOf } from '../../src-main/base/secp256k1.ts';
import { systemClock, systemRandom } from '../../src-main/base/system-runtime.ts';
import { systemStreamDialer, systemStreamListener } from '../../src-main/base/tcp.ts';
import { nodeFromParts } from '../../src-main/node-record/node-factory.ts';
import { nodeIdOf } from '../../src-main/node-record/node-id.ts';
import type { Node } from '../../src-main/node-record/node.ts';
import { endCauseOf } from '../../src-main/p2p/end-cause.ts';
import { createHello, exchangeHello, refuseConnection } from '../../src-main/p2p/hello.ts';
import { startSession } from '../../src-main/p2p/peer-session.ts';
import type { Protocol } from '../../src-main/p2p/protocol.ts';
import { secureInbound, secureOutbound } from '../../src-main/rlpx/secure.ts';
import { createConnectionHandshakes } from '../../src-main/server/handshakes.ts';
import type { BanView } from '../../src-main/server/bans.ts';
import { P2pServer, type P2pServerOptions, type ServerSettings } from '../../src-main/server/server.ts';
import { DIAL_TIMEOUT_MS } from '../../src-main/server/session-manager.ts';
import type { NodeEvent } from '../../src-main/events/events.ts';
import { silentLogger } from './silent-logger.ts';
import { RecordedEvents } from './recorded-events.ts';

/** A protocol that sends no message. */
export const idleProtocol: Protocol = {
  name: 'idle',
  version: 1,
  length: 1,
  messageName: () => 'Nothing',
  run: async (channel) => {
    channel.established();
    for (;;) await channel.receive();
  },
};

/** Limits with room for `maxPeers`, one of `dialRatio` of them dialled. */
export const limitsOf = (maxPeers: number, dialRatio = 2): P2pServerOptions['limits'] => ({
  maxPeers,
  maxPendingInbound: 50,
  maxPendingOutbound: 50,
  dialRatio,
});

/** What a test may choose of a node. */
export interface P2pNodeOptions extends Partial<
  Pick<P2pServerOptions, 'limits' | 'listenAt' | 'orAnyPort' | 'acceptRates' | 'onFewPeers' | 'taps'>
> {
  readonly settings?: Partial<ServerSettings>;
  readonly isAllowedAddress?: (ip: string) => boolean;
  readonly bans?: BanView;
  readonly dialTimeoutMs?: number;
  readonly clientName?: string;
  readonly privateKey?: Uint8Array;
  readonly protocols?: readonly Protocol[];
  readonly dialing?: Partial<DialSchedulerOptions>;
  readonly clock?: Clock;
  readonly random?: Random;
  readonly dialer?: StreamDialer;
  readonly listener?: StreamListener;
  /** Dials the candidates of `dialing`; off by default. */
  readonly dynamicDials?: boolean;
  /** Which events are kept; all by default. */
  readonly keeps?: (event: NodeEvent) => boolean;
}

/** A node with real handshakes and sessions, without discovery: it dials its static nodes. */
export class P2pNode {
  readonly events: RecordedEvents;
  readonly privateKey: Uint8Array;
  readonly publicKey: Uint8Array;
  readonly idHex: string;
  readonly server: P2pServer;

  constructor(options: P2pNodeOptions = {}) {
    const clock = options.clock ?? systemClock;
    const random = options.random ?? systemRandom;
    const protocols = options.protocols ?? [idleProtocol];
    const events = new RecordedEvents(options.keeps);
    this.events = events;
    this.privateKey = options.privateKey ?? generatePrivateKey(random);
    this.publicKey = publicKeyOf(this.privateKey);
    this.idHex = bytesToHex(nodeIdOf(this.publicKey));
    const isAllowedAddress = options.isAllowedAddress ?? (() => true);
    this.server = new P2pServer({
      ownIdHex: this.idHex,
      listenAt: options.listenAt ?? [{ ip: '127.0.0.1', port: 0 }],
      orAnyPort: options.orAnyPort ?? false,
      limits: options.limits ?? limitsOf(6),
      settings: {
        dynamicDials: options.dynamicDials ?? false,
        noDial: false,
        bootnodeFallbackMs: 0,
        dialTimeoutMs: options.dialTimeoutMs ?? DIAL_TIMEOUT_MS,
        dropper: false,
        ...options.settings,
      },
      handshakes: createConnectionHandshakes({
        steps: { secureOutbound, secureInbound, exchangeHello, refuseConnection, startSession, endCauseOf },
        privateKey: this.privateKey,
        hello: () =>
          createHello({ clientName: options.clientName ?? 'Test/v1', publicKey: this.publicKey, protocols }),
        protocols,
        clock,
        random,
        events,
        logger: silentLogger,
      }),
      dialer: options.dialer ?? systemStreamDialer,
      listener: options.listener ?? systemStreamListener,
      createDialing: (hooks) =>
        new DialScheduler({
          ...hooks,
          clock,
          random,
          events,
          logger: silentLogger,
          guard: {
            isBanned: ({ idHex, ip }) => options.bans?.find(idHex, ip) !== undefined,
            isAllowedAddress,
            isOfOtherNetwork: () => false,
          },
          historyMs: 20,
          ...options.dialing,
        }),
      guard: {
        isAllowedAddress,
        banOfAddress: (ip) => options.bans?.ofAddress(ip),
        banOfNode: (idHex) => options.bans?.ofNode(idHex),
      },
      ...(options.acceptRates === undefined ? {} : { acceptRates: options.acceptRates }),
      ...(options.onFewPeers === undefined ? {} : { onFewPeers: options.onFewPeers }),
      taps: options.taps,
      clock,
      random,
      events,
      logger: silentLogger,
    });
  }

  /** This node as others dial it: at its first address, or at `ip`. */
  node(ip?: string): Node {
    const at = this.server.listening.find((address) => ip === undefined || address.ip === ip);
    if (at === undefined) throw new Error('The node does not listen at this address');
    return this.nodeAt(at);
  }

  nodeAt(at: SocketAddress): Node {
    return nodeFromParts({ publicKey: this.publicKey, ip: at.ip, tcp: at.port, udp: at.port });
  }
}
