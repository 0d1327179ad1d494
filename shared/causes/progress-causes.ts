import type { CauseSpec } from './cause-spec.ts';

/** Why a node is not a peer although no connection ended: its place between discovery and dial. */
export const PROGRESS_CAUSES = {
  connected: { layer: 'progress', fault: 'none', title: 'Connected', meaning: 'The node is a peer.' },
  silent: {
    layer: 'progress',
    fault: 'none',
    title: 'No Pong',
    meaning: 'It did not answer our Ping. Many nodes that others report are gone, or behind NAT.',
    next: 'Pinged again when another node reports it',
  },
  'not-asked': {
    layer: 'progress',
    fault: 'none',
    title: 'Not pinged yet',
    meaning: 'Another node reported it; it has not been pinged yet.',
    next: 'Pinged when a lookup reaches it',
  },
  clock: {
    layer: 'progress',
    fault: 'ours',
    title: 'Clock is wrong',
    meaning:
      'Our clock differs from the clocks of other nodes: their packets have expired here, or ours there, and are dropped.',
    advice: 'Set the clock of this machine',
  },
  'no-record': {
    layer: 'progress',
    fault: 'none',
    title: 'No record yet',
    meaning:
      'It answers Ping, but its node record (ENR) was not received: it was not requested yet, or not sent.',
    next: 'Its record is requested before it is dialled',
  },
  'unknown-fork': {
    layer: 'progress',
    fault: 'ours',
    title: 'Unknown fork of our chain',
    meaning:
      'It follows a fork of our chain that this version of Enodeck does not know, as other nodes do: the version is out of date.',
    advice: 'Update Enodeck, or set the fork’s time in Settings',
  },
  'stale-fork': {
    layer: 'progress',
    fault: 'theirs',
    title: 'Stale fork ID',
    meaning: 'Its record has an outdated fork ID of our chain: its software lacks a fork that has activated.',
    next: 'Not dialled until its record has the new fork ID',
  },
  'no-eth-entry': {
    layer: 'progress',
    fault: 'none',
    title: 'No eth entry in its record',
    meaning: 'Its record has no “eth” entry: it is a beacon node, a bootnode, or another kind of node.',
    next: 'Not dialled: its record has no “eth” entry',
  },
  waiting: {
    layer: 'progress',
    fault: 'none',
    title: 'Queued for dialling',
    meaning: 'It is a candidate and waits in the dial queue.',
    next: 'Dialled when it reaches the head of the queue',
  },
  connecting: {
    layer: 'progress',
    fault: 'none',
    title: 'Connecting',
    meaning: 'A connection is being set up.',
  },
  'waiting-for-status': {
    layer: 'progress',
    fault: 'none',
    title: 'Waiting for Status',
    meaning: 'The session has started; Status was not exchanged yet.',
  },
  'not-known': {
    layer: 'progress',
    fault: 'none',
    title: 'Not known',
    meaning: 'No other node has reported this node, and it has not connected to us.',
    advice: 'Add it to the static nodes to have it dialled',
  },
  other: {
    layer: 'progress',
    fault: 'none',
    title: 'Other',
    meaning: 'Causes that are too rare to be counted separately.',
  },
  timeout: { layer: 'progress', fault: 'theirs', title: 'Timeout', meaning: 'No response arrived in time.' },
  'failed-to-connect': {
    layer: 'reputation',
    fault: 'theirs',
    title: 'Handshake failed',
    meaning: 'Its RLPx handshake was invalid.',
  },
  dropped: {
    layer: 'reputation',
    fault: 'none',
    title: 'Connection dropped',
    meaning: 'It ended a session early, without a reason.',
  },
  'bad-protocol': {
    layer: 'reputation',
    fault: 'theirs',
    title: 'Protocol violation',
    meaning: 'It sent a message that the protocol does not allow.',
  },
  'bad-message': {
    layer: 'reputation',
    fault: 'theirs',
    title: 'Bad message',
    meaning: 'It sent a message that does not decode or is not allowed.',
  },
  'bad-announcement': {
    layer: 'reputation',
    fault: 'theirs',
    title: 'Bad announcement',
    meaning: 'It announced something impossible.',
  },
  'packet-flood': {
    layer: 'reputation',
    fault: 'theirs',
    title: 'Packet flood',
    meaning: 'Its address sent more packets or connections than allowed.',
  },
} as const satisfies Readonly<Record<string, CauseSpec>>;
