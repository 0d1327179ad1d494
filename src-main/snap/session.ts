import { ProtocolError } from '../p2p/errors.ts';
import type { Channel, Protocol, ProtocolMessage } from '../p2p/protocol.ts';
import {
  MAX_SNAP_MESSAGE_SIZE,
  SNAP_LENGTH,
  SNAP_PROTOCOL_NAME,
  SNAP_VERSION,
  snapMessageClass,
  snapMessageName,
} from './constants.ts';
import { SnapCodecError } from './errors.ts';
import { decodeSnapMessage, encodeSnapMessage, type SnapMessage } from './messages.ts';

/**
 * Creates snap/1 of a node without state, for registration with sessions. It answers every request with the empty
 * reply that the specification defines for missing state, and sends no requests.
 */
export function createSnapProtocols(): readonly Protocol[] {
  return [
    {
      name: SNAP_PROTOCOL_NAME,
      version: SNAP_VERSION,
      length: SNAP_LENGTH,
      messageName: (code) => snapMessageName(code) ?? `Unused ${String(code)}`,
      classOf: snapMessageClass,
      run,
    },
  ];
}

/** Runs until the session ends; snap has no handshake. @throws ProtocolError, or ChannelClosedError when the session ended otherwise */
async function run(channel: Channel): Promise<void> {
  channel.established();
  for (;;) {
    const { code, payload } = encodeSnapMessage(emptyReply(decode(await channel.receive())));
    channel.send(code, payload);
    if (channel.congested) await channel.ready();
  }
}

function decode({ code, payload }: ProtocolMessage): SnapMessage {
  if (payload.length > MAX_SNAP_MESSAGE_SIZE) {
    const facts = { size: payload.length, limit: MAX_SNAP_MESSAGE_SIZE };
    throw new ProtocolError('message-too-large', facts, { reason: 'subprotocol-error' });
  }
  try {
    return decodeSnapMessage(code, payload);
  } catch (cause) {
    if (!(cause instanceof SnapCodecError)) throw cause;
    throw ProtocolError.of(cause, { cause });
  }
}

/** Returns the reply that the specification requires from a node without the state. */
function emptyReply(message: SnapMessage): SnapMessage {
  const { requestId } = message;
  switch (message.name) {
    case 'GetAccountRange':
      return { name: 'AccountRange', requestId, accounts: [], proof: [] };
    case 'GetStorageRanges':
      return { name: 'StorageRanges', requestId, slots: [], proof: [] };
    case 'GetByteCodes':
      return { name: 'ByteCodes', requestId, codes: [] };
    case 'GetTrieNodes':
      return { name: 'TrieNodes', requestId, nodes: [] };
    case 'AccountRange':
    case 'StorageRanges':
    case 'ByteCodes':
    case 'TrieNodes':
      throw new ProtocolError('unrequested-answer', { message: message.name });
  }
}
