import type { CauseSpec } from './cause-spec.ts';

/** Codes with another meaning when this node ends the connection: the end code, with `-by-us` appended. */
export const OWN_END_CAUSES = {
  'useless-peer-by-us': {
    layer: 'p2p',
    fault: 'theirs',
    title: 'Useless peer',
    kind: 'rejected',
    meaning: 'The peer shares no protocol with this node, or is of no use.',
  },
  'invalid-identity-by-us': {
    layer: 'p2p',
    fault: 'theirs',
    title: 'Invalid node key',
    kind: 'breach',
    meaning: 'The node key in its Hello is not a valid key.',
  },
  'unexpected-identity-by-us': {
    layer: 'p2p',
    fault: 'theirs',
    title: 'Unexpected identity',
    kind: 'breach',
    meaning: 'The node key in its Hello differs from the key of the RLPx handshake.',
  },
  'disconnect-requested-by-us': {
    layer: 'p2p',
    fault: 'ours',
    title: 'Disconnected by us',
    meaning: 'The user or a setting of this node ended the session.',
  },
  'client-quitting-by-us': {
    layer: 'p2p',
    fault: 'ours',
    title: 'Node stopping',
    meaning: 'This node was stopping.',
  },
  'read-timeout-by-us': {
    layer: 'p2p',
    fault: 'network',
    title: 'Read timeout',
    kind: 'silent',
    meaning: 'The peer sent nothing for 30 seconds: it is gone, or the connection is broken.',
  },
  'breach-of-protocol-by-us': {
    layer: 'p2p',
    fault: 'theirs',
    title: 'Breach of protocol',
    kind: 'breach',
    meaning: 'The peer violated the base protocol.',
  },
  'subprotocol-error-by-us': {
    layer: 'p2p',
    fault: 'theirs',
    title: 'Subprotocol error',
    meaning: 'The peer violated eth or another subprotocol.',
  },
  'too-many-peers-by-us': {
    layer: 'admission',
    fault: 'ours',
    title: 'Our peer slots are full',
    kind: 'full',
    meaning: 'All our peer slots were taken.',
    sentence: 'All our peer slots are taken: {count} of {limit}',
    advice: 'Raise the maximum peers in Settings',
  },
} as const satisfies Readonly<Record<string, CauseSpec>>;
