import type { CauseSpec } from './cause-spec.ts';

/** What is wrong with bytes or text: causes beneath other errors. */
export const CODEC_CAUSES = {
  // RLP
  truncated: { layer: 'codec', fault: 'theirs', title: 'Truncated', meaning: 'The data ends too early.' },
  'trailing-bytes': {
    layer: 'codec',
    fault: 'theirs',
    title: 'Trailing bytes',
    meaning: 'There is data after the end.',
  },
  'non-minimal-length': {
    layer: 'codec',
    fault: 'theirs',
    title: 'Not canonical RLP',
    meaning: 'A length has more bytes than it needs.',
  },
  'non-minimal-integer': {
    layer: 'codec',
    fault: 'theirs',
    title: 'Not canonical RLP',
    meaning: 'An integer has leading zeros.',
  },
  'expected-bytes': {
    layer: 'codec',
    fault: 'theirs',
    title: 'Expected a byte string',
    meaning: 'There is a list where a byte string is required.',
  },
  'expected-list': {
    layer: 'codec',
    fault: 'theirs',
    title: 'Expected a list',
    meaning: 'There is a byte string where a list is required.',
  },
  'expected-boolean': {
    layer: 'codec',
    fault: 'theirs',
    title: 'Expected a boolean',
    meaning: 'The value is neither 0 nor 1.',
  },
  'wrong-length': {
    layer: 'codec',
    fault: 'theirs',
    title: 'Wrong length',
    meaning: 'A value has the wrong length.',
  },
  'too-long': {
    layer: 'codec',
    fault: 'theirs',
    title: 'Too long',
    meaning: 'A value exceeds its maximum length.',
  },
  'too-many-items': {
    layer: 'codec',
    fault: 'theirs',
    title: 'Too many items',
    meaning: 'A list has more items than allowed.',
  },
  'too-deep': {
    layer: 'codec',
    fault: 'theirs',
    title: 'Nested too deeply',
    meaning: 'Lists are nested more deeply than allowed.',
  },
  'integer-too-large': {
    layer: 'codec',
    fault: 'theirs',
    title: 'Integer too large',
    meaning: 'An integer exceeds its maximum.',
  },
  'invalid-text': {
    layer: 'codec',
    fault: 'theirs',
    title: 'Invalid text',
    meaning: 'The bytes are not valid text.',
  },
  'invalid-utf8': {
    layer: 'codec',
    fault: 'theirs',
    title: 'Invalid UTF-8',
    meaning: 'The bytes are not UTF-8.',
  },
  'missing-item': {
    layer: 'codec',
    fault: 'theirs',
    title: 'Missing item',
    meaning: 'A list has fewer items than required.',
  },
  // Node records
  'missing-prefix': {
    layer: 'codec',
    fault: 'ours',
    title: 'Not a record',
    meaning: 'A node record starts with “enr:”.',
  },
  'bad-base64': {
    layer: 'codec',
    fault: 'ours',
    title: 'Invalid base64url',
    meaning: 'The text of the record is not base64url.',
  },
  'bad-rlp': {
    layer: 'codec',
    fault: 'theirs',
    title: 'Invalid RLP',
    meaning: 'The content does not decode as RLP.',
  },
  'bad-seq': {
    layer: 'codec',
    fault: 'theirs',
    title: 'Bad sequence number',
    meaning: 'The sequence number of the record does not decode.',
  },
  'incomplete-list': {
    layer: 'codec',
    fault: 'theirs',
    title: 'Incomplete record',
    meaning: 'The record lacks its signature or sequence number.',
  },
  'incomplete-pair': {
    layer: 'codec',
    fault: 'theirs',
    title: 'Incomplete record',
    meaning: 'A key of the record has no value.',
  },
  'unsorted-keys': {
    layer: 'codec',
    fault: 'theirs',
    title: 'Unsorted keys',
    meaning: 'The keys of the record are not sorted.',
  },
  'duplicate-key': {
    layer: 'codec',
    fault: 'theirs',
    title: 'Duplicate key',
    meaning: 'The record contains a key twice.',
  },
  'unknown-identity-scheme': {
    layer: 'codec',
    fault: 'theirs',
    title: 'Unknown identity scheme',
    meaning: 'The identity scheme of the record is not supported.',
  },
  'missing-public-key': {
    layer: 'codec',
    fault: 'theirs',
    title: 'Missing public key',
    meaning: 'The record has no public key.',
  },
  'bad-public-key': {
    layer: 'codec',
    fault: 'theirs',
    title: 'Invalid public key',
    meaning: 'The public key of the record is not a point on secp256k1.',
  },
  'bad-signature': {
    layer: 'codec',
    fault: 'theirs',
    title: 'Bad signature',
    meaning: 'The signature does not verify.',
  },
  // Keys, numbers and addresses
  'invalid-hex': {
    layer: 'codec',
    fault: 'ours',
    title: 'Invalid hexadecimal',
    meaning: 'The text is not hexadecimal.',
  },
  'invalid-private-key': {
    layer: 'codec',
    fault: 'ours',
    title: 'Invalid private key',
    meaning: 'The private key is out of range.',
  },
  'invalid-signature': {
    layer: 'codec',
    fault: 'theirs',
    title: 'Invalid signature',
    meaning: 'The signature is out of range.',
  },
  'invalid-ip': {
    layer: 'codec',
    fault: 'ours',
    title: 'Invalid IP address',
    meaning: 'The text is not an IP address.',
  },
  'invalid-network': {
    layer: 'codec',
    fault: 'ours',
    title: 'Invalid network',
    meaning: 'The text is not a network in CIDR notation.',
  },
  // STUN, HTTP and XML of gateways
  'not-stun': {
    layer: 'codec',
    fault: 'theirs',
    title: 'Not STUN',
    meaning: 'The packet is not a STUN message.',
  },
  'other-transaction': {
    layer: 'codec',
    fault: 'theirs',
    title: 'Other transaction',
    meaning: 'The transaction ID of the response is another one.',
  },
  malformed: { layer: 'codec', fault: 'theirs', title: 'Malformed', meaning: 'The message does not decode.' },
  'unknown-attribute': {
    layer: 'codec',
    fault: 'theirs',
    title: 'Unknown STUN attribute',
    meaning: 'The response requires an attribute that is not supported.',
  },
  'error-response': {
    layer: 'codec',
    fault: 'theirs',
    title: 'STUN error response',
    meaning: 'The server returned an error.',
  },
  'not-http': { layer: 'codec', fault: 'theirs', title: 'Not HTTP', meaning: 'The response is not HTTP.' },
  'cut-off': {
    layer: 'codec',
    fault: 'theirs',
    title: 'Response cut off',
    meaning: 'The response ended too early.',
  },
  'invalid-xml': {
    layer: 'codec',
    fault: 'theirs',
    title: 'Invalid XML',
    meaning: 'The document is not well-formed XML.',
  },
} as const satisfies Readonly<Record<string, CauseSpec>>;
