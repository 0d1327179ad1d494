/** The handshake stages of a connection, as the server uses them; each stage has a type. */
import type { EndCode } from '../../shared/causes/catalogue.ts';
import type { CauseParams } from '../../shared/causes/facts.ts';
import type { ByteStream } from '../base/network.ts';
import type { Clock, Logger, Random } from '../base/runtime.ts';
import type { exchangeHello, HelloConnection, refuseConnection } from '../p2p/hello.ts';
import type { Hello } from '../p2p/messages.ts';
import type { PeerSession, startSession } from '../p2p/peer-session.ts';
import type { Protocol } from '../p2p/protocol.ts';
import type { RlpxConnection } from '../rlpx/connection.ts';
import type { secureInbound, secureOutbound } from '../rlpx/secure.ts';
import { PreEip8Error } from '../rlpx/errors.ts';
import type { ConnectionTap } from '../events/connection-tap.ts';
import type { ConnectionStage, EndCause, EventSink } from '../events/events.ts';

/** A connection after the encryption handshake: the remote side has proven its key. */
export interface SecuredConnection {
  /** Static public key of the remote side, 64 bytes. */
  readonly publicKey: Uint8Array;
  /** Exchanges Hello. @throws an error for `causeOf`; the connection is closing then */
  exchangeHello(): Promise<NegotiatedConnection>;
  /** Sends a Disconnect with the reason of the code, and closes. */
  refuse(code: EndCode, params?: CauseParams): EndCause;
}

/** A connection after Hello, with at least one shared protocol. */
export interface NegotiatedConnection {
  startSession(): PeerSession;
  /** Sends a Disconnect with the reason of the code, and closes. */
  refuse(code: EndCode, params?: CauseParams): EndCause;
}

/** Performs the handshakes of both directions. Takes ownership of the streams. */
export interface ConnectionHandshakes {
  /** @throws an error for `causeOf`; the stream is closed then */
  secureOutbound(
    stream: ByteStream,
    remotePublicKey: Uint8Array,
    tap?: ConnectionTap,
  ): Promise<SecuredConnection>;
  /** @throws an error for `causeOf`; the stream is closed then */
  secureInbound(stream: ByteStream, tap?: ConnectionTap): Promise<SecuredConnection>;
  /** Returns the cause of an error that was thrown at `stage`. */
  causeOf(error: unknown, stage: ConnectionStage): EndCause;
  /** Returns the public key (64 bytes) that the remote side has proven in a handshake that was refused with `error`. */
  provenKeyIn(error: unknown): Uint8Array | undefined;
}

/** The functions of rlpx and p2p, and their dependencies. */
export interface HandshakeParts {
  readonly steps: {
    readonly secureOutbound: typeof secureOutbound;
    readonly secureInbound: typeof secureInbound;
    readonly exchangeHello: typeof exchangeHello;
    readonly refuseConnection: typeof refuseConnection;
    readonly startSession: typeof startSession;
    readonly endCauseOf: (error: unknown, stage: ConnectionStage) => EndCause;
  };
  readonly privateKey: Uint8Array;
  /** Returns our current Hello. */
  readonly hello: () => Hello;
  readonly protocols: readonly Protocol[];
  /** Whether pre-EIP-8 handshakes are accepted now; never by default. go-ethereum refuses them. */
  readonly acceptPreEip8?: () => boolean;
  readonly clock: Clock;
  readonly random: Random;
  readonly events: EventSink;
  readonly logger: Logger;
}

/** Creates the handshakes of a server from the functions of rlpx and p2p. */
export function createConnectionHandshakes(parts: HandshakeParts): ConnectionHandshakes {
  const { steps, privateKey, random, clock, events, logger } = parts;
  const negotiated = (connection: HelloConnection): NegotiatedConnection => ({
    startSession: () => steps.startSession(connection, parts.protocols, { clock, events, logger }),
    refuse: (code, params) => connection.refuse(code, params),
  });
  const secured = (connection: RlpxConnection): SecuredConnection => ({
    publicKey: connection.remotePublicKey,
    exchangeHello: async () => negotiated(await steps.exchangeHello(connection, parts.hello())),
    refuse: (code, params) => steps.refuseConnection(connection, code, params),
  });
  return {
    secureOutbound: async (stream, remotePublicKey, tap) =>
      secured(await steps.secureOutbound(stream, { privateKey, remotePublicKey, random, clock, tap })),
    secureInbound: async (stream, tap) =>
      secured(
        await steps.secureInbound(stream, {
          privateKey,
          random,
          clock,
          tap,
          acceptPreEip8: parts.acceptPreEip8?.() ?? false,
        }),
      ),
    causeOf: (error, stage) => steps.endCauseOf(error, stage),
    provenKeyIn: (error) => (error instanceof PreEip8Error ? error.remotePublicKey : undefined),
  };
}
