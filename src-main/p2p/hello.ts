import type { EndCode } from '../../shared/causes/catalogue.ts';
import type { CauseParams } from '../../shared/causes/facts.ts';
import { DISCONNECT_REASONS, type DisconnectReason } from '../../shared/causes/disconnect-reasons.ts';
import { equalBytes } from '../base/bytes.ts';
import { disconnectReasonOf } from '../causes/policy.ts';
import type { RlpxConnection } from '../rlpx/connection.ts';
import { RlpxError } from '../rlpx/errors.ts';
import type { EndCause } from '../events/events.ts';
import { capabilityText, compareCapabilities, negotiate, type Capability } from './capabilities.ts';
import { decodeDisconnect, encodeDisconnect } from './disconnect-reason.ts';
import { endingOf, localCause, remoteCause, type Ending } from './end-cause.ts';
import { ConnectionEndedError, ProtocolError } from './errors.ts';
import {
  decodeHello,
  encodeHello,
  MAX_HELLO_SIZE,
  P2P_CODES,
  P2P_VERSION,
  SNAPPY_P2P_VERSION,
  type Hello,
} from './messages.ts';
import type { Protocol } from './protocol.ts';

/** Largest number of capabilities in an error message; a hostile Hello may list hundreds. */
const MAX_LISTED = 16;

/** A connection on which Hello was exchanged and no session has started. */
export class HelloConnection {
  readonly connection: RlpxConnection;
  readonly remoteHello: Hello;
  /** Hello that we sent. */
  readonly localHello: Hello;

  constructor(connection: RlpxConnection, localHello: Hello, remoteHello: Hello) {
    this.connection = connection;
    this.localHello = localHello;
    this.remoteHello = remoteHello;
  }

  /** Sends a Disconnect with the reason of the code, and closes. */
  refuse(code: EndCode, params?: CauseParams): EndCause {
    sendDisconnect(this.connection, disconnectReasonOf(code));
    return localCause(code, 'hello', params);
  }
}

/** Creates the Hello of a node with these protocols. */
export function createHello(node: {
  readonly clientName: string;
  readonly publicKey: Uint8Array;
  readonly protocols: readonly Protocol[];
  readonly listenPort?: number;
}): Hello {
  const capabilities = node.protocols.map(({ name, version }) => ({ name, version }));
  return {
    p2pVersion: P2P_VERSION,
    clientName: node.clientName,
    capabilities: capabilities.sort(compareCapabilities),
    listenPort: node.listenPort ?? 0,
    publicKey: node.publicKey,
  };
}

/**
 * Exchanges Hello on a new connection and checks the peer's: its size, its key, and that it shares a protocol.
 * Enables compression when both versions support it.
 * @throws ConnectionEndedError with the cause, after a Disconnect was sent; the connection is closing
 */
export async function exchangeHello(connection: RlpxConnection, ourHello: Hello): Promise<HelloConnection> {
  try {
    sendHello(connection, ourHello);
    const message = await connection.read();
    if (message.code === P2P_CODES.disconnect) {
      throw new ConnectionEndedError(remoteCause(decodeDisconnect(message.payload), 'hello'));
    }
    const remoteHello = checkHello(connection, message.code, message.payload);
    if (Math.min(remoteHello.p2pVersion, ourHello.p2pVersion) >= SNAPPY_P2P_VERSION) {
      // ethereumjs never compresses Disconnect.
      connection.enableCompression(P2P_CODES.disconnect);
    }
    checkShared(ourHello, remoteHello);
    return new HelloConnection(connection, ourHello, remoteHello);
  } catch (error) {
    throw end(connection, endingOf(error, 'hello'), error);
  }
}

/**
 * Sends our Hello. Ignores a closed connection: the peer may have sent a Disconnect before it closed, and the following
 * read returns that message, or throws the same error.
 */
function sendHello(connection: RlpxConnection, ourHello: Hello): void {
  try {
    connection.send(P2P_CODES.hello, encodeHello(ourHello));
  } catch (error) {
    if (!(error instanceof RlpxError)) throw error;
  }
}

/** Refuses a connection before Hello: sends a Disconnect with the reason of the code instead of Hello, and closes. */
export function refuseConnection(connection: RlpxConnection, code: EndCode, params?: CauseParams): EndCause {
  sendDisconnect(connection, disconnectReasonOf(code));
  return localCause(code, 'encryption', params);
}

function checkHello(connection: RlpxConnection, code: number, payload: Uint8Array): Hello {
  if (payload.length > MAX_HELLO_SIZE) {
    const facts = { size: payload.length, limit: MAX_HELLO_SIZE };
    throw new ProtocolError('hello-too-large', facts, { stage: 'hello' });
  }
  if (code !== P2P_CODES.hello) {
    throw new ProtocolError('hello-missing', { messageCode: code }, { stage: 'hello' });
  }
  const hello = decodeHello(payload);
  if (!equalBytes(hello.publicKey, connection.remotePublicKey)) {
    throw new ProtocolError('unexpected-identity', null, { stage: 'hello' });
  }
  // One copy of the key for the whole session.
  return { ...hello, publicKey: connection.remotePublicKey };
}

function checkShared(ours: Hello, theirs: Hello): void {
  const sized = ours.capabilities.map((capability) => ({ ...capability, length: 0 }));
  if (sized.length === 0 || negotiate(sized, theirs.capabilities).length > 0) return;
  const list = (capabilities: readonly Capability[]): string =>
    capabilities.slice(0, MAX_LISTED).map(capabilityText).join(', ') || 'nothing';
  const names = new Set(ours.capabilities.map(({ name }) => name));
  const other = theirs.capabilities.filter(({ name }) => names.has(name));
  const facts = { theirs: list(theirs.capabilities), ours: list(ours.capabilities) };
  if (other.length === 0) throw new ProtocolError('no-shared-protocol', facts, { stage: 'hello' });
  throw new ProtocolError('no-shared-version', { ...facts, versions: list(other) }, { stage: 'hello' });
}

function end(connection: RlpxConnection, { cause, reason }: Ending, error: unknown): ConnectionEndedError {
  if (reason !== undefined) sendDisconnect(connection, reason);
  else void connection.close();
  return error instanceof ConnectionEndedError ? error : new ConnectionEndedError(cause, { cause: error });
}

function sendDisconnect(connection: RlpxConnection, reason: DisconnectReason): void {
  const payload = encodeDisconnect(DISCONNECT_REASONS[reason].wire);
  void connection.close({ code: P2P_CODES.disconnect, payload });
}
