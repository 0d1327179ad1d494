import { EventEmitter } from 'node:events';
import { beforeEach, describe, expect, test } from 'vitest';
import { RefusedStart, type RefusedStartParts } from '../../../src-main/desktop/refused-start.ts';
import { StoreError } from '../../../src-main/store/errors.ts';

const PAGE = 'app://enodeck/index.html';
const error = new StoreError('folder-in-use', 'The folder is in use by <another> process.');
let steps: string[];
let window: EventEmitter & { webContents: { loadURL(url: string): Promise<void> } };

beforeEach(() => {
  steps = [];
  const loadURL = (url: string): Promise<void> => {
    steps.push(`load ${url}`);
    return Promise.resolve();
  };
  window = Object.assign(new EventEmitter(), { webContents: { loadURL } });
});

const refused = (environment: NodeJS.ProcessEnv, hasWindow = true): RefusedStart =>
  new RefusedStart({
    app: {
      exit: (code) => steps.push(`exit ${String(code)}`),
      quit: () => steps.push('quit'),
    },
    dialog: { showErrorBox: (title, text) => steps.push(`${title}: ${text}`) },
    restarter: { startAgain: (target) => steps.push(`start again: ${target}`) },
    stderr: { write: (text: string) => steps.push(text) > 0 },
    environment,
    window: () => (hasWindow ? (window as unknown as ReturnType<RefusedStartParts['window']>) : undefined),
    page: PAGE,
    folder: '/data',
  });

describe('a start that fails behind an open window', () => {
  test('is shown in the window, with the reason and the folder', async () => {
    const start = refused({});
    expect(start.page('/index.html')).toBeUndefined();
    start.report(error);
    expect(steps).toEqual(['enodeck: The folder is in use by <another> process.\n', `load ${PAGE}`]);
    const text = (await start.page('/index.html')?.text()) ?? '';
    expect(text).toContain('The folder is in use by &lt;another&gt; process.');
    expect(text).toContain('/data');
    expect(start.page('/assets/index.js')).toBeUndefined();
  });

  test('gives the exit code 1 when the window is closed', () => {
    const start = refused({});
    expect(start.exitCode).toBe(0);
    start.report(error);
    window.emit('closed');
    expect(steps.at(-1)).toBe('quit');
    expect(start.exitCode).toBe(1);
  });

  test('starts again by the link of the page, and only after a failure', () => {
    const start = refused({});
    expect(start.page('/start-again')).toBeUndefined();
    expect(steps).toEqual([]);
    start.report(error);
    expect(start.page('/start-again')?.status).toBe(204);
    expect(steps.slice(-2)).toEqual(['start again: same', 'exit 1']);
  });

  test('ends at once under the launcher, whose terminal shows the reason', () => {
    refused({ ENODECK_LAUNCHER: '1' }).report(error);
    expect(steps).toEqual(['enodeck: The folder is in use by <another> process.\n', 'exit 1']);
  });

  test('is shown in a dialog where there is no window, as after a hidden start', () => {
    refused({}, false).report(error);
    expect(steps).toEqual([
      'enodeck: The folder is in use by <another> process.\n',
      'Enodeck cannot start: The folder is in use by <another> process.',
      'exit 1',
    ]);
  });
});
