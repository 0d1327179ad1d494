import { createI18n } from 'vue-i18n';
import { describe, expect, test } from 'vitest';
import type { UpdateState } from '../../../../shared/model/update.ts';
import type { Translate } from '../../../../src-renderer/composables/use-messages.ts';
import { en } from '../../../../src-renderer/messages/en.ts';
import {
  downloadPercent,
  nextUpdateAction,
  updateSentence,
  type UpdateAction,
} from '../../../../src-renderer/model/update-text.ts';

const { global } = createI18n({ legacy: false, locale: 'en', messages: { en } });
const t: Translate = (key, named = {}) => global.t(key, named);

const update = { version: '1.2.3', bytes: 104_000_000 };
const checkedAt = 0;

describe('each state of an update has a sentence and at most one action', () => {
  test.each<[UpdateState, UpdateAction | null, string]>([
    [{ kind: 'idle' }, 'check', 'only when you press the button'],
    [{ kind: 'checking' }, null, 'Asking GitHub.'],
    [{ kind: 'newest', checkedAt }, 'check', 'This is the newest version.'],
    [{ kind: 'available', update, checkedAt }, 'download', 'Version 1.2.3 is available: 104 MB.'],
    [
      { kind: 'available', update: { ...update, bytes: null }, checkedAt },
      'download',
      'Version 1.2.3 is available.',
    ],
    [{ kind: 'downloading', update, doneBytes: 1, totalBytes: 2 }, null, 'Downloading version 1.2.3.'],
    [{ kind: 'ready', update }, 'install', 'Version 1.2.3 is downloaded and verified.'],
    [{ kind: 'installing', update }, null, 'Then version 1.2.3 is installed.'],
    [
      { kind: 'failed', step: 'check', failure: 'unreachable', detail: '', update: null },
      'check',
      'The check failed: GitHub does not answer.',
    ],
    [
      { kind: 'failed', step: 'download', failure: 'not-verified', detail: '', update },
      'download',
      'The download failed: the file is not the one that the release names.',
    ],
    [{ kind: 'off', reason: 'no-feed' }, null, 'This package does not look for updates'],
  ])('%o', (state, action, text) => {
    expect(nextUpdateAction(state)).toBe(action);
    expect(updateSentence(state, t)).toContain(text);
  });
});

test('the percentage of a download is whole, and unknown before its first byte', () => {
  expect(downloadPercent({ kind: 'downloading', update, doneBytes: 1, totalBytes: 3 })).toBe(33);
  expect(downloadPercent({ kind: 'downloading', update, doneBytes: 4, totalBytes: 3 })).toBe(100);
  expect(downloadPercent({ kind: 'downloading', update, doneBytes: 0, totalBytes: 0 })).toBeNull();
  expect(downloadPercent({ kind: 'idle' })).toBeNull();
});
