import { describe, expect, it, vi } from 'vitest';
import type { ModuleLevel } from '../../../../shared/module-levels.ts';
import { useModuleLevelDraft } from '../../../../src-renderer/composables/module-level-draft.ts';

const LEVELS: readonly ModuleLevel[] = [{ pattern: 'dial', level: 'warn' }];

/** A draft with a pattern, and the node's answer to it. */
function entered(pattern: string, isTaken: boolean) {
  const save = vi.fn((_levels: readonly ModuleLevel[]) => Promise.resolve(isTaken));
  const draft = useModuleLevelDraft(() => LEVELS, save);
  draft.open();
  draft.text.value = pattern;
  return { draft, save };
}

describe('a level of a module that is entered', () => {
  it('is saved with the others, and the draft closes', async () => {
    const { draft, save } = entered(' p2p/* ', true);
    draft.level.value = 'error';
    expect(await draft.add()).toBe(true);
    expect(save.mock.calls).toEqual([[[...LEVELS, { pattern: 'p2p/*', level: 'error' }]]]);
    expect(draft.text.value).toBeNull();
    draft.open();
    expect([draft.text.value, draft.level.value]).toEqual(['', 'debug']);
  });

  it('stays when the node refuses it', async () => {
    const { draft } = entered('p2p/*', false);
    draft.level.value = 'error';
    expect(await draft.add()).toBe(false);
    expect([draft.text.value, draft.level.value]).toEqual(['p2p/*', 'error']);
  });

  it.each(['', ' ', 'a=b'])('is not sent as %j', async (pattern) => {
    const { draft, save } = entered(pattern, true);
    expect(await draft.add()).toBe(false);
    expect(save).not.toHaveBeenCalled();
    expect(draft.problem.value).toBe(pattern === 'a=b' ? 'logs.patternForm' : null);
  });
});
