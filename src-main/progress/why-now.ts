import { formatDuration } from '../../shared/format.ts';
import type { Stand } from './node-progress-state.ts';
import { titleOfCode, wordsOf } from '../causes/words.ts';

/** How a node stands with the dial scheduler, as far as people are told. Times are Unix milliseconds. */
export interface DialOutlook {
  readonly state: 'connected' | 'dialing' | 'waiting' | 'queued' | 'refused';
  /** Code of why it is not dialled now. */
  readonly refusal: string | undefined;
  readonly nextTryAt: number | undefined;
  readonly failures: number;
}

/** What the phrase is made of. */
export interface NowFigures {
  /** Unix milliseconds. */
  readonly now: number;
  readonly stand: Stand;
  /** Undefined while nobody dials, or for a node without an address. */
  readonly outlook: DialOutlook | undefined;
  /** On the static or trusted list: somebody wants this very node. */
  readonly isListed: boolean;
  readonly direction: 'inbound' | 'outbound' | null;
}

/** What follows where no connection has ended; the others are told by the outlook. */
const NEXT: Readonly<Record<string, string>> = {
  silent: 'Pinged again when it is named again',
  'not-asked': 'Pinged when a lookup comes to it',
  'no-record': 'Asked for its record before it is dialled',
  'other-network': 'Not dialled: its fork ID is not of our chain',
  'stale-fork': 'Not dialled until its record shows the upgrade',
  'no-eth-entry': 'Not dialled: it names no chain',
  waiting: 'Dialled when its turn comes',
  'no-free-slot': 'Dialled when a place is free',
  'no-port': 'Cannot be dialled',
  'no-address': 'Dialled when its address is known',
};

/** What happens next with a node, or what a person may do: a phrase without a final stop. */
export function whatNow(figures: NowFigures): string {
  const { stand, outlook, isListed, direction } = figures;
  if (stand.state === 'kept') return 'Connected';
  if (stand.state === 'under-way') return 'Being connected now';
  if (outlook?.state === 'dialing') return 'Being dialled now';
  if (stand.cause?.hint !== undefined) return stand.cause.hint;
  const { advice, fault } = wordsOf(stand.code);
  if (advice !== null && (isListed || fault === 'ours')) return advice;
  return nextTry(figures) ?? NEXT[stand.code] ?? comingOf(outlook, direction, advice);
}

function nextTry({ outlook, now }: NowFigures): string | undefined {
  if (outlook?.nextTryAt === undefined) return undefined;
  const wait = outlook.nextTryAt - now;
  return wait > 0 ? `Next try in ${formatDuration(wait)}` : undefined;
}

function comingOf(
  outlook: DialOutlook | undefined,
  direction: NowFigures['direction'],
  advice: string | null,
): string {
  if (outlook?.state === 'refused' && outlook.refusal !== undefined) {
    return `Not dialled: ${titleOfCode(outlook.refusal).toLowerCase()}`;
  }
  if (direction === 'inbound') return 'It may come again by itself';
  return advice ?? (outlook === undefined ? 'Nothing is planned' : 'Dialled again when discovery meets it');
}
