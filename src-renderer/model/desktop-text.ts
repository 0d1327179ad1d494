import type { LoginItemNote, StopProgress } from '../../shared/model/desktop.ts';
import type { Translate } from '../composables/use-messages.ts';
import { visibleText } from './format.ts';

/** How a stop goes on, as a sentence: what is being stopped, and what comes then. */
export function stopText({ left, sessions }: StopProgress, t: Translate): string {
  const [current, ...rest] = left;
  if (current === undefined) return t('stop.last');
  const now =
    current === 'sessions' && sessions > 0
      ? t('stop.closing', { n: sessions }, sessions)
      : t('stop.stopping', { step: t(`stop.step.${current}`) });
  if (rest.length === 0) return t('stop.only', { now });
  return t('stop.then', { now, steps: rest.map((step) => t(`stop.step.${step}`)).join(', ') });
}

/** What to know about the start at login. */
export function loginNoteText(note: LoginItemNote, t: Translate): string {
  switch (note.kind) {
    case 'other-copy':
      return t('loginItem.otherCopy', { command: visibleText(note.command) });
    case 'needs-approval':
      return t('loginItem.needsApproval');
    case 'unreadable':
      return t('loginItem.unreadable', { reason: visibleText(note.reason) });
  }
}
