import { CryptoError } from '../base/crypto-error.ts';
import type { ByteStream } from '../base/network.ts';
import type { Random } from '../base/runtime.ts';
import type { Direction } from '../events/events.ts';
import { RlpxConnection, type ConnectionOptions } from './connection.ts';
import { ENCRYPTION_HANDSHAKE_TIMEOUT_MS } from './constants.ts';
import { RlpxError, streamEnd } from './errors.ts';
import { initiate, PacketSource, respond, type HandshakeResult } from './handshake-exchange.ts';

/** Options of the encryption handshake in both directions. The tap gets the handshake packets too. */
export interface SecureOptions extends ConnectionOptions {
  /** Our static key, 32 bytes. */
  readonly privateKey: Uint8Array;
  readonly random: Random;
  /** Time limit of the whole encryption handshake; ENCRYPTION_HANDSHAKE_TIMEOUT_MS by default. */
  readonly timeoutMs?: number;
}

/**
 * Performs the handshake as initiator on an open stream. Takes ownership of the stream.
 * @throws RlpxError after destroying the stream
 */
export function secureOutbound(
  stream: ByteStream,
  options: SecureOptions & { readonly remotePublicKey: Uint8Array },
): Promise<RlpxConnection> {
  return secure(stream, 'outbound', options, (source) => initiate(source, stream, options));
}

/**
 * Performs the handshake as recipient on an accepted stream. Takes ownership of the stream. A pre-EIP-8 handshake is
 * accepted only with `acceptPreEip8`.
 * @throws RlpxError after destroying the stream
 */
export function secureInbound(
  stream: ByteStream,
  options: SecureOptions & { readonly acceptPreEip8?: boolean },
): Promise<RlpxConnection> {
  const acceptPreEip8 = options.acceptPreEip8 ?? false;
  return secure(stream, 'inbound', options, (source) =>
    respond(source, stream, { ...options, acceptPreEip8 }),
  );
}

async function secure(
  stream: ByteStream,
  direction: Direction,
  options: SecureOptions,
  handshake: (source: PacketSource) => Promise<HandshakeResult>,
): Promise<RlpxConnection> {
  const source = new PacketSource(stream);
  const timer = options.clock.after(options.timeoutMs ?? ENCRYPTION_HANDSHAKE_TIMEOUT_MS, () => {
    source.fail(new RlpxError('handshake-timeout'));
  });
  const forget = stream.onClose((error) => {
    const silent = direction === 'outbound' && error === undefined && source.isEmpty;
    source.fail(silent ? new RlpxError('auth-unanswered') : streamEnd(error));
  });
  try {
    const result = await handshake(source);
    return new RlpxConnection(stream, direction, result, options);
  } catch (error) {
    stream.destroy();
    if (!(error instanceof CryptoError)) throw error;
    throw new RlpxError('invalid-public-key', null, { cause: error });
  } finally {
    timer.cancel();
    forget();
  }
}
