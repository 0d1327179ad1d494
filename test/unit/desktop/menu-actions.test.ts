import { describe, expect, test } from 'vitest';
import { createMenuActions, type MenuActionParts } from '../../../src-main/desktop/menu-actions.ts';
import { PageCommands } from '../../../src-main/desktop/page-commands.ts';

function build(change: Partial<MenuActionParts> = {}) {
  const commands = new PageCommands();
  const calls: unknown[][] = [];
  const warnings: string[] = [];
  const record =
    <Result>(name: string, result: Result) =>
    (...args: unknown[]): Result => {
      calls.push([name, ...args]);
      return result;
    };
  const actions = createMenuActions({
    shell: {
      openPath: record('openPath', Promise.resolve('')),
      openExternal: record('openExternal', Promise.resolve()),
    },
    commands,
    opener: { open: record('open', Promise.resolve()) },
    restarter: { restart: record('restart', undefined) },
    logger: { warn: (text) => warnings.push(text) },
    folders: { data: '/data', logs: '/data/logs' },
    window: () => undefined,
    show: record('show', undefined),
    hasPage: () => true,
    saveReport: record('saveReport', Promise.resolve()),
    showDocs: record('showDocs', Promise.resolve()),
    complain: record('complain', Promise.resolve()),
    chooseFile: () => Promise.resolve('/tmp/nodes.json'),
    ...change,
  });
  return { actions, commands, calls, warnings };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('actions of the menu', () => {
  test('in the page are commands, and show the window', () => {
    const { actions, commands, calls } = build();
    actions.run('about');
    actions.goTo({ view: 'logs' });
    expect(commands.pending().map(({ command }) => command)).toEqual([
      { kind: 'run', command: 'about' },
      { kind: 'open-place', place: { view: 'logs' } },
    ]);
    expect(calls).toEqual([['show'], ['show']]);
  });

  test('open the chosen file, and nothing when the user cancels', async () => {
    const { actions, calls } = build();
    actions.openFile();
    await settled();
    expect(calls).toEqual([['open', ['/tmp/nodes.json'], '/']]);
    const cancelled = build({ chooseFile: () => Promise.resolve(undefined) });
    cancelled.actions.openFile();
    await settled();
    expect(cancelled.calls).toEqual([]);
  });

  test('show the documentation, without the page', () => {
    const { actions, commands, calls } = build();
    actions.openDocs();
    expect(commands.pending()).toEqual([]);
    expect(calls).toEqual([['showDocs']]);
  });

  test('restart the program', () => {
    const { actions, calls } = build();
    actions.restart('own');
    expect(calls).toEqual([['restart', 'own']]);
  });

  test('report a problem in the page, and without it where it cannot come', () => {
    const { actions, commands, calls } = build();
    actions.reportProblem();
    expect(commands.pending()).toMatchObject([{ command: { kind: 'run', command: 'problem' } }]);
    expect(calls).toEqual([['show']]);
    const failed = build({ hasPage: () => false });
    failed.actions.reportProblem();
    expect(failed.commands.pending()).toEqual([]);
    expect(failed.calls).toEqual([['saveReport']]);
  });

  test('open a folder without a word', async () => {
    const { actions, calls, warnings } = build();
    actions.openFolder('data');
    await settled();
    expect(calls).toEqual([['openPath', '/data']]);
    expect(warnings).toEqual([]);
  });

  test('say why a folder cannot be opened, and log why a page of the web or the documentation cannot', async () => {
    const { actions, calls, warnings } = build({
      shell: {
        openPath: () => Promise.resolve('no application'),
        openExternal: () => Promise.reject(new Error('none')),
      },
      showDocs: () => Promise.reject(new Error('not found')),
    });
    actions.openFolder('logs');
    actions.openPage('specifications');
    actions.openDocs();
    await settled();
    expect(calls).toEqual([['complain', 'The folder cannot be opened: /data/logs', 'no application']]);
    expect(warnings).toHaveLength(2);
  });

  test('zoom the open window by a step', () => {
    let factor = 1;
    const webContents = { getZoomFactor: () => factor, setZoomFactor: (next: number) => (factor = next) };
    const { actions } = build({ window: () => ({ webContents }) as never });
    actions.zoom('in');
    expect(factor).toBe(1.1);
    actions.zoom('reset');
    expect(factor).toBe(1);
  });
});
