import { nextStepText } from '../../shared/causes/next-steps.ts';
import { formatRelativeTime } from '../../shared/format.ts';
import type { WhyNode } from '../../shared/model/why.ts';
import type { Translate } from '../composables/use-messages.ts';
import { shortClientName } from './clients.ts';
import { visibleText } from './format.ts';

/** A node's name in a word or two: a label as it is, a client's name shortened; null where none is known. */
export function whyName(name: string | null): string | null {
  if (name === null || name.trim() === '') return null;
  return name.includes('/') ? shortClientName(name) : visibleText(name);
}

/** What happens next, with the countdown to the next attempt where there is one. */
export function whatNow(node: Pick<WhyNode, 'next' | 'nextTryAt'>, t: Translate, now: number): string {
  const phrase = node.next.code === 'next-try' ? '' : visibleText(nextStepText(node.next, now));
  if (node.nextTryAt === null) return phrase;
  const next =
    node.nextTryAt <= now
      ? t('why.dueNow')
      : t('why.nextTry', { when: formatRelativeTime(node.nextTryAt, now) });
  return phrase === '' ? next : `${phrase} · ${next}`;
}
