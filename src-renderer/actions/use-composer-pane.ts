import { computed } from 'vue';
import { useRouter } from 'vue-router';
import { useComposerStore } from '../stores/composer.ts';

/** What a composer pane shows. Called in a setup function. @param leave called before the record of an answer is shown */
export function useComposerPane(leave: () => void = () => undefined) {
  const composer = useComposerStore();
  const router = useRouter();
  const composerProps = computed(() => {
    const { target, message, protocol, current, values, raw, preview, fault, result, sending } = composer;
    if (target === null) throw new TypeError('The pane is shown only with a target');
    const allowsRaw = current?.allowsRaw ?? false;
    return { target, message, protocol, allowsRaw, values, raw, preview, fault, result, sending };
  });
  const showRecord = (seq: number): void => {
    leave();
    const filter = composer.target === null ? '' : `peer:${composer.target.id}`;
    void router.push({ path: '/inspector', query: { filter, seq: String(seq) } });
  };
  return { composer, composerProps, showRecord };
}
