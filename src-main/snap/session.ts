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
 * snap/1 of a node without state, to be registered with sessions: every request gets the empty reply that the
 * specification gives for a state that is not there. We ask for nothing.
 */
export function createSnapProtocols(): readonly Protocol[] {
  return [
    {
      name: SNAP_PROTOCOL_NAME,
      version: SNAP_VERSION,
      length: SNAP_LENGTH,
      messageName: (code) => snapMessageName(code) ?? `Unused ${String(code)}`,
      classOf: snapMessageClass,
      run: speak,
    },
  ];
}

/** snap has no handshake of its own. @throws ProtocolError, or ChannelClosedError when the session ended otherwise */
async function speak(channel: Channel): Promise<void> {
  channel.established();
  for (;;) {
    const { code, payload } = encodeSnapMessage(emptyReply(decode(await channel.receive())));
    channel.send(code, payload);
    if (channel.congested) await channel.ready();
  }
}

function decode({ code, payload }: ProtocolMessage): SnapMessage {
  if (payload.length > MAX_SNAP_MESSAGE_SIZE) {
    const text = `A message of ${String(payload.length)} bytes, ${String(MAX_SNAP_MESSAGE_SIZE)} at most`;
    throw new ProtocolError('message-too-large', text);
  }
  try {
    return decodeSnapMessage(code, payload);
  } catch (cause) {
    if (!(cause instanceof SnapCodecError)) throw cause;
    throw new ProtocolError(cause.code, cause.message, { cause });
  }
}

/** What the specification asks of a node without the state. */
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
      throw new ProtocolError('unrequested-answer', `The peer sent ${message.name} that nobody asked for`);
  }
}
