import { words, type Words } from './cause-words.ts';

const packet = (title: string, meaning: string): Words => words('theirs', title, meaning);
const list = (title: string, meaning: string): Words => words('theirs', title, meaning);

/** What goes wrong with the packets of discovery v5, with node lists in DNS and with crawls. */
export const FINDING_WORDS = {
  // Packets of discovery v5 (PacketErrorCode)
  'bad-header': packet(
    'Not for us',
    'The packet does not unmask with our node ID: it is for another node, or of another protocol.',
  ),
  'bad-version': packet('Other version', 'The packet is of another version of discovery v5.'),
  'unknown-flag': packet('Unknown kind', 'The packet is neither a message, a handshake nor a challenge.'),
  'auth-data-cut': packet('Header cut short', 'The header of the packet is longer than the packet.'),
  'bad-auth-size': packet('Bad header', 'The header has another size than its kind of packet has.'),
  'bad-signature-size': packet('Bad signature', 'The signature of the handshake has another size than one.'),
  'bad-key-size': packet('Bad key', 'The key of the handshake has another size than one.'),
  'record-too-large': packet(
    'Record too large',
    'The record in the handshake is larger than records may be.',
  ),
  'message-too-short': packet('Message too short', 'The packet has no room for a message.'),

  // Handshakes of discovery v5 (HandshakeErrorCode)
  'no-challenge': packet(
    'Handshake we did not ask for',
    'The handshake answers no challenge of ours, or one that is over.',
  ),
  'wrong-record': packet('Record of another node', 'The record in the handshake is another node’s.'),
  'bad-id-signature': packet(
    'Identity not proven',
    'The signature of the handshake is not that of the node’s key.',
  ),
  'bad-ephemeral-key': packet('Bad key', 'The key of the handshake is no point of the curve.'),
  'decryption-fails': packet('Does not decrypt', 'The message of the handshake cannot be decrypted.'),

  // Dropped packets of discovery v5 (dispatcher)
  'node-rate-limit': packet('Too many from one node', 'One node sent more packets than it may.'),
  'unsolicited-challenge': packet(
    'Challenge to nothing we asked',
    'The challenge answers no packet of ours that waits.',
  ),
  'second-challenge': packet('Challenged again', 'The node challenged a request twice.'),
  'wrong-address': packet('From another address', 'The answer came from another address than was asked.'),
  'wrong-answer': packet('Answer to another question', 'The answer is not of the kind that was asked for.'),

  // Messages of discovery v5 (MessageErrorCode)
  'empty-message': packet('Empty message', 'The packet holds no message.'),
  'bad-request-id': packet('Bad request ID', 'The ID of the request is longer than it may be.'),

  // Node lists in DNS (DnsListError, DnsEntryError)
  'server-failure': words(
    'way',
    'Name server fails',
    'The name server cannot be reached, or refuses to answer.',
    'Set another DNS server in Settings',
  ),
  'no-root': list('No list there', 'The domain has no root of a node list.'),
  'older-root': list(
    'Older list',
    'The root is older than the one that is known; what was known stays in use.',
  ),
  'no-entry': list('Entry missing', 'A name of the list has no entry.'),
  'hash-mismatch': list('Entry was changed', 'An entry is not the one that its name stands for.'),
  'enr-in-link-tree': list('Record among links', 'There is a record where only links to lists may be.'),
  'link-in-enr-tree': list('Link among records', 'There is a link where only records may be.'),
  'too-many-entries': list('List too large', 'The list has more entries than this node takes.'),
  'link-cycle': words('ours', 'Links in a circle', 'The list links to itself.'),
  'link-too-deep': list('Links too deep', 'The list is linked to over more lists than are followed.'),
  'too-many-links': list('Too many links', 'The list links to more lists than are followed.'),
  'unknown-entry': list('Unknown entry', 'The text is neither root, branch, link nor record.'),
  'bad-syntax': list('Bad root', 'The root of the list lacks a part, or has one too many.'),
  'bad-child-hash': list('Bad hash', 'A branch of the list names no hash.'),
  'too-many-children': list('Branch too large', 'A branch of the list has too many parts.'),
  'bad-signature-encoding': list('Bad signature', 'The signature of the root does not decode.'),
  'bad-enr': list('Bad record', 'A record in the list does not decode or verify.'),
  'bad-domain': words('ours', 'Not a domain', 'The URL of the list names no domain.', 'Check the URL'),
  'bad-node': words('ours', 'No record', 'A node of the set has no record that could be listed.'),

  // Node sets (NodeSetError, TreeFolderError)
  'no-node-set': words('ours', 'Not a node set', 'The file is no nodes.json.'),
  'too-many-nodes': words('ours', 'Too many nodes', 'The set has more nodes than are taken.'),
  invalid: words('ours', 'Not as it must be', 'A file of the list’s folder does not hold what it must.'),
} as const satisfies Readonly<Record<string, Words>>;
