import { ref, type Ref } from 'vue';
import type { RecordingFormat } from '../../shared/model/recording.ts';
import { messageOf, useAction } from '../composables/use-action.ts';
import type { Translate } from '../composables/use-messages.ts';
import { saveFile } from '../composables/save-file.ts';
import { showNotice } from '../composables/use-notice.ts';
import { bytesOfBase64, readRecordingFile, rowsOfScope, type ExportScope } from '../model/recording-file.ts';
import { useConnectionStore } from '../stores/connection.ts';
import { useRecorderStore } from '../stores/recorder.ts';

/** Recordings as files: saves records, and shows those of a file. */
export interface RecordingFiles {
  readonly busy: Ref<boolean>;
  /** Why the last file was not opened: a sentence that names the line; null for none. */
  readonly problem: Ref<string | null>;
  /** Number of records of a scope; null where the scope has nothing to be taken from. */
  countOf(scope: ExportScope): number | null;
  save(format: RecordingFormat, scope: ExportScope, anonymous: boolean): void;
  open(file: File): void;
  /** Shows the node's recording again. */
  close(): void;
}

/** Called in a setup function. */
export function useRecordingFiles(t: Translate): RecordingFiles {
  const recorder = useRecorderStore();
  const connection = useConnectionStore();
  const { busy, run } = useAction();
  const problem = ref<string | null>(null);

  const rowsOf = (scope: ExportScope) =>
    rowsOfScope(scope, {
      all: recorder.allRows(),
      shown: recorder.shown.rows,
      chosen: recorder.selectedRow,
    });
  // Nothing observes the rows; `changes` counts their changes.
  const countOf = (scope: ExportScope): number | null =>
    recorder.changes < 0 ? null : (rowsOf(scope)?.length ?? null);

  const write = async (format: RecordingFormat, scope: ExportScope, anonymous: boolean): Promise<void> => {
    const seqs = scope === 'all' ? null : (rowsOf(scope) ?? []).map(({ seq }) => seq);
    const { fileName, text, base64 } = await recorder.exportFile({ format, seqs, anonymous });
    saveFile(fileName, text ?? bytesOfBase64(base64 ?? ''));
    showNotice(t('inspector.exported', { file: fileName }));
  };
  const read = async (file: File): Promise<void> => {
    const read = await readRecordingFile(file, connection.kind === 'browser', t);
    if (!read.ok) throw new Error(read.problem);
    await recorder.openFile(read.name, read.text);
  };

  return {
    busy,
    problem,
    countOf,
    save: (format, scope, anonymous) => void run(() => write(format, scope, anonymous)),
    open(file) {
      busy.value = true;
      problem.value = null;
      read(file)
        .catch((error: unknown) => {
          problem.value = t('inspector.notOpened', {
            file: file.name.slice(0, 80),
            reason: messageOf(error),
          });
        })
        .finally(() => {
          busy.value = false;
        });
    },
    close: () => void run(() => recorder.closeFile()),
  };
}
