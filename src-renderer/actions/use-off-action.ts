import { useAction } from '../composables/use-action.ts';
import { showNotice } from '../composables/use-notice.ts';
import type { Translate } from '../composables/use-messages.ts';
import type { OffReason } from '../model/discovery-off.ts';
import { changeOf } from '../model/setting-form.ts';
import { useNodeStore } from '../stores/node.ts';
import { useSettingsStore } from '../stores/settings.ts';

/** Performs the action that turns a discovery method on: changes the setting, or starts or restarts the node. */
export function useOffAction(t: Translate): {
  readonly busy: ReturnType<typeof useAction>['busy'];
  act(reason: OffReason): Promise<boolean>;
} {
  const settings = useSettingsStore();
  const node = useNodeStore();
  const { busy, run } = useAction();

  const turnOn = async (reason: OffReason): Promise<void> => {
    switch (reason.kind) {
      case 'setting':
        if (reason.key === 'discoveryDns') await settings.reset(reason.key);
        else await settings.update(changeOf(reason.key, true));
        showNotice(t('off.saved'));
        break;
      case 'restart':
        await node.restart();
        break;
      case 'stopped':
        await node.start();
        break;
      case 'unknown':
        break;
    }
  };
  return { busy, act: (reason) => run(() => turnOn(reason)) };
}
