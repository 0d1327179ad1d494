import { expect, it } from 'vitest';
import { STOP_STEPS } from '../../../../shared/model/desktop.ts';
import { STEP_PHRASES } from '../../../../src-main/desktop/tray-view.ts';
import { i18n } from '../../../../src-renderer/i18n.ts';
import { loginNoteText, stopText } from '../../../../src-renderer/model/desktop-text.ts';
import type { Translate } from '../../../../src-renderer/composables/use-messages.ts';

const t = i18n.global.t as unknown as Translate;

it('says what is being stopped, and what comes then', () => {
  expect(stopText({ left: ['sessions', 'discovery', 'database'], sessions: 23 }, t)).toBe(
    'Closing 23 sessions, then discovery, database.',
  );
  expect(stopText({ left: ['sessions'], sessions: 1 }, t)).toBe('Closing one session.');
  expect(stopText({ left: ['port-mapping'], sessions: 2 }, t)).toBe('Stopping port mapping.');
  expect(stopText({ left: [], sessions: 0 }, t)).toBe('Closing the last files.');
});

it('has the same words for a step as the tray', () => {
  for (const step of STOP_STEPS) expect(t(`stop.step.${step}`)).toBe(STEP_PHRASES[step]);
});

it('says what to know about the start at login', () => {
  expect(loginNoteText({ kind: 'other-copy', command: '/a/b\u202e' }, t)).toMatch(
    /another copy: \/a\/b\ufffd\./,
  );
  expect(loginNoteText({ kind: 'needs-approval' }, t)).toMatch(/approval/);
  expect(loginNoteText({ kind: 'unreadable', reason: 'it is a folder' }, t)).toMatch(
    /read: it is a folder\.$/,
  );
});
