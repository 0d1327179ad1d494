import type { Fault } from '../../shared/model/why.ts';
import type { EndCode } from './end-codes.ts';

/** A code in words. */
export interface Words {
  /** Stands alone in a table: "Too many peers". */
  readonly title: string;
  /** One or two sentences: what happened, and what it means. */
  readonly meaning: string;
  readonly fault: Fault;
  /** What a person may do, as a phrase; null where there is nothing to be done. */
  readonly advice: string | null;
}

/** Words of every code, and of those that mean another thing when we say it; `no-address` is among the stops. */
type CauseWords = Readonly<
  Record<Exclude<EndCode, 'no-address'>, Words> & Partial<Record<`${EndCode}-by-us`, Words>>
>;

/** Words of four columns, so that the tables read as tables. */
export function words(fault: Fault, title: string, meaning: string, advice: string | null = null): Words {
  return { title, meaning, fault, advice };
}

/**
 * Why connections end (EndCause). What another meaning has when we say it stands under the code with `-by-us` behind it.
 */
export const CAUSE_WORDS = {
  // How the way to the node went
  'connection-refused': words(
    'theirs',
    'Refused',
    'The address refuses the connection: the node is off, its port has changed, or a firewall turns us away.',
  ),
  'connection-reset': words(
    'theirs',
    'Reset',
    'The other side, or something between, broke the connection off. Nodes without room often do so.',
  ),
  'connection-lost': words(
    'way',
    'Connection lost',
    'The connection broke without a word of the other side.',
  ),
  'timed-out': words(
    'way',
    'Timed out',
    'Nothing answered at this address within the dial timeout: the node is gone, or a firewall drops connections.',
  ),
  unreachable: words(
    'way',
    'Unreachable',
    'There is no way to this address from here.',
    'Check this machine’s network if it is so for all nodes',
  ),
  'address-not-available': words(
    'ours',
    'No such address here',
    'This machine has no address from which that one could be reached, as with IPv6 where there is none.',
  ),
  'address-in-use': words('ours', 'Port in use', 'Another program uses the port.', 'Choose another port'),
  'permission-denied': words(
    'ours',
    'Not permitted',
    'The system or a firewall on this machine forbids the connection.',
    'Check this machine’s firewall',
  ),
  unknown: words('way', 'Network error', 'The system gave up on the connection without a known reason.'),
  closed: words('ours', 'Closed', 'The socket was closed on this side.'),
  aborted: words('ours', 'Called off', 'The dial was called off on this side before it came to an end.'),
  'closed-by-us': words('ours', 'Closed by us', 'This node closed the connection.'),
  'closed-by-remote': words(
    'theirs',
    'Closed without a word',
    'The other side closed the connection and gave no reason.',
  ),
  'auth-unanswered': words(
    'theirs',
    'Closed in silence after our auth',
    'The other side closed the connection before it answered our handshake: it has another node key than the one dialled, or no room.',
    'Check its enode: the node key may have changed',
  ),
  'write-timeout': words(
    'way',
    'Did not take our data',
    'The other side took none of what we sent for too long.',
  ),
  'outbound-overflow': words(
    'theirs',
    'Does not read',
    'More waited to be sent than a session may hold, as the peer did not read.',
  ),

  // The encryption handshake
  'handshake-timeout': words(
    'theirs',
    'Handshake timed out',
    'The other side accepted the connection, but did not finish the handshake in time.',
  ),
  'handshake-too-large': words(
    'theirs',
    'Not a handshake',
    'What came would be larger than any handshake: most likely another program speaks on this port.',
  ),
  'handshake-malformed': words(
    'theirs',
    'Malformed handshake',
    'The handshake was made for our node key, but its content is not what RLPx asks for.',
  ),
  'pre-eip8-handshake': words(
    'theirs',
    'Handshake of before EIP-8',
    'It opened the connection with the handshake of before EIP-8, which this node does not take, as geth does not.',
    'Turn on “Pre-EIP-8 handshake” in Settings',
  ),
  'decryption-failed': words(
    'theirs',
    'Not for our key',
    'The handshake was not encrypted for our node key: the other side takes us for another node, or speaks something else.',
  ),
  'invalid-public-key': words(
    'theirs',
    'Key is none',
    'The node key in the handshake is not a point of the curve.',
  ),
  'bad-header-mac': words('theirs', 'Frame was changed', 'A frame’s header does not match its checksum.'),
  'bad-frame-mac': words('theirs', 'Frame was changed', 'A frame’s content does not match its checksum.'),

  // Hello
  'hello-missing': words('theirs', 'No Hello', 'The first message was not Hello.'),
  'hello-too-large': words('theirs', 'Hello too large', 'Its Hello is larger than the protocol allows.'),
  'malformed-hello': words('theirs', 'Malformed Hello', 'Its Hello does not decode.'),
  'no-shared-protocol': words(
    'theirs',
    'No common protocol',
    'It offers no protocol that this node speaks, as nodes of other networks do: of a beacon chain, or a sidechain.',
  ),
  'no-shared-version': words(
    'theirs',
    'No common version',
    'Both speak the same protocol, but no version of it in common: its software is older or newer than this one.',
  ),
  'useless-peer': words(
    'nobody',
    'Useless peer',
    'The other side has no use for us: it found no protocol in common, or nothing that it needs.',
  ),
  'useless-peer-by-us': words(
    'theirs',
    'Useless peer',
    'The peer shares no protocol with us, or is of no use.',
  ),
  'incompatible-version': words(
    'theirs',
    'Other p2p version',
    'The other side does not speak our version of the base protocol.',
  ),
  'invalid-identity': words('ours', 'Our key refused', 'The other side does not accept our node key.'),
  'invalid-identity-by-us': words('theirs', 'Invalid node key', 'The node key in its Hello is not a key.'),
  'unexpected-identity': words(
    'theirs',
    'Another node expected',
    'The other side expected another node key than ours.',
    'Copy our enode anew to its lists if it is yours',
  ),
  'unexpected-identity-by-us': words(
    'theirs',
    'Unexpected identity',
    'The node key in its Hello is not the one that opened the connection.',
  ),
  self: words('nobody', 'Ourselves', 'The address leads back to this node.'),
  'connected-to-self': words('nobody', 'Ourselves', 'The other side says that we are the same node.'),

  // Room
  'too-many-peers': words(
    'nobody',
    'Too many peers',
    'The other side has no free place. Most nodes are full most of the time; trying again later is all there is.',
    'Ask its operator to trust you: copy your enode',
  ),
  'too-many-peers-by-us': words(
    'ours',
    'We are full',
    'All our places for peers were taken.',
    'Raise the limit on peers in Settings',
  ),
  'too-many-inbound-peers': words(
    'ours',
    'No room for inbound peers',
    'Our places for peers that come in were taken; the others are kept for dials.',
    'Raise the limit on peers, or the dial ratio, in Settings',
  ),
  'too-many-pending': words(
    'nobody',
    'Too many handshakes at once',
    'More connections came in at one time than this node takes handshakes with, in all or from one network.',
  ),
  'handshake-displaced': words(
    'theirs',
    'Silent in its handshake',
    'Its handshake made no progress for longer than any other, and another address needed the slot.',
  ),
  'inbound-throttled': words(
    'theirs',
    'Connected too soon again',
    'The address had connected less than 30 seconds before.',
  ),
  'inbound-rate-limited': words(
    'theirs',
    'Too many from one address',
    'The address opens more connections than it may.',
  ),
  'already-connected': words(
    'nobody',
    'Already connected',
    'There is a session between the two nodes already.',
  ),
  'not-netrestricted': words(
    'ours',
    'Outside the allowed networks',
    'The address is outside the networks that this node may talk to.',
    'Change the allowed networks in Settings',
  ),
  banned: words(
    'ours',
    'Banned',
    'The node or its address is banned here.',
    'Lift the ban on the Nodes page',
  ),
  'peer-churn': words(
    'nobody',
    'Gave way to others',
    'This node dropped the peer so that others get a turn, as the network needs it.',
  ),

  // Status
  'wrong-network': words('theirs', 'Other network', 'Its Status names another network than ours.'),
  'wrong-genesis': words(
    'theirs',
    'Other genesis block',
    'Its chain begins with another block than ours, under the same network number.',
  ),
  'wrong-fork': words(
    'theirs',
    'Other fork',
    'Its fork ID does not go with ours: it follows other rules, or lacks a fork that has happened.',
  ),
  'fork-refused': words(
    'nobody',
    'They refused our fork',
    'The other side ended the session right after our Status and before any message of eth. Of what two nodes must agree on, only the fork ID differs.',
  ),
  'no-chain-data': words(
    'nobody',
    'Asked for what we do not have',
    'It asked for headers or blocks that this node does not have, and ended the session. Enodeck keeps no chain: a node that syncs has no use for it.',
  ),
  'wrong-version': words(
    'theirs',
    'Other eth version in Status',
    'Its Status names another version than the agreed one.',
  ),
  'invalid-block-range': words('theirs', 'Impossible block range', 'The blocks it says it has cannot be.'),
  'status-missing': words('theirs', 'No Status', 'The first message of eth was not Status.'),
  'status-timeout': words('theirs', 'Status timed out', 'It sent no Status in time.'),
  'unexpected-status': words('theirs', 'Second Status', 'It sent Status a second time.'),

  // Sessions
  'disconnect-requested': words(
    'nobody',
    'Disconnected on request',
    'The other side ended the session without giving a reason.',
  ),
  'disconnect-requested-by-us': words('ours', 'Disconnected by us', 'The session was ended on this side.'),
  'client-quitting': words('nobody', 'Shutting down', 'The other side is shutting down.'),
  'client-quitting-by-us': words('ours', 'We shut down', 'This node was stopping.'),
  'network-error': words('way', 'Network error', 'The other side ended the session over a network error.'),
  'read-timeout': words(
    'way',
    'We were silent too long',
    'The other side waited for a message of ours for too long.',
  ),
  'read-timeout-by-us': words(
    'way',
    'Said nothing for too long',
    'Nothing came from the peer for too long: it is gone, or the line between is.',
  ),
  'breach-of-protocol': words(
    'ours',
    'Breach of protocol',
    'The other side says that we broke the protocol.',
  ),
  'breach-of-protocol-by-us': words('theirs', 'Breach of protocol', 'The peer broke the protocol.'),
  'subprotocol-error': words(
    'nobody',
    'Subprotocol error',
    'The other side ended the session over an error in eth or another protocol; what it was does not go over the wire.',
  ),
  'subprotocol-error-by-us': words('theirs', 'Subprotocol error', 'The peer broke eth or another protocol.'),
  'unknown-reason': words(
    'theirs',
    'Unknown reason',
    'The other side gave a reason that is not in the specification.',
  ),
  'invalid-reason': words(
    'theirs',
    'Unreadable reason',
    'The other side gave a reason that does not decode.',
  ),
  'invalid-message-code': words(
    'theirs',
    'Unknown message',
    'The peer sent a message that no agreed protocol has.',
  ),
  'message-too-large': words(
    'theirs',
    'Message too large',
    'The peer sent a message beyond the size that is allowed.',
  ),
  'invalid-compression': words('theirs', 'Bad compression', 'A message of the peer does not unpack.'),
  'malformed-message': words('theirs', 'Malformed message', 'A message of the peer does not decode.'),
  'unknown-message': words(
    'theirs',
    'Unknown message',
    'The peer sent a message that the protocol does not have.',
  ),
  'obsolete-message': words(
    'theirs',
    'Obsolete message',
    'The peer sent a message that its version of eth no longer has.',
  ),
  'unrequested-answer': words('theirs', 'Answer to nothing', 'The peer answered what nobody had asked.'),
  'bad-answer': words('theirs', 'Wrong answer', 'An answer of the peer does not fit the question.'),
  'message-flood': words('theirs', 'Message flood', 'The peer sent more messages than a session may.'),
  'does-not-read': words('theirs', 'Does not read', 'The peer did not take what was sent to it.'),
  'protocol-ended': words('nobody', 'Protocol ended', 'A protocol of the session ended by itself.'),
  'channel-closed': words('nobody', 'Session over', 'The session had ended.'),
  'internal-error': words(
    'ours',
    'Error of our own',
    'An error in this program ended it; the log has the details.',
    'Report it with the log',
  ),
} as const satisfies CauseWords;
