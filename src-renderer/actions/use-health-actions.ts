import { useRouter } from 'vue-router';
import type { HealthAction } from '../../shared/model/health-action.ts';
import { useAction } from '../composables/use-action.ts';
import { showNotice } from '../composables/use-notice.ts';
import type { Translate } from '../composables/use-messages.ts';
import { useNodeStore } from '../stores/node.ts';
import { useSettingsStore } from '../stores/settings.ts';

/** Performs the actions of health checks; an error is shown as a notice. */
export function useHealthActions(t: Translate): {
  readonly busy: ReturnType<typeof useAction>['busy'];
  act(action: HealthAction): void;
} {
  const router = useRouter();
  const node = useNodeStore();
  const settings = useSettingsStore();
  const { busy, run } = useAction();

  const perform = async (action: HealthAction): Promise<void> => {
    switch (action.kind) {
      case 'start':
        return node.start();
      case 'use-free-port': {
        const { port } = await node.useFreePort(action.params.key);
        showNotice(t('health.onPort', { port }));
        return;
      }
      case 'change-port':
      case 'open-setting':
        await router.push({ name: 'settings', hash: `#${action.params.key}` });
        return;
      case 'reset-setting':
        await settings.reset(action.params.key);
        // The failure is from the last start; another start shows whether the reset was enough.
        return node.start();
      case 'open-view':
        await router.push({ name: action.params.view });
        return;
    }
  };
  return { busy, act: (action) => void run(() => perform(action)) };
}
