import { formatBytes } from '../../shared/format.ts';
import type { UpdateState } from '../../shared/model/update.ts';
import type { Translate } from '../composables/use-messages.ts';

/** A step of an update that the user starts. */
export type UpdateAction = 'check' | 'download' | 'install';

/** The step that comes next; null while one runs, and where there are no updates. */
export function nextUpdateAction(state: UpdateState): UpdateAction | null {
  switch (state.kind) {
    case 'off':
    case 'checking':
    case 'downloading':
    case 'installing':
      return null;
    case 'available':
      return 'download';
    case 'ready':
      return 'install';
    case 'failed':
      return state.step;
    case 'idle':
    case 'newest':
      return 'check';
  }
}

/** The state in a sentence. */
export function updateSentence(state: UpdateState, t: Translate): string {
  switch (state.kind) {
    case 'off':
      return t(`update.off.${state.reason}`);
    case 'available': {
      const { version, bytes } = state.update;
      return bytes === null
        ? t('update.available', { version })
        : t('update.availableSize', { version, size: formatBytes(bytes) });
    }
    case 'downloading':
    case 'ready':
    case 'installing':
      return t(`update.${state.kind}`, { version: state.update.version });
    case 'failed':
      return t(`update.failed.${state.step}`, { why: t(`update.failure.${state.failure}`) });
    case 'idle':
    case 'checking':
    case 'newest':
      return t(`update.${state.kind}`);
  }
}

/** Whole percent of a download; null without one, and before its first byte. */
export function downloadPercent(state: UpdateState): number | null {
  if (state.kind !== 'downloading' || state.totalBytes <= 0) return null;
  return Math.min(100, Math.floor((state.doneBytes / state.totalBytes) * 100));
}
