import { expect, test } from 'vitest';
import { refuseStart } from '../../../src-main/desktop/refusal.ts';
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
