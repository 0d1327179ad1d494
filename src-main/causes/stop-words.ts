import { words, type Words } from './cause-words.ts';

/** Why a node gets no further where no connection has ended: our own policy, and what discovery knows of it. */
export const STOP_WORDS = {
  connected: words('nobody', 'Kept', 'It is a peer.'),
  // On the way to a proven endpoint
  silent: words(
    'nobody',
    'Silent',
    'It did not answer our ping. Many nodes that others name are gone, or behind a router that lets nothing in.',
  ),
  'not-asked': words('nobody', 'Not asked yet', 'It was named to us; its turn to be pinged has not come.'),
  clock: words(
    'ours',
    'Our clock is wrong',
    'Our clock differs from that of the others: their answers have expired by ours, or our packets by theirs, and are thrown away.',
    'Set this machine’s clock',
  ),
  // On the way to its record
  'no-record': words(
    'nobody',
    'No record yet',
    'It answers pings, but its node record has not been received: it was not asked yet, or gave none.',
  ),
  // Of another chain
  'other-network': words(
    'nobody',
    'Of another network',
    'Its record names a fork ID that our chain does not have: it serves another chain, or follows forks that this version does not know.',
  ),
  'unknown-fork': words(
    'ours',
    'On a fork that we do not know',
    'It is on a fork of our chain that this version of Enodeck does not know, as others are: the version is out of date.',
    'Update Enodeck, or set the fork’s time in Settings',
  ),
  'stale-fork': words(
    'theirs',
    'Behind a fork',
    'Its record names a fork of our chain that is out of date: its software lacks an upgrade that has happened.',
  ),
  'no-eth-entry': words(
    'nobody',
    'No chain in its record',
    'Its record names no chain of execution nodes: a beacon node, a bootnode, or a node of another kind.',
  ),
  // On the way to a dial
  waiting: words('nobody', 'Waits for its turn', 'It fits, and is dialled when its turn comes.'),
  'no-free-slot': words(
    'ours',
    'No free place to dial from',
    'It fits, but our places for dialled peers are taken.',
    'Raise the limit on peers in Settings',
  ),
  'dials-off': words(
    'ours',
    'Dials are off',
    'This node dials only what is on its static list.',
    'Switch dials to found nodes on in Settings',
  ),
  'not-running': words(
    'ours',
    'Node is stopped',
    'This node is not running, and dials nobody.',
    'Start the node',
  ),
  'backing-off': words(
    'nobody',
    'Waiting for their next try',
    'Earlier attempts failed: it waits for its next try.',
  ),
  'recently-dialed': words('nobody', 'Dialled a moment ago', 'It was dialled less than 35 seconds ago.'),
  'already-dialing': words('nobody', 'Being dialled already', 'A dial to it is under way.'),
  'pending-inbound': words('nobody', 'Connecting to us', 'It is connecting to us at this moment.'),
  'no-address': words('theirs', 'Without an address', 'No IP address of it is known.'),
  'no-port': words(
    'theirs',
    'Without a TCP port',
    'It takes part in discovery only: there is no TCP port to dial.',
  ),
  // Under way
  connecting: words('nobody', 'Under way', 'A connection to it is being made.'),
  'shaking-hands': words('nobody', 'Under way', 'The session has begun, its Status is still to come.'),
  // Of the journal itself
  'never-heard-of': words(
    'nobody',
    'Never heard of',
    'Nobody has named this node to us, and it has not come by itself.',
    'Add it to the static list to have it dialled',
  ),
  other: words('nobody', 'Other', 'Causes that are too rare to be counted apart.'),
} as const satisfies Readonly<Record<string, Words>>;
