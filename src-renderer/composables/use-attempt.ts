import { ref, type Ref } from 'vue';
import { messageOf } from './use-action.ts';

/** A request of a form that shows its refusal itself. */
export interface Attempt {
  readonly busy: Ref<boolean>;
  /** Why the latest request was refused; null after a success, and before it has ended. */
  readonly refusal: Ref<string | null>;
  /** Runs a task unless one is running. @returns whether it succeeded */
  attempt(task: () => Promise<unknown>): Promise<boolean>;
}

/** As useAction, with the error for the form in place of a notice. */
export function useAttempt(): Attempt {
  const busy = ref(false);
  const refusal = ref<string | null>(null);
  return {
    busy,
    refusal,
    async attempt(task) {
      if (busy.value) return false;
      busy.value = true;
      refusal.value = null;
      try {
        await task();
        return true;
      } catch (error) {
        refusal.value = messageOf(error);
        return false;
      } finally {
        busy.value = false;
      }
    },
  };
}
