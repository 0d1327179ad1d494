import { ref, shallowRef, type Ref, type ShallowRef } from 'vue';
import type { RequestParams } from '../../shared/api-contract.ts';
import type { KeptKeyView, KeyCandidate } from '../../shared/model/identity.ts';
import { saveFile } from '../composables/save-file.ts';
import { useAction } from '../composables/use-action.ts';
import type { Translate } from '../composables/use-messages.ts';
import { showNotice } from '../composables/use-notice.ts';
import { useIdentityStore } from '../stores/identity.ts';
import { useRestart } from './use-restart.ts';

/** The actions on the node key. */
export interface IdentityActions {
  /** The key that a dialog shows before it replaces the node's. */
  readonly candidate: ShallowRef<KeyCandidate | null>;
  readonly busy: Ref<boolean>;
  renew(): void;
  useCopy(copy: KeptKeyView): void;
  /** Opens a file with the system's dialog; desktop window only. */
  chooseFile(): void;
  /** A keystore that a browser page opened. */
  useKeystore(fileName: string, text: string): void;
  unlock(password: string): Promise<void>;
  apply(): Promise<void>;
  /** Forgets the candidate, applied or not. */
  close(): void;
  /** Saves the key as a keystore. @throws ApiError with the refusal of the password */
  save(password: string): Promise<void>;
}

/** Called in a setup function. */
export function useIdentityActions(t: Translate): IdentityActions {
  const store = useIdentityStore();
  const candidate = shallowRef<KeyCandidate | null>(null);
  const isApplied = ref(false);
  const { busy, run } = useAction();
  const restartOf = useRestart(t);

  const prepare = (source: RequestParams<'identity.prepare'>): void => {
    void run(async () => {
      isApplied.value = false;
      candidate.value = await store.prepare(source);
    });
  };
  const idOf = (): string => candidate.value?.id ?? '';

  return {
    candidate,
    busy,
    renew: () => prepare({ kind: 'new' }),
    useCopy: ({ name }) => prepare({ kind: 'copy', name }),
    chooseFile: () => prepare({ kind: 'file' }),
    useKeystore: (fileName, text) => prepare({ kind: 'keystore', fileName, text }),
    async unlock(password) {
      candidate.value = await store.unlock(idOf(), password);
    },
    async apply() {
      await store.apply(idOf());
      isApplied.value = true;
      const restart = store.details?.nextId == null ? null : restartOf('program');
      showNotice(t('identity.change.done'), 'good', ...(restart === null ? [] : [restart]));
    },
    close() {
      const id = idOf();
      candidate.value = null;
      if (id !== '' && !isApplied.value) void run(() => store.discard(id));
    },
    async save(password) {
      const { fileName, text } = await store.exportKey(password);
      saveFile(fileName, text);
      showNotice(t('identity.export.done', { file: fileName }));
    },
  };
}
