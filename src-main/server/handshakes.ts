/** The steps that the server needs of RLPx and p2p; each step has its own type. */
import type { EndCode } from '../../shared/causes/catalogue.ts';
import type { CauseParams } from '../../shared/causes/facts.ts';
import type { ByteStream } from '../base/network.ts';
import type { Clock, Logger, Random } from '../base/runtime.ts';
import type { exchangeHello, HelloConnection, refuseConnection } from '../p2p/hello.ts';
import type { Hello } from '../p2p/messages.ts';
import type { PeerSession, startSession } from '../p2p/peer-session.ts';
import type { Protocol } from '../p2p/protocol.ts';
import type { RlpxConnection, secureInbound, secureOutbound } from '../rlpx/connection.ts';
import { PreEip8Error } from '../rlpx/errors.ts';
import type { ConnectionStage, EndCause, EventSink } from '../events/events.ts';

/** A connection that is encrypted: the other side has proven its key. */
export interface SecuredConnection {
  /** 64 bytes. */
  readonly publicKey: Uint8Array;
  /** @throws an error that `causeOf` knows; the connection is closing then */
  exchangeHello(): Promise<GreetedConnection>;
  /** Sends a Disconnect with the reason of the code, and closes. */
  refuse(code: EndCode, params?: CauseParams): EndCause;
}

/** A connection on which both have said Hello, with a protocol to speak. */
export interface GreetedConnection {
  startSession(): PeerSession;
  refuse(code: EndCode, params?: CauseParams): EndCause;
}

/** The handshakes of both directions. The stream is theirs from the call on. */
export interface Handshakes {
  /** @throws an error that `causeOf` knows; the stream is closed then */
  secureOutbound(stream: ByteStream, remotePublicKey: Uint8Array): Promise<SecuredConnection>;
  secureInbound(stream: ByteStream): Promise<SecuredConnection>;
  /** The cause of an error that was thrown at `stage`. */
  causeOf(error: unknown, stage: ConnectionStage): EndCause;
  /** Public key, 64 bytes, that the other side has proven although its handshake was refused with `error`. */
  provenKeyIn(error: unknown): Uint8Array | undefined;
}

/** The real steps and what they need; compose.ts hands them in. */
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
  /** Our Hello as it is at the moment. */
  readonly hello: () => Hello;
  readonly protocols: readonly Protocol[];
  /** Whether the handshake of before EIP-8, which go-ethereum refuses, is taken at the moment; never without it. */
  readonly acceptPreEip8?: () => boolean;
  readonly clock: Clock;
  readonly random: Random;
  readonly events: EventSink;
  readonly logger: Logger;
}

/** Puts the steps together. */
export function createHandshakes(parts: HandshakeParts): Handshakes {
  const { steps, privateKey, random, clock, events, logger } = parts;
  const greeted = (connection: HelloConnection): GreetedConnection => ({
    startSession: () => steps.startSession(connection, parts.protocols, { clock, events, logger }),
    refuse: (code, params) => connection.refuse(code, params),
  });
  const secured = (connection: RlpxConnection): SecuredConnection => ({
    publicKey: connection.remotePublicKey,
    exchangeHello: async () => greeted(await steps.exchangeHello(connection, parts.hello())),
    refuse: (code, params) => steps.refuseConnection(connection, code, params),
  });
  return {
    secureOutbound: async (stream, remotePublicKey) =>
      secured(await steps.secureOutbound(stream, { privateKey, remotePublicKey, random, clock })),
    secureInbound: async (stream) =>
      secured(
        await steps.secureInbound(stream, {
          privateKey,
          random,
          clock,
          acceptPreEip8: parts.acceptPreEip8?.() ?? false,
        }),
      ),
    causeOf: (error, stage) => steps.endCauseOf(error, stage),
    provenKeyIn: (error) => (error instanceof PreEip8Error ? error.remotePublicKey : undefined),
  };
}
