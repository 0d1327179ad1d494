import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { App } from 'electron';
import { nodeSignals } from '../cli/hangup.ts';
import { complainOf } from './refusal.ts';

/*
 * enodeck-headless of a package. Its Electron cannot run as plain Node (the fuse RunAsNode is off), so it runs this program
 * without a window, and the command line has switches for Chromium that make a display unnecessary.
 */

/** The mark among Chromium's switches. Chromium has a `--headless` of its own. */
const MARK = '--enodeck-headless';

/**
 * The arguments of a start by enodeck-headless: those after `--`, where Chromium reads no switches. Undefined for any
 * other start.
 */
export function headlessArguments(argv: readonly string[]): string[] | undefined {
  const end = argv.indexOf('--');
  return end > 0 && argv.slice(0, end).includes(MARK) ? argv.slice(end + 1) : undefined;
}

type HeadlessApp = Pick<App, 'exit' | 'on' | 'setPath'>;

/** Runs the headless program and ends the application with its exit code; 1 when it cannot run at all. */
export async function runWithoutWindow(
  app: HeadlessApp,
  args: readonly string[],
  pageFolder: string,
): Promise<void> {
  let code = 1;
  try {
    code = await runInScratch(app, args, pageFolder);
  } catch (error) {
    complainOf(error, process.stderr);
  }
  app.exit(code);
}

/**
 * Runs the headless program. Chromium's files go to a temporary folder, which is removed: none of them are the node's, and
 * a service may have no home folder.
 */
async function runInScratch(app: HeadlessApp, args: readonly string[], pageFolder: string): Promise<number> {
  const scratch = mkdtempSync(join(tmpdir(), 'enodeck-'));
  app.setPath('userData', scratch);
  const signals = nodeSignals();
  const { runHeadless } = await import('../cli/headless-program.ts');
  const code = await runHeadless({
    args,
    environment: process.env,
    pageFolder,
    // Electron has its own handlers of signals, which quit.
    untilStopped: () => Promise.race([signals.untilStopped(), untilQuit(app)]),
    onReload: signals.onReload,
  });
  rmSync(scratch, { recursive: true, force: true });
  return code;
}

function untilQuit(app: Pick<App, 'on'>): Promise<void> {
  return new Promise((resolve) => {
    app.on('before-quit', (event) => {
      event.preventDefault();
      resolve();
    });
  });
}
