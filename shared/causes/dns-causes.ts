import type { CauseSpec } from './cause-spec.ts';

/** Errors of DNS node lists (EIP-1459) and of node sets. */
export const DNS_CAUSES = {
  'server-failure': {
    layer: 'dns',
    fault: 'network',
    title: 'DNS server failure',
    meaning: 'The DNS server is unreachable, or refuses to answer.',
    advice: 'Set another DNS server in Settings',
  },
  'no-root': {
    layer: 'dns',
    fault: 'theirs',
    title: 'No root record',
    meaning: 'The domain has no root record of a node list.',
  },
  'older-root': {
    layer: 'dns',
    fault: 'theirs',
    title: 'Older root',
    meaning: 'The sequence number of the root is lower than the known one; the known list stays in use.',
  },
  'no-entry': {
    layer: 'dns',
    fault: 'theirs',
    title: 'Missing entry',
    meaning: 'A name of the list has no TXT record.',
  },
  'hash-mismatch': {
    layer: 'dns',
    fault: 'theirs',
    title: 'Hash mismatch',
    meaning: 'The hash of an entry does not match its name.',
  },
  'enr-in-link-tree': {
    layer: 'dns',
    fault: 'theirs',
    title: 'Record in the link subtree',
    meaning: 'The link subtree contains a node record.',
  },
  'link-in-enr-tree': {
    layer: 'dns',
    fault: 'theirs',
    title: 'Link in the record subtree',
    meaning: 'The record subtree contains a link.',
  },
  'too-many-entries': {
    layer: 'dns',
    fault: 'theirs',
    title: 'Too many entries',
    meaning: 'The list has more entries than this node accepts.',
  },
  'link-cycle': { layer: 'dns', fault: 'ours', title: 'Link cycle', meaning: 'The list links to itself.' },
  'link-too-deep': {
    layer: 'dns',
    fault: 'theirs',
    title: 'Links nested too deeply',
    meaning: 'The chain of linked lists exceeds the limit.',
  },
  'too-many-links': {
    layer: 'dns',
    fault: 'theirs',
    title: 'Too many links',
    meaning: 'The list links to more lists than the limit.',
  },
  'unknown-entry': {
    layer: 'dns',
    fault: 'theirs',
    title: 'Unknown entry',
    meaning: 'The text is neither a root, a branch, a link nor a record.',
  },
  'bad-syntax': {
    layer: 'dns',
    fault: 'theirs',
    title: 'Bad root syntax',
    meaning: 'The root lacks a field, or has an extra one.',
  },
  'bad-child-hash': {
    layer: 'dns',
    fault: 'theirs',
    title: 'Bad child hash',
    meaning: 'A branch contains an invalid hash.',
  },
  'too-many-children': {
    layer: 'dns',
    fault: 'theirs',
    title: 'Branch too large',
    meaning: 'A branch has too many children.',
  },
  'bad-signature-encoding': {
    layer: 'dns',
    fault: 'theirs',
    title: 'Bad signature encoding',
    meaning: 'The signature of the root does not decode.',
  },
  'bad-enr': {
    layer: 'dns',
    fault: 'theirs',
    title: 'Bad record',
    meaning: 'A record of the list does not decode or verify.',
  },
  'bad-domain': {
    layer: 'dns',
    fault: 'ours',
    title: 'Invalid domain',
    meaning: 'The URL of the list has no valid domain.',
    advice: 'Check the URL',
  },
  'bad-node': {
    layer: 'dns',
    fault: 'ours',
    title: 'Node without a record',
    meaning: 'A node of the set has no record to publish.',
  },
  'no-node-set': {
    layer: 'dns',
    fault: 'ours',
    title: 'Not a node set',
    meaning: 'The file is not a nodes.json file.',
  },
  'too-many-nodes': {
    layer: 'dns',
    fault: 'ours',
    title: 'Too many nodes',
    meaning: 'The set has more nodes than the limit.',
  },
  invalid: {
    layer: 'dns',
    fault: 'ours',
    title: 'Invalid file',
    meaning: 'A file in the folder of the list has invalid content.',
  },
} as const satisfies Readonly<Record<string, CauseSpec>>;
