import type { EventLine } from '../../shared/model/peer.ts';

/** The colours of events by their tone. */
export const EVENT_COLOURS: Readonly<Record<EventLine['tone'], string>> = {
  good: 'var(--good)',
  quiet: 'var(--line-strong)',
  warning: 'var(--warn)',
  bad: 'var(--bad)',
};
