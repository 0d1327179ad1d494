import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { app, BrowserWindow, dialog, ipcMain, nativeTheme, protocol, session, shell } from 'electron';
import { SETTING_KEYS } from '../shared/settings-table.ts';
import { ApiError } from './api/api-error.ts';
import { serveIpc } from './api/ipc.ts';
import { parseCommandLine } from './cli/cli.ts';
import { complain, errorLine, EXIT, runTool } from './cli/run-tool.ts';
import { compose, type Application } from './compose/application.ts';
import { createKeyProtector } from './desktop/key-protector.ts';
import { installMenu } from './desktop/menu.ts';
import { PageCommands } from './desktop/page-commands.ts';
import { isPageUrl, PAGE_URL, registerPageScheme, servePage } from './desktop/page-protocol.ts';
import { recoverPage } from './desktop/page-recovery.ts';
import { plainPage, PLAIN_PAGE_URL } from './desktop/plain-page.ts';
import { lockDown, lockSession } from './desktop/security.ts';
import { focusWindow, openWindow, rememberWindow } from './desktop/window.ts';
import { describeError, EnodeckError } from './base/errors.ts';
import { fromLevel, textSink } from './base/log-sinks.ts';
import { systemClock } from './base/system-runtime.ts';
import { placeOf, type LaunchPlace } from './app/data-location.ts';
import type { LaunchOptions } from './app/launch-options.ts';
import { dataPathsOf } from './store/data-folder.ts';
import { VERSION } from './app/version.ts';

/*
 * The desktop application: one window onto one node. Nothing is awaited at the top level, because Electron is ready
 * only after this module has run.
 */

/** The build's folders: out/main, out/preload, out/renderer. */
const OUT = join(import.meta.dirname, '..');
const PLACES = { preload: join(OUT, 'preload', 'preload.cjs'), page: join(OUT, 'renderer') };

/** Commands to the page of the window: those of the menu, the tray, notifications, links and opened files. */
const commands = new PageCommands();

let window: BrowserWindow | undefined;
let application: Application | undefined;
let stopping: Promise<void> | undefined;

/** The arguments after Electron's binary and, unpackaged, the project's folder. */
function ownArguments(): string[] {
  return process.argv.slice(app.isPackaged ? 1 : 2);
}

function readOptions(): LaunchOptions | undefined {
  try {
    const launch = parseCommandLine(ownArguments(), process.env, { mode: 'desktop', version: VERSION });
    if (launch.kind === 'run') return launch.options;
    if (launch.kind === 'print') process.stdout.write(launch.text);
    void (launch.kind === 'tool' ? runTool(launch.tool) : Promise.resolve(EXIT.ok)).then(
      (code) => app.exit(code),
      (error: unknown) => {
        complain(errorLine(error));
        app.exit(EXIT.failed);
      },
    );
  } catch (error) {
    process.stderr.write(`enodeck: ${describeError(error)}\n`);
    app.exit(1);
  }
  return undefined;
}

function showWindow(): void {
  if (window !== undefined) {
    focusWindow(window);
    return;
  }
  // The application opens the window when it is constructed.
  if (application === undefined) return;
  window = openWindow(
    { preload: PLACES.preload, icon: undefined, stateFolder: app.getPath('userData') },
    nativeTheme.shouldUseDarkColors,
  );
  const endRecovery = recoverPage(
    window.webContents,
    { page: PAGE_URL, plain: PLAIN_PAGE_URL },
    { clock: systemClock, logger: application.logger.child('desktop') },
  );
  window.on('closed', () => {
    endRecovery();
    window = undefined;
  });
}

/** The system's dialog over the window. */
async function choosePath(kind: 'file' | 'folder', title: string): Promise<string | undefined> {
  const options: Electron.OpenDialogOptions = {
    title,
    properties: kind === 'folder' ? ['openDirectory', 'createDirectory'] : ['openFile'],
  };
  const { filePaths } = await (window === undefined
    ? dialog.showOpenDialog(options)
    : dialog.showOpenDialog(window, options));
  return filePaths[0];
}

/** A window counts as visible while its page loads, before it is shown. */
function isSeen(contents: Electron.WebContents): boolean {
  const owner = BrowserWindow.fromWebContents(contents);
  return (
    owner !== null && !owner.isMinimized() && (owner.isVisible() || contents.isLoading() || owner !== window)
  );
}

function isOwnFrame(frame: Electron.WebFrameMain | null): boolean {
  return (
    frame !== null && window !== undefined && frame === window.webContents.mainFrame && isPageUrl(frame.url)
  );
}

async function startNode(options: LaunchOptions): Promise<void> {
  application = await compose(options, {
    mode: 'desktop',
    environment: process.env,
    protector: createKeyProtector(process.platform),
    pageFolder: PLACES.page,
    choosePath,
    desktop: {
      pending: () => commands.pending(),
      taken: (seq) => {
        commands.taken(seq);
      },
      openFile: () => Promise.reject(new ApiError('not-found', 'No such file was opened.', 'id')),
    },
    logSinks: [fromLevel('warn', textSink(process.stderr))],
  });
  const { api, publisher, logger } = application;
  lockDown(app, shell, logger.child('desktop'));
  serveIpc({
    ipcMain,
    api,
    publisher,
    logger: logger.child('desktop'),
    isTrustedFrame: isOwnFrame,
    isVisible: isSeen,
  });
  showWindow();
  try {
    await application.start();
    process.stdout.write(
      `Ready desktop${application.pageUrl === undefined ? '' : ` ${application.pageUrl}`}\n`,
    );
  } catch (error) {
    // The window shows the failure too, and can start the node again.
    process.stderr.write(`enodeck: ${describeError(error)}\n`);
  }
}

/** Stops the node before the process ends. */
function stopNode(): Promise<void> {
  if (window !== undefined) rememberWindow(window, { stateFolder: app.getPath('userData') });
  stopping ??= (application?.stop() ?? Promise.resolve()).catch((error: unknown) => {
    process.stderr.write(`enodeck: ${describeError(error)}\n`);
  });
  return stopping;
}

function prepareMenu(options: LaunchOptions, folder: string): void {
  installMenu(process.platform, {
    demo: options.demo,
    development: !app.isPackaged,
    restart(demo) {
      const args = process.argv.slice(1).filter((arg) => arg !== '--demo');
      app.relaunch({ args: demo ? [...args, '--demo'] : args });
      app.quit();
    },
    openDataFolder() {
      void shell.openPath(folder);
    },
  });
}

async function onReady(options: LaunchOptions, { folder }: LaunchPlace): Promise<void> {
  await lockSession(session.defaultSession);
  servePage(protocol, PLACES.page, () => plainPage(dataPathsOf(folder).logs));
  prepareMenu(options, folder);
  startNode(options).catch((error: unknown) => {
    // A window needs data folder, key and settings.
    const message = error instanceof EnodeckError ? error.message : describeError(error);
    process.stderr.write(`enodeck: ${message}\n`);
    if (process.env.ENODECK_LAUNCHER === undefined) dialog.showErrorBox('Enodeck cannot start', message);
    app.exit(1);
  });
}

/** The data folder of this run; undefined when the settings file with the network cannot be read. */
function findPlace(options: LaunchOptions): LaunchPlace | undefined {
  try {
    // The window reports a setting with a wrong value.
    return placeOf(options, process.platform, process.env, SETTING_KEYS);
  } catch (error) {
    process.stderr.write(`enodeck: ${describeError(error)}\n`);
    if (process.env.ENODECK_LAUNCHER === undefined) {
      dialog.showErrorBox('Enodeck cannot start', describeError(error));
    }
    app.exit(1);
    return undefined;
  }
}

/**
 * Sets Electron's user data to a subfolder of the data folder, so that its lock allows one process per data folder. If it
 * cannot be written, Electron would report a second instance.
 */
function placeUserData({ folder }: LaunchPlace): boolean {
  try {
    mkdirSync(join(folder, 'desktop'), { recursive: true, mode: 0o700 });
  } catch (error) {
    process.stderr.write(
      `enodeck: The folder ${join(folder, 'desktop')} cannot be created (${describeError(error)}).\n`,
    );
    app.exit(1);
    return false;
  }
  app.setPath('userData', join(folder, 'desktop'));
  return true;
}

function main(): void {
  const options = readOptions();
  if (options === undefined) return;
  const place = findPlace(options);
  if (place === undefined || !placeUserData(place)) return;
  if (!app.requestSingleInstanceLock()) {
    process.stderr.write('enodeck: It is running already; its window has come to the front.\n');
    app.exit(0);
    return;
  }
  registerPageScheme(protocol);
  // As root there is no sandbox; this call would override the switch that disables it.
  if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
  app.on('second-instance', showWindow);
  app.on('activate', () => {
    if (application !== undefined) showWindow();
  });
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
  app.on('before-quit', (event) => {
    if (stopping !== undefined && application === undefined) return;
    event.preventDefault();
    void stopNode().then(() => {
      application = undefined;
      app.exit(0);
    });
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      app.quit();
    });
  }
  app
    .whenReady()
    .then(() => onReady(options, place))
    .catch((error: unknown) => {
      process.stderr.write(`enodeck: ${describeError(error)}\n`);
      app.exit(1);
    });
}

main();
