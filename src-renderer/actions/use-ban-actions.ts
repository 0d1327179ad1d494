import { banReason } from '../../shared/causes/sentences.ts';
import type { Ban } from '../../shared/model/ban.ts';
import { messageOf } from '../composables/use-action.ts';
import { showNotice } from '../composables/use-notice.ts';
import type { Translate } from '../composables/use-messages.ts';
import { shortId } from '../../shared/format.ts';
import { renewedDuration } from '../model/ban-target.ts';
import { whyName } from '../model/why-text.ts';
import { useBansStore, type BanDraft } from '../stores/bans.ts';

/** Sets and removes bans; each shows a notice with undo. */
export interface BanActions {
  /** Throws the node's refusal; the form shows it. */
  ban(draft: BanDraft): Promise<void>;
  /** Shows an error as a notice. */
  unban(ban: Ban): Promise<void>;
}

/** The banned node's name if known, else the target. */
const nameOf = ({ target, name }: Ban): string =>
  whyName(name) ?? (target.kind === 'node' ? shortId(target.value, 6, 6) : target.value);

/** Called in a setup function. */
export function useBanActions(t: Translate): BanActions {
  const bans = useBansStore();

  const attempt = async (task: () => Promise<void>): Promise<void> => {
    try {
      await task();
    } catch (error) {
      showNotice(messageOf(error), 'bad');
    }
  };
  const unban = (ban: Ban): Promise<void> =>
    attempt(async () => {
      await bans.remove(ban.id);
      showNotice(t('bans.unbanned', { target: nameOf(ban) }), 'good', {
        text: t('bans.undo'),
        run: () => void again(ban),
      });
    });
  const again = (ban: Ban): Promise<void> =>
    attempt(async () => {
      const duration = renewedDuration(ban, Date.now());
      await bans.add({ target: ban.target.value, duration, reason: banReason(ban) });
      showNotice(t('bans.again', { target: nameOf(ban), duration: t(`banFor.${duration}`) }));
    });

  return {
    unban,
    async ban(draft) {
      const ban = await bans.add(draft);
      showNotice(t('bans.banned', { target: nameOf(ban), duration: t(`banFor.${draft.duration}`) }), 'good', {
        text: t('bans.undo'),
        run: () => void unban(ban),
      });
    },
  };
}
