import { computed, ref, type ComputedRef, type Ref } from 'vue';
import type { LogLevel } from '../../shared/model/log.ts';
import type { ModuleLevel } from '../../shared/module-levels.ts';
import { patternProblem, withModuleLevel } from '../model/module-levels.ts';

/** The level of a module that is being entered. */
export interface ModuleLevelDraft {
  /** Null: none is being entered. */
  readonly text: Ref<string | null>;
  readonly level: Ref<LogLevel>;
  readonly pattern: ComputedRef<string>;
  /** Why the pattern is refused, as a key of the messages; null while there is none, and when it is right. */
  readonly problem: ComputedRef<ReturnType<typeof patternProblem>>;
  open(): void;
  close(): void;
  /** Saves and closes the draft, which stays as it is when the node refuses it. @returns whether it was saved */
  add(): Promise<boolean>;
}

/** @param save returns whether the node took the levels */
export function useModuleLevelDraft(
  levels: () => readonly ModuleLevel[],
  save: (levels: readonly ModuleLevel[]) => Promise<boolean>,
): ModuleLevelDraft {
  const text = ref<string | null>(null);
  const level = ref<LogLevel>('debug');
  const pattern = computed(() => text.value?.trim() ?? '');
  const problem = computed(() => (pattern.value === '' ? null : patternProblem(pattern.value, levels())));
  const close = (): void => {
    text.value = null;
  };
  return {
    ...{ text, level, pattern, problem, close },
    open: () => {
      text.value = '';
      level.value = 'debug';
    },
    add: async () => {
      if (pattern.value === '' || problem.value !== null) return false;
      const added = { pattern: pattern.value, level: level.value };
      if (!(await save(withModuleLevel(levels(), added)))) return false;
      close();
      return true;
    },
  };
}
