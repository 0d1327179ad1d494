import { useRouter } from 'vue-router';
import type { DesktopCommand, MenuCommand, OpenedFile } from '../../shared/model/desktop.ts';
import { useAction } from '../composables/use-action.ts';
import { showNotice } from '../composables/use-notice.ts';
import { routeOf } from '../model/desktop-commands.ts';
import { useDesktopStore } from '../stores/desktop.ts';
import { useRecorderStore } from '../stores/recorder.ts';
import { useShellStore } from '../stores/shell.ts';

/**
 * Executes what the desktop application asks of its page. Called once, in the setup function of App.vue.
 * @param runCommand runs a command of the palette
 */
export function useDesktopCommands(runCommand: (id: MenuCommand) => void): void {
  const router = useRouter();
  const desktop = useDesktopStore();
  const shell = useShellStore();
  const recorder = useRecorderStore();
  const { run } = useAction();

  const openFile = async ({ id, content }: OpenedFile): Promise<void> => {
    const { name, text } = await desktop.openFile(id);
    switch (content) {
      case 'nodes':
        shell.openNodesPreview(text);
        return;
      case 'settings':
        shell.openSettingsImport(text);
        return;
      case 'recording':
        await router.push({ name: 'inspector' });
        await recorder.openFile(name, text);
        return;
    }
  };

  desktop.follow((command: DesktopCommand) => {
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
        void run(() => openFile(command.file));
        return;
      case 'refuse':
        showNotice(command.reason, 'bad');
        return;
    }
  });
}
