import { outcomeText } from '../../shared/causes/outcomes.ts';
import type { NodeListEntry } from '../../shared/model/node-list.ts';
import type { Translate } from '../composables/use-messages.ts';
import { formatExact, visibleText } from './format.ts';

/** The last error of an entry; null if none is remembered. */
export const lastErrorText = ({ lastEnd }: NodeListEntry): string | null =>
  lastEnd === null ? null : visibleText(outcomeText(lastEnd));

/**
 * The tooltip of the state of an entry: what its cell may cut, then the last error, whose column may be hidden.
 * @param answer how the dial goes that the user asked for; null for none
 * @returns lines; undefined for none
 */
export function stateTitle(entry: NodeListEntry, answer: string | null, t: Translate): string | undefined {
  const { message, nextTryAt } = entry.state;
  const cause = answer ?? (message === null ? null : visibleText(message));
  const error = lastErrorText(entry);
  const lines = [
    cause,
    nextTryAt === null ? null : t('nodes.nextTryAt', { at: formatExact(nextTryAt) }),
    error?.toLowerCase() === cause?.toLowerCase() ? null : error,
  ];
  return lines.filter((line) => line !== null).join('\n') || undefined;
}
