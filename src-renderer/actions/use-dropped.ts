import type { Ref } from 'vue';
import { useAction } from '../composables/use-action.ts';
import { useDrop, type Dropped } from '../composables/use-drop.ts';
import type { Translate } from '../composables/use-messages.ts';
import { showNotice } from '../composables/use-notice.ts';
import { contentOf, shownFileName } from '../model/opened-text.ts';
import { readRecordingFile } from '../model/recording-file.ts';
import { useConnectionStore } from '../stores/connection.ts';
import { useOpenText } from './use-open-text.ts';

/** Opens what is dropped on the window. Called in a setup function. @returns whether something can be dropped now */
export function useDropped(t: Translate): Readonly<Ref<boolean>> {
  const connection = useConnectionStore();
  const openText = useOpenText(t);
  const { run } = useAction();

  const open = async (dropped: Dropped): Promise<void> => {
    if (dropped.kind === 'text') {
      if (contentOf(dropped.text) !== 'nodes') throw new Error(t('opened.noNode'));
      return openText(t('opened.droppedText'), dropped.text);
    }
    const { file } = dropped;
    const name = shownFileName(file.name);
    const read = await readRecordingFile(file, connection.kind === 'browser', t);
    if (!read.ok) throw new Error(t('opened.refused', { file: name, reason: read.problem }));
    await openText(file.name, read.text);
    if (dropped.others > 0) showNotice(t('opened.oneFile', { file: name }));
  };
  return useDrop((dropped) => void run(() => open(dropped)));
}
