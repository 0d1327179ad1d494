import { words, type Words } from './cause-words.ts';

const bytes = (title: string, meaning: string): Words => words('theirs', title, meaning);
const text = (title: string, meaning: string): Words => words('ours', title, meaning);

/** What is wrong with bytes or text: the causes beneath other errors, and why a discovery packet was dropped. */
export const CODEC_WORDS = {
  // RLP (RlpError)
  truncated: bytes('Cut short', 'The data ends before it should.'),
  'trailing-bytes': bytes('Too much data', 'There is data after the end.'),
  'non-minimal-length': bytes('Not canonical', 'A length is written in more bytes than it needs.'),
  'non-minimal-integer': bytes('Not canonical', 'A number is written with leading zeros.'),
  'expected-bytes': bytes('Wrong shape', 'There is a list where a value belongs.'),
  'expected-list': bytes('Wrong shape', 'There is a value where a list belongs.'),
  'expected-boolean': bytes('Wrong value', 'A yes or no is written in another way.'),
  'wrong-length': bytes('Wrong length', 'A value has another length than it must have.'),
  'too-long': bytes('Too long', 'A value is longer than it may be.'),
  'too-many-items': bytes('Too many items', 'A list has more items than it may have.'),
  'too-deep': bytes('Nested too deeply', 'Lists are nested more deeply than they may be.'),
  'integer-too-large': bytes('Number too large', 'A number is larger than it may be.'),
  'invalid-text': bytes('Not text', 'The bytes are no text.'),
  'missing-item': bytes('Item missing', 'A list has fewer items than it must have.'),

  // Records (EnrError)
  'missing-prefix': text('Not a record', 'A record begins with enr:.'),
  'bad-base64': text('Not base64', 'The text of the record is not base64url.'),
  'bad-rlp': bytes('Not RLP', 'The content does not decode.'),
  'bad-seq': bytes('Bad number', 'The sequence number of the record does not decode.'),
  'incomplete-list': bytes('Record incomplete', 'The record lacks its signature or number.'),
  'incomplete-pair': bytes('Record incomplete', 'A key of the record has no value.'),
  'unsorted-keys': bytes('Keys not sorted', 'The keys of the record are not in order.'),
  'duplicate-key': bytes('Key twice', 'A key of the record is there twice.'),
  'unknown-identity-scheme': bytes(
    'Unknown identity scheme',
    'The record is signed in a way that is not known.',
  ),
  'missing-public-key': bytes('Key missing', 'The record has no public key.'),
  'bad-public-key': bytes('Key is none', 'The public key of the record is not a point of the curve.'),
  'bad-signature': bytes('Signature does not verify', 'The signature is not that of the key.'),

  // Keys, numbers and addresses (CryptoError, CodecError, IpError)
  'invalid-hex': text('Not hexadecimal', 'The text is not hexadecimal.'),
  'invalid-private-key': text('Key is none', 'The private key is not in the range of keys.'),
  'invalid-signature': bytes('Signature is none', 'The signature is not in the range of signatures.'),
  'invalid-ip': text('Not an address', 'The text is no IP address.'),
  'invalid-network': text('Not a network', 'The text is no network in CIDR notation.'),

  // STUN (StunError)
  'not-stun': bytes('Not STUN', 'The packet is no STUN message.'),
  'other-transaction': bytes('Other transaction', 'The answer is to another question.'),
  malformed: bytes('Malformed', 'The message does not decode.'),
  'unknown-attribute': bytes('Unknown attribute', 'The answer asks for something that is not known here.'),
  'error-response': bytes('Refused', 'The server answered with an error.'),

  // Routers (HttpAnswerError, XmlError)
  'not-http': bytes('Not HTTP', 'The router’s answer is not HTTP.'),
  'cut-off': bytes('Cut off', 'The router’s answer ends within its headers.'),
  'invalid-xml': bytes('Not XML', 'The router’s answer is not XML.'),

  // Discovery packets (PacketError, dropped packets)
  'host-rate-limit': bytes('Too many from one address', 'One address sent more packets than it may.'),
  'subnet-rate-limit': bytes(
    'Too many from one network',
    'One network sent more packets than leaves room for others.',
  ),
  'rate-limit': bytes('Too many in all', 'More packets came than this node takes.'),
  'not-allowed': words(
    'ours',
    'Outside the allowed networks',
    'The address is outside the allowed networks.',
  ),
  'not-a-packet': bytes('No packet of a known protocol', 'The packet is of no discovery protocol.'),
  'queue-full': words('ours', 'Queue full', 'More packets waited than the queue holds.'),
  'bad-hash': bytes('Hash does not match', 'The packet was changed, or is of another protocol.'),
  expired: bytes('Expired', 'The packet’s expiration has passed: it is old, or one of the clocks is wrong.'),
  unsolicited: bytes(
    'Answer to nothing we asked, or too late',
    'The packet answers no question that is open.',
  ),
  'own-packet': words('nobody', 'Our own packet come back', 'The packet was signed by this node.'),
  'no-endpoint-proof': bytes(
    'Asked before its address was proven',
    'The node asked for something before it had answered a ping.',
  ),
  'too-short': bytes('Too short', 'The packet is shorter than any.'),
  'unknown-type': bytes('Unknown packet', 'The packet is of a kind that is not known.'),
  'missing-field': bytes('Field missing', 'The packet lacks a field.'),
  'bad-field': bytes('Bad field', 'A field of the packet does not decode.'),

  // Records in answers of discovery v5 (RecordDropReason)
  'record-excess': bytes('Too many records', 'The answer has more records than an answer may have.'),
  'record-unreadable': bytes('Record unreadable', 'A record in the answer does not decode or verify.'),
  'record-duplicate': bytes('Record twice', 'The answer names a node twice.'),
  'record-wrong-distance': bytes(
    'Record at another distance',
    'The answer names a node at a distance that was not asked for.',
  ),
  'record-bad-address': bytes(
    'Record with an address it may not have',
    'The answer names a node without an address, or at one that its sender cannot reach itself.',
  ),
  'record-low-port': bytes(
    'Record with a system port',
    'The answer names a node at a port of system services.',
  ),
  'record-not-allowed': words(
    'ours',
    'Record outside the allowed networks',
    'The answer names a node outside the allowed networks.',
  ),
} as const satisfies Readonly<Record<string, Words>>;
