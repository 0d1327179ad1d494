import { ProtocolError } from '../p2p/errors.ts';
import type { ProtocolMessage } from '../p2p/protocol.ts';
import { MAX_ETH_MESSAGE_SIZE } from './constants.ts';
import { EthCodecError } from './errors.ts';
import { decodeEthMessage, type EthMessage } from './messages.ts';
import type { EthVersion } from './versions.ts';

/**
 * Decodes a message that a peer sent.
 * @param stage what the session does: the reason for which it ends depends on it
 * @throws ProtocolError when it is too large or malformed
 */
export function decodeReceived(
  version: EthVersion,
  { code, payload }: ProtocolMessage,
  stage: 'status' | 'running' = 'running',
): EthMessage {
  if (payload.length > MAX_ETH_MESSAGE_SIZE) {
    const facts = { size: payload.length, limit: MAX_ETH_MESSAGE_SIZE };
    throw new ProtocolError('message-too-large', facts, { reason: 'subprotocol-error', stage });
  }
  try {
    return decodeEthMessage(version, code, payload);
  } catch (cause) {
    if (!(cause instanceof EthCodecError)) throw cause;
    throw ProtocolError.of(cause, { cause, stage });
  }
}
