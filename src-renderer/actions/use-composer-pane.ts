import { computed } from 'vue';
import { useRouter } from 'vue-router';
import { useComposerStore } from '../stores/composer.ts';
import { useRecorderStore } from '../stores/recorder.ts';

/** What a composer pane shows. Called in a setup function. @param leave called before the record of an answer is shown */
export function useComposerPane(leave: () => void = () => undefined) {
  const composer = useComposerStore();
  const recorder = useRecorderStore();
  const router = useRouter();
  const composerProps = computed(() => {
    const { target, message, protocol, current, values, raw, preview, fault, result, sending } = composer;
    if (target === null) throw new TypeError('The pane is shown only with a target');
    const allowsRaw = current?.allowsRaw ?? false;
    return { target, message, protocol, allowsRaw, values, raw, preview, fault, result, sending };
  });
  const showRecord = (seq: number): void => {
    leave();
    recorder.selected = seq;
    void router.push({ name: 'inspector' });
  };
  return { composer, composerProps, showRecord };
}
