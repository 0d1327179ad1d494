import type { SettingView } from '../../shared/model/settings.ts';
import { useAction } from '../composables/use-action.ts';
import type { Translate } from '../composables/use-messages.ts';
import type { NoticeAction } from '../composables/use-notice.ts';
import { useConnectionStore } from '../stores/connection.ts';
import { useDesktopStore } from '../stores/desktop.ts';
import { useNodeStore } from '../stores/node.ts';

/**
 * Called in a setup function. @returns the action that restarts the node or the program; null for `none`, while the node
 * does not run, and for the program in a browser, which cannot start it again
 */
export function useRestart(t: Translate): (of: SettingView['restart']) => NoticeAction | null {
  const connection = useConnectionStore();
  const desktop = useDesktopStore();
  const node = useNodeStore();
  const { run } = useAction();
  return (of) => {
    if (of === 'node' && node.status?.phase === 'running') {
      return {
        text: t('settings.restart'),
        run: () => void run(() => node.restart(), t('settings.restarted')),
      };
    }
    if (of === 'program' && connection.kind === 'desktop') {
      return { text: t('settings.restartEnodeck'), run: () => void run(() => desktop.restart()) };
    }
    return null;
  };
}
