import type { Ref } from 'vue';
import type { RecordSource } from '../../shared/model/recording.ts';
import type { CopyForm } from '../model/record-copy.ts';
import { copyWithNotice } from '../composables/copy-text.ts';
import { useAction } from '../composables/use-action.ts';
import type { Translate } from '../composables/use-messages.ts';
import { useRecorderStore } from '../stores/recorder.ts';

/** What the Inspector does with the recording; errors are shown as notices. */
export interface RecordingActions {
  readonly busy: Ref<boolean>;
  /** Starts to record all sessions, or stops. */
  toggle(): void;
  /** @param nodes node IDs; null for all sessions */
  start(nodes: readonly string[] | null): void;
  clear(): void;
  /** Shows other sources. Discovery packets are recorded from the moment at which they are shown. */
  setSources(sources: readonly RecordSource[]): void;
  copy(text: string, form: CopyForm | 'path'): void;
}

/** Called in a setup function. */
export function useRecordingActions(t: Translate): RecordingActions {
  const recorder = useRecorderStore();
  const { busy, run } = useAction();
  const needsDiscovery = (): boolean => recorder.sources.some((source) => source !== 'session');
  const start = (nodes: readonly string[] | null): void =>
    void run(() => recorder.start({ nodes, discovery: needsDiscovery() }));

  return {
    busy,
    start,
    toggle() {
      // Of a file nothing is recorded; what is behind it stays as it is.
      if (recorder.status === null || recorder.status.file !== null) return;
      if (recorder.status.isRecording) void run(() => recorder.stop());
      else start(null);
    },
    clear: () => void run(() => recorder.clear()),
    setSources(sources) {
      recorder.setSources(sources);
      const { status } = recorder;
      if (status?.isRecording === true && status.file === null && needsDiscovery() && !status.scope.discovery)
        start(status.scope.nodes);
    },
    copy: (text, form) =>
      void copyWithNotice(text, t(form === 'path' ? 'inspector.copyPath' : `inspector.copyForm.${form}`), t),
  };
}
