import { ref, type Ref } from 'vue';
import { showNotice } from './use-notice.ts';

/** `run` runs a task, shows `done` or the error as a notice and resolves to whether it succeeded; `busy` is true while one runs. */
export function useAction(): {
  readonly busy: Ref<boolean>;
  run(task: () => Promise<unknown>, done?: string): Promise<boolean>;
} {
  const busy = ref(false);
  let running = 0;
  return {
    busy,
    async run(task, done) {
      running += 1;
      busy.value = true;
      try {
        await task();
        if (done !== undefined) showNotice(done);
        return true;
      } catch (error) {
        showNotice(messageOf(error), 'bad');
        return false;
      } finally {
        running -= 1;
        busy.value = running > 0;
      }
    },
  };
}

/** The message of an error. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
