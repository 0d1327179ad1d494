import { formatDuration } from '../../shared/format.ts';
import type { Stand } from './node-progress-state.ts';
import { causeSpec, type EndCode } from '../../shared/causes/catalogue.ts';
import { hintOf, lowerFirst, titleOfCode } from '../../shared/causes/sentences.ts';

/** How a node stands with the dial scheduler, as far as people are told. Times are Unix milliseconds. */
export interface DialOutlook {
  readonly state: 'connected' | 'dialing' | 'waiting' | 'queued' | 'refused';
  /** Code of why it is not dialled now. */
  readonly refusal: EndCode | undefined;
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

/** What happens next with a node, or what a person may do: a phrase without a final stop. */
export function whatNow(figures: NowFigures): string {
  const { stand, outlook, isListed, direction } = figures;
  if (stand.state === 'kept') return 'Connected';
  if (stand.state === 'under-way') return 'Being connected now';
  if (outlook?.state === 'dialing') return 'Being dialled now';
  const hint = stand.cause === undefined ? undefined : hintOf(stand.cause);
  if (hint !== undefined) return hint;
  const { advice, fault, next } = causeSpec(stand.code);
  if (advice !== undefined && (isListed || fault === 'ours')) return advice;
  return nextTry(figures) ?? next ?? comingOf(outlook, direction, advice);
}

function nextTry({ outlook, now }: NowFigures): string | undefined {
  if (outlook?.nextTryAt === undefined) return undefined;
  const wait = outlook.nextTryAt - now;
  return wait > 0 ? `Next try in ${formatDuration(wait)}` : undefined;
}

function comingOf(
  outlook: DialOutlook | undefined,
  direction: NowFigures['direction'],
  advice: string | undefined,
): string {
  if (outlook?.state === 'refused' && outlook.refusal !== undefined) {
    return `Not dialled: ${lowerFirst(titleOfCode(outlook.refusal))}`;
  }
  if (direction === 'inbound') return 'It may come again by itself';
  return advice ?? (outlook === undefined ? 'Nothing is planned' : 'Dialled again when discovery meets it');
}
