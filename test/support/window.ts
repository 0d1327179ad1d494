import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { _electron, chromium, type Browser, type ElectronApplication, type Page } from 'playwright-core';
import { placeFlags, SANDBOX_FLAGS } from './start-flags.ts';

const root = resolve(import.meta.dirname, '../..');
const pictures = join(root, 'test-results');

/** Timeout for the start of Electron or of a browser, milliseconds: below that of a test, which names no step. */
export const LAUNCH_MS = 60_000;
/** Starts of the desktop application in a row, see launch; and the timeout of each, milliseconds. */
const MOST_LAUNCHES = 2;
const DESKTOP_LAUNCH_MS = 45_000;
/** Timeout for the end of Electron, milliseconds. */
const CLOSE_MS = 45_000;
/** Timeout for a download to the disk, milliseconds. */
const DOWNLOAD_MS = 45_000;

/** A page in Electron or in a browser, with its errors. */
export interface OpenWindow {
  readonly page: Page;
  /** Errors of the page and in its console, including violations of the Content-Security-Policy. */
  readonly complaints: string[];
  close(): Promise<void>;
}

/** The application in real Electron, on the demo network and this data folder. */
export interface OpenDesktop extends OpenWindow {
  readonly app: ElectronApplication;
}

function collectComplaints(page: Page): string[] {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  return complaints;
}

function programOf(variable: string): string {
  const path = process.env[variable];
  if (path === undefined) throw new Error(`${variable} is not set; run: npm run test:e2e`);
  return path;
}

/** The command line of the desktop application as npm start has it. */
export async function desktopCommand(
  dataFolder: string,
  flags: readonly string[],
): Promise<{ readonly program: string; readonly args: string[] }> {
  const args = [root, ...SANDBOX_FLAGS, ...(await placeFlags(dataFolder)), ...flags];
  return { program: programOf('ENODECK_ELECTRON'), args };
}

/**
 * Starts the desktop application; resolves when its first window has its page.
 * @param script a CommonJS file that the main process runs first, by Electron's option -r, which it must remove from
 *   process.argv: Playwright deletes NODE_OPTIONS
 */
export async function openDesktop(
  dataFolder: string,
  flags: readonly string[],
  script?: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<OpenDesktop> {
  const { program, args } = await desktopCommand(dataFolder, flags);
  const app = await launch({
    executablePath: program,
    args: script === undefined ? args : ['-r', script, ...args],
    env: {
      ...(process.env as Record<string, string>),
      XDG_CONFIG_HOME: join(dataFolder, 'config'),
      ...environment,
    },
  });
  const child = app.process();
  const close = async (): Promise<void> => {
    try {
      await within('Electron ends after quit', CLOSE_MS, app.close());
    } catch (error) {
      child.kill('SIGKILL');
      throw error;
    }
  };
  const page = await app.firstWindow();
  return { app, page, complaints: collectComplaints(page), close };
}

/**
 * Starts Electron. Playwright sometimes never finishes to attach to a window whose page is being replaced at that moment,
 * although the application runs, as its line "Ready desktop" shows: only then it is ended and started once more.
 */
async function launch(
  options: NonNullable<Parameters<typeof _electron.launch>[0]>,
): Promise<ElectronApplication> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await _electron.launch({ ...options, timeout: DESKTOP_LAUNCH_MS });
    } catch (error) {
      const isRunning = error instanceof Error && error.message.includes('[out] Ready desktop');
      if (!isRunning || attempt === MOST_LAUNCHES) throw error;
    }
  }
}

/**
 * What `promise` resolves with. For waits of Playwright without a limit: a test's own timeout does not name the step.
 * @throws Error after `ms` milliseconds
 */
async function within<T>(what: string, ms: number, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`${what}: not within ${String(ms)} ms`));
    }, ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The file that the desktop application saves to `path` when `act` is done, without the dialog that asks for the path. */
export async function downloadInDesktop(
  { app }: OpenDesktop,
  path: string,
  act: () => Promise<void>,
): Promise<string> {
  // An evaluation of its own: a click can be faster than one that does not end before the download.
  await app.evaluate(({ session }, target) => {
    const saved = new Promise<string>((resolve) => {
      session.defaultSession.once('will-download', (_event, item) => {
        item.setSavePath(target);
        item.once('done', (_done, state) => resolve(state));
      });
    });
    Object.assign(globalThis, { saved });
  }, path);
  await act();
  const state = await within(
    'The download ends',
    DOWNLOAD_MS,
    app.evaluate(() => (globalThis as { saved?: Promise<string> }).saved),
  );
  if (state !== 'completed') throw new Error(`The download ended as ${String(state)}`);
  return path;
}

/** A headless Chromium on a page that a node serves. */
export async function openBrowser(url: string): Promise<OpenWindow> {
  const browser: Browser = await chromium.launch({
    executablePath: programOf('ENODECK_CHROMIUM'),
    timeout: LAUNCH_MS,
    chromiumSandbox: process.getuid?.() !== 0,
  });
  const context = await browser.newContext({ viewport: { width: 1280, height: 840 } });
  const page = await context.newPage();
  const complaints = collectComplaints(page);
  await page.goto(url);
  return { page, complaints, close: () => browser.close() };
}

/** Saves a screenshot in test-results/. */
export async function takePicture(page: Page, name: string): Promise<void> {
  mkdirSync(pictures, { recursive: true });
  await page.screenshot({ path: join(pictures, `${name.replace(/[^\w-]+/g, '-')}.png`) });
}

/**
 * Starts the application once more on the same data folder, with links and files: the first start takes them over.
 * @returns the exit code
 */
export async function startAgain(
  dataFolder: string,
  operands: readonly string[],
  cwd = root,
): Promise<number | null> {
  const child = spawn(
    programOf('ENODECK_ELECTRON'),
    [root, ...SANDBOX_FLAGS, '--datadir', dataFolder, '--demo', ...operands],
    {
      cwd,
      // A launcher's terminal shows a refusal: no dialog waits for somebody.
      env: { ...process.env, XDG_CONFIG_HOME: join(dataFolder, 'config'), ENODECK_LAUNCHER: '1' },
      stdio: 'ignore',
    },
  );
  const ended = once(child, 'exit') as Promise<[number | null]>;
  try {
    return (await within('A second start ends', CLOSE_MS, ended))[0];
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
}
