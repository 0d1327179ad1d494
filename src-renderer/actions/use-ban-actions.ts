import { banReason } from '../../shared/causes/sentences.ts';
import type { Ban } from '../../shared/model/ban.ts';
import { messageOf } from '../composables/use-action.ts';
import { askBatch } from '../composables/use-batch.ts';
import { showNotice } from '../composables/use-notice.ts';
import type { Translate } from '../composables/use-messages.ts';
import { shortId } from '../../shared/format.ts';
import { formatCount } from '../model/format.ts';
import { renewedDuration } from '../model/ban-target.ts';
import { whyName } from '../model/why-text.ts';
import { useBansStore, type BanDraft } from '../stores/bans.ts';

/** Sets and removes bans; each shows a notice with undo. */
export interface BanActions {
  /** Throws the node's refusal; the form shows it. */
  ban(draft: BanDraft): Promise<void>;
  /** Shows an error as a notice. */
  unban(ban: Ban): Promise<void>;
  /** One ban at once, several after a confirmation that names them. */
  unbanAll(bans: readonly Ban[]): void;
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
        text: t('common.undo'),
        run: () => void again(ban),
      });
    });
  const again = (ban: Ban): Promise<void> =>
    attempt(async () => {
      const duration = renewedDuration(ban, Date.now());
      await bans.add({ target: ban.target.value, duration, reason: banReason(ban) });
      showNotice(t('bans.again', { target: nameOf(ban), duration: t(`banFor.${duration}`) }));
    });

  const unbanAll = (several: readonly Ban[]): void => {
    const [first] = several;
    if (several.length === 1 && first !== undefined) void unban(first);
    else
      askBatch(
        {
          title: t('batch.title.unban', { n: formatCount(several.length) }),
          text: t('batch.text.unban'),
          action: t('batch.action.unban'),
          danger: false,
          items: several.map((ban) => ({ key: ban.id, name: nameOf(ban) })),
          run: (id) => bans.remove(id),
          done: (count) => t('batch.done.unban', { n: formatCount(count) }, count),
        },
        t,
      );
  };

  return {
    unban,
    unbanAll,
    async ban(draft) {
      const ban = await bans.add(draft);
      showNotice(t('bans.banned', { target: nameOf(ban), duration: t(`banFor.${draft.duration}`) }), 'good', {
        text: t('common.undo'),
        run: () => void unban(ban),
      });
    },
  };
}
