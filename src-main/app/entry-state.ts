import { endSentence, titleOfCode } from '../../shared/causes/sentences.ts';
import type { NodeEntryAction, NodeEntryState } from '../../shared/model/node-list.ts';
import type { DialRefusal } from '../dialing/dial-policy.ts';
import type { DialState } from '../dialing/dial-state.ts';

/** The state of an entry without activity: a bootnode, or any entry while our node is stopped. */
export const IDLE_ENTRY: NodeEntryState = { state: 'idle', message: null, nextTryAt: null, action: null };

/** What the user can do about a refusal; other refusals are temporary or correct. */
const ACTIONS: Readonly<Partial<Record<DialRefusal, NodeEntryAction>>> = {
  banned: 'bans',
  'not-netrestricted': 'net-restrict',
  'dials-off': 'no-dial',
  'no-port': 'edit',
};

/**
 * Converts the dial state of a node to the state of its list entry.
 * @param maxPeers the current limit
 */
export function entryState(dial: DialState, maxPeers: number): NodeEntryState {
  const { state, refusal, cause } = dial;
  // The sum of two clocks varies by a millisecond: every waiting entry would differ at each reading.
  const nextTryAt = dial.nextTryAt === undefined ? null : Math.round(dial.nextTryAt / 1_000) * 1_000;
  switch (state) {
    case 'connected':
    case 'dialing':
      return { ...IDLE_ENTRY, state };
    case 'queued':
      return queuedState(dial, maxPeers);
    case 'refused': {
      const message = refusal === undefined ? null : titleOfCode(refusal);
      return { state, message, nextTryAt, action: (refusal && ACTIONS[refusal]) ?? null };
    }
    case 'waiting': {
      // A refusal by either side after the TCP connect; all other failures are failures of the network path.
      const refused = cause !== undefined && cause.by !== 'network' && cause.stage !== 'connect';
      const message = (cause && endSentence(cause)) ?? (refusal === undefined ? null : titleOfCode(refusal));
      return { state: refused ? 'refused' : 'waiting', message, nextTryAt, action: null };
    }
  }
}

function queuedState({ waitsFor }: DialState, maxPeers: number): NodeEntryState {
  if (waitsFor !== 'peer-slot') {
    const message = 'Waits its turn: all dial slots and the reserve of static nodes are taken';
    return { ...IDLE_ENTRY, state: 'waiting', message };
  }
  const message =
    maxPeers === 0
      ? 'The limit is 0 peers'
      : `Static and trusted peers hold all ${String(maxPeers)} peer slots: one must leave, or the limit must rise`;
  return { ...IDLE_ENTRY, state: 'waiting', message, action: 'max-peers' };
}
