import { useRouter } from 'vue-router';
import { formatBytes } from '../../shared/format.ts';
import type { Translate } from '../composables/use-messages.ts';
import { contentOf, MAX_TEXT, shownFileName } from '../model/opened-text.ts';
import { useRecorderStore } from '../stores/recorder.ts';
import { useShellStore } from '../stores/shell.ts';

/**
 * Shows an opened text by its content: nodes and settings in the dialog that imports them after a confirmation, a recording
 * in the Inspector. Called in a setup function.
 * @returns a function that rejects with a sentence when the text is none of these or too large
 */
export function useOpenText(t: Translate): (name: string, text: string) => Promise<void> {
  const router = useRouter();
  const shell = useShellStore();
  const recorder = useRecorderStore();

  return async (name, text) => {
    const content = contentOf(text);
    const file = shownFileName(name);
    if (content === null) throw new Error(t('opened.unknown', { file }));
    if (text.length > MAX_TEXT[content]) {
      throw new Error(
        t('opened.tooLarge', { file, size: formatBytes(text.length), max: formatBytes(MAX_TEXT[content]) }),
      );
    }
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
}
