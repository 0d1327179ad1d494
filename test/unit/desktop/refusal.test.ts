import { setImmediate } from 'node:timers/promises';
import type { BaseWindow, MessageBoxOptions } from 'electron';
import { expect, test } from 'vitest';
import { refuseEarlyStart, refuseStart } from '../../../src-main/desktop/refusal.ts';
import { StoreError } from '../../../src-main/store/errors.ts';

const refused = (error: unknown, environment: NodeJS.ProcessEnv): string[] => {
  const reports: string[] = [];
  refuseStart(error, {
    app: { exit: (code) => reports.push(`exit ${String(code)}`) },
    dialog: { showErrorBox: (title, text) => reports.push(`${title}: ${text}`) },
    stderr: { write: (text: string) => reports.push(text) > 0 },
    environment,
  });
  return reports;
};
const error = new StoreError('folder-in-use', 'The folder is in use.');

test('a refusal writes one line, shows a dialog and exits with 1', () => {
  expect(refused(error, {})).toEqual([
    'enodeck: The folder is in use.\n',
    'Enodeck cannot start: The folder is in use.',
    'exit 1',
  ]);
});

test('a refusal shows no dialog when the launcher has a terminal', () => {
  expect(refused(error, { ENODECK_LAUNCHER: '1' })).toEqual(['enodeck: The folder is in use.\n', 'exit 1']);
});

/** What is reported before and after Electron is ready. */
async function refusedEarly(platform: NodeJS.Platform, environment: NodeJS.ProcessEnv): Promise<string[]> {
  const reports: string[] = [];
  refuseEarlyStart(error, {
    app: { exit: (code) => reports.push(`exit ${String(code)}`), whenReady: () => Promise.resolve() },
    dialog: {
      showErrorBox: (title) => reports.push(title),
      showMessageBox: (box: BaseWindow | MessageBoxOptions) => {
        if ('message' in box) reports.push(`${box.message}: ${box.detail ?? ''}`);
        return Promise.resolve({ response: 0, checkboxChecked: false });
      },
    },
    stderr: { write: (text: string) => reports.push(text) > 0 },
    ...{ environment, platform },
  });
  reports.push('later');
  await setImmediate();
  return reports;
}
const line = 'enodeck: The folder is in use.\n';

test.each([{ DISPLAY: ':0' }, { WAYLAND_DISPLAY: 'wayland-0' }])(
  'on Linux the dialog of an early refusal waits until it can be seen: %j',
  async (environment) => {
    expect(await refusedEarly('linux', environment)).toEqual([
      line,
      'later',
      'Enodeck cannot start: The folder is in use.',
      'exit 1',
    ]);
  },
);

test('an early refusal does not wait where the dialog is there at once, or where there will be none', async () => {
  const atOnce = [line, 'Enodeck cannot start', 'exit 1', 'later'];
  expect(await refusedEarly('darwin', {})).toEqual(atOnce);
  expect(await refusedEarly('linux', {})).toEqual(atOnce);
  const launched = { DISPLAY: ':0', ENODECK_LAUNCHER: '1' };
  expect(await refusedEarly('linux', launched)).toEqual([line, 'exit 1', 'later']);
});
