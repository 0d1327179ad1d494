import type { CauseSpec } from './cause-spec.ts';

/** Why a discovery packet, handshake or record was dropped, and errors of discovery. */
export const DISCOVERY_CAUSES = {
  // Both versions
  'host-rate-limit': {
    layer: 'discovery',
    fault: 'theirs',
    title: 'Rate limit of the address',
    meaning: 'One IP address sent more packets than its limit.',
  },
  'subnet-rate-limit': {
    layer: 'discovery',
    fault: 'theirs',
    title: 'Rate limit of the network',
    meaning: 'One network sent more packets than its share.',
  },
  'rate-limit': {
    layer: 'discovery',
    fault: 'theirs',
    title: 'Global rate limit',
    meaning: 'More packets arrived than this node processes.',
  },
  'not-allowed': {
    layer: 'discovery',
    fault: 'ours',
    title: 'Outside the allowed networks',
    meaning: 'The address is outside the allowed networks.',
  },
  'not-a-packet': {
    layer: 'discovery',
    fault: 'theirs',
    title: 'Not a discovery packet',
    meaning: 'The datagram belongs to no known discovery protocol.',
  },
  'queue-full': {
    layer: 'discovery',
    fault: 'ours',
    title: 'Queue full',
    meaning: 'The queue for incoming packets was full.',
  },
  expired: {
    layer: 'discovery',
    fault: 'theirs',
    title: 'Expired',
    meaning: 'The expiration of the packet has passed: it is late, or one of the clocks is wrong.',
  },
  unsolicited: {
    layer: 'discovery',
    fault: 'theirs',
    title: 'Unsolicited',
    meaning: 'The packet answers no open request, or arrived too late.',
  },
  'own-packet': {
    layer: 'discovery',
    fault: 'none',
    title: 'Own packet',
    meaning: 'The packet was signed with the key of this node.',
  },
  'no-endpoint-proof': {
    layer: 'discovery',
    fault: 'theirs',
    title: 'No endpoint proof',
    meaning: 'The node sent a request before it answered a Ping.',
  },
  'answer-too-large': {
    layer: 'discovery',
    fault: 'ours',
    title: 'Answer too large',
    meaning: 'The answer of this node to a request does not fit into a packet, so it was not sent.',
  },
  'answer-failed': {
    layer: 'discovery',
    fault: 'ours',
    title: 'Answer failed',
    meaning: 'This node could not make the answer to a request.',
  },
  // v4 packets
  'bad-hash': {
    layer: 'discovery',
    fault: 'theirs',
    title: 'Bad packet hash',
    meaning: 'The hash of the packet does not match: it was altered, or is of another protocol.',
  },
  'too-short': {
    layer: 'discovery',
    fault: 'theirs',
    title: 'Packet too short',
    meaning: 'The packet is shorter than a header.',
  },
  'unknown-type': {
    layer: 'discovery',
    fault: 'theirs',
    title: 'Unknown packet type',
    meaning: 'The packet type is not defined.',
  },
  'missing-field': {
    layer: 'discovery',
    fault: 'theirs',
    title: 'Missing field',
    meaning: 'The packet lacks a required field.',
  },
  'bad-field': {
    layer: 'discovery',
    fault: 'theirs',
    title: 'Bad field',
    meaning: 'A field of the packet does not decode.',
  },
  // v5 packets
  'bad-header': {
    layer: 'discovery',
    fault: 'theirs',
    title: 'Bad packet header',
    meaning: 'The packet does not unmask with our node ID: it is for another node, or of another protocol.',
  },
  'bad-version': {
    layer: 'discovery',
    fault: 'theirs',
    title: 'Unsupported version',
    meaning: 'The packet is of another version of the discovery v5 protocol.',
  },
  'unknown-flag': {
    layer: 'discovery',
    fault: 'theirs',
    title: 'Unknown packet flag',
    meaning: 'The packet is neither a message, a handshake nor a WHOAREYOU packet.',
  },
  'auth-data-cut': {
    layer: 'discovery',
    fault: 'theirs',
    title: 'Truncated authdata',
    meaning: 'The authdata is longer than the packet.',
  },
  'bad-auth-size': {
    layer: 'discovery',
    fault: 'theirs',
    title: 'Bad authdata size',
    meaning: 'The authdata size does not fit the kind of packet.',
  },
  'bad-signature-size': {
    layer: 'discovery',
    fault: 'theirs',
    title: 'Bad signature size',
    meaning: 'The ID signature of the handshake has the wrong size.',
  },
  'bad-key-size': {
    layer: 'discovery',
    fault: 'theirs',
    title: 'Bad key size',
    meaning: 'The ephemeral key of the handshake has the wrong size.',
  },
  'record-too-large': {
    layer: 'discovery',
    fault: 'theirs',
    title: 'Record too large',
    meaning: 'The record in the handshake exceeds 300 bytes.',
  },
  'message-too-short': {
    layer: 'discovery',
    fault: 'theirs',
    title: 'Message too short',
    meaning: 'The packet has no room for a message.',
  },
  // v5 handshakes
  'no-challenge': {
    layer: 'discovery',
    fault: 'theirs',
    title: 'No matching WHOAREYOU',
    meaning: 'The handshake answers no open WHOAREYOU challenge of ours.',
  },
  'wrong-record': {
    layer: 'discovery',
    fault: 'theirs',
    title: 'Record of another node',
    meaning: 'The record in the handshake belongs to another node.',
  },
  'bad-id-signature': {
    layer: 'discovery',
    fault: 'theirs',
    title: 'Bad ID signature',
    meaning: 'The ID signature of the handshake does not verify with the key of the node.',
  },
  'bad-ephemeral-key': {
    layer: 'discovery',
    fault: 'theirs',
    title: 'Bad ephemeral key',
    meaning: 'The ephemeral key of the handshake is not a point on secp256k1.',
  },
  'decryption-fails': {
    layer: 'discovery',
    fault: 'theirs',
    title: 'Decryption failed',
    meaning: 'The message of the handshake does not decrypt.',
  },
  // v5 messages
  'node-rate-limit': {
    layer: 'discovery',
    fault: 'theirs',
    title: 'Rate limit of the node',
    meaning: 'One node sent more packets than its limit.',
  },
  'unsolicited-challenge': {
    layer: 'discovery',
    fault: 'theirs',
    title: 'Unsolicited WHOAREYOU',
    meaning: 'The WHOAREYOU packet answers no pending packet of ours.',
  },
  'second-challenge': {
    layer: 'discovery',
    fault: 'theirs',
    title: 'Second WHOAREYOU',
    meaning: 'The node challenged the same request twice.',
  },
  'wrong-address': {
    layer: 'discovery',
    fault: 'theirs',
    title: 'Response from another address',
    meaning: 'The response came from another address than the request went to.',
  },
  'wrong-answer': {
    layer: 'discovery',
    fault: 'theirs',
    title: 'Wrong response type',
    meaning: 'The response type does not match the request.',
  },
  'empty-message': {
    layer: 'discovery',
    fault: 'theirs',
    title: 'Empty message',
    meaning: 'The packet contains no message.',
  },
  'bad-request-id': {
    layer: 'discovery',
    fault: 'theirs',
    title: 'Bad request ID',
    meaning: 'The request ID is longer than 8 bytes.',
  },
  // Records in Nodes responses
  'record-excess': {
    layer: 'discovery',
    fault: 'theirs',
    title: 'Too many records',
    meaning: 'The response has more records than allowed.',
  },
  'record-unreadable': {
    layer: 'discovery',
    fault: 'theirs',
    title: 'Unreadable record',
    meaning: 'A record in the response does not decode or verify.',
  },
  'record-duplicate': {
    layer: 'discovery',
    fault: 'theirs',
    title: 'Duplicate record',
    meaning: 'The response contains a node twice.',
  },
  'record-wrong-distance': {
    layer: 'discovery',
    fault: 'theirs',
    title: 'Record at a wrong distance',
    meaning: 'The response contains a node at a distance that was not requested.',
  },
  'record-bad-address': {
    layer: 'discovery',
    fault: 'theirs',
    title: 'Record with a disallowed address',
    meaning: 'The response contains a node without an address, or with one that its sender may not relay.',
  },
  'record-low-port': {
    layer: 'discovery',
    fault: 'theirs',
    title: 'Record with a system port',
    meaning: 'The response contains a node with a port below 1024.',
  },
  'record-not-allowed': {
    layer: 'discovery',
    fault: 'ours',
    title: 'Record outside the allowed networks',
    meaning: 'The response contains a node outside the allowed networks.',
  },
  // Discovery requests
  'no-endpoint': {
    layer: 'discovery',
    fault: 'theirs',
    title: 'No UDP endpoint',
    meaning: 'It has no UDP endpoint that this machine can reach.',
  },
  busy: {
    layer: 'discovery',
    fault: 'ours',
    title: 'Too many open requests',
    meaning: 'Too many requests wait for a response.',
    advice: 'Try again in a moment',
  },
  'bad-record': {
    layer: 'discovery',
    fault: 'theirs',
    title: 'Bad record',
    meaning: 'Its record does not decode, or belongs to another node.',
  },
  'bad-target': {
    layer: 'discovery',
    fault: 'ours',
    title: 'Invalid target',
    meaning: 'The target of a lookup is a node ID or a public key.',
  },
  'no-socket': {
    layer: 'discovery',
    fault: 'ours',
    title: 'No UDP socket',
    meaning: 'None of the addresses could be bound.',
    advice: 'Check the addresses in Settings',
  },
} as const satisfies Readonly<Record<string, CauseSpec>>;
