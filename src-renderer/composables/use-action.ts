import { ref, type Ref } from 'vue';
import { showNotice } from './use-notice.ts';

/** `run` runs a task, shows `done` or the error as a notice and resolves to whether it succeeded; `busy` is true meanwhile. */
export function useAction(): {
  readonly busy: Ref<boolean>;
  run(task: () => Promise<unknown>, done?: string): Promise<boolean>;
} {
  const busy = ref(false);
  return {
    busy,
    async run(task, done) {
      busy.value = true;
      try {
        await task();
        if (done !== undefined) showNotice(done);
        return true;
      } catch (error) {
        showNotice(messageOf(error), 'bad');
        return false;
      } finally {
        busy.value = false;
      }
    },
  };
}

/** The message of an error. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
