import { useRouter } from 'vue-router';
import type { MenuCommand } from '../../shared/model/desktop.ts';
import { useAction } from '../composables/use-action.ts';
import type { Translate } from '../composables/use-messages.ts';
import { showNotice } from '../composables/use-notice.ts';
import { routeOf } from '../model/desktop-commands.ts';
import { useDesktopStore } from '../stores/desktop.ts';
import { useShellStore } from '../stores/shell.ts';
import { useOpenText } from './use-open-text.ts';

/**
 * Executes what the desktop application asks of its page. Called once, in the setup function of App.vue.
 * @param runCommand runs a command of the palette
 */
export function useDesktopCommands(t: Translate, runCommand: (id: MenuCommand) => void): void {
  const router = useRouter();
  const desktop = useDesktopStore();
  const shell = useShellStore();
  const openText = useOpenText(t);
  const { run } = useAction();

  const openFile = async (id: number): Promise<void> => {
    const { name, text } = await desktop.openFile(id);
    await openText(name, text);
  };

  desktop.follow((command) => {
    switch (command.kind) {
      case 'open-place':
        void router.push(routeOf(command.place));
        return;
      case 'run':
        runCommand(command.command);
        return;
      case 'preview-nodes':
        shell.openNodesPreview(command.texts.join('\n'));
        return;
      case 'preview-file':
        void run(() => openFile(command.file.id));
        return;
      case 'refuse':
        showNotice(command.reason, 'bad');
        return;
    }
  });
}
