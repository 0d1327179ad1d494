import { join } from 'node:path';
import {
  app,
  crashReporter,
  dialog,
  ipcMain,
  nativeTheme,
  protocol,
  session,
  shell,
  type BrowserWindow,
} from 'electron';
import { EarlyApi } from './api/early-api.ts';
import { serveIpc } from './api/ipc.ts';
import type { LaunchPlace } from './app/data-location.ts';
import type { LaunchOptions } from './app/launch-options.ts';
import { systemClock } from './base/system-runtime.ts';
import { nameForWindows } from './desktop/app-user-model-id.ts';
import { handleClose } from './desktop/close-window.ts';
import { ownArguments, readLaterStart, readOptions } from './desktop/command-line.ts';
import { openPlace } from './desktop/data-place.ts';
import { firstPaint } from './desktop/first-paint.ts';
import { isHiddenStart } from './desktop/hidden-start.ts';
import { createKeyProtector } from './desktop/key-protector.ts';
import { lastRunOf, readLastRun, writeLastRun } from './desktop/last-run.ts';
import { LateLogger } from './desktop/late-logger.ts';
import { createMenuActions } from './desktop/menu-actions.ts';
import { installMenu } from './desktop/menu.ts';
import { NodeStart, type DesktopProgram } from './desktop/node-start.ts';
import { OpenedFiles } from './desktop/opened-file.ts';
import { openFromSystem } from './desktop/open-from-system.ts';
import { Opener } from './desktop/opener.ts';
import { createDesktopControl, keepCrashReports } from './desktop/desktop-control.ts';
import { PageCommands } from './desktop/page-commands.ts';
import { PAGE_URL, registerPageScheme, servePage } from './desktop/page-protocol.ts';
import { recoverPage } from './desktop/page-recovery.ts';
import { PageWatch } from './desktop/page-watch.ts';
import { plainPage, PLAIN_PAGE_PATH, PLAIN_PAGE_URL } from './desktop/plain-page.ts';
import { createOwnUpdates } from './desktop/own-updates.ts';
import type { DocsWindow } from './desktop/docs-window.ts';
import type { openPresence } from './desktop/open-presence.ts';
import type { Presence } from './desktop/presence.ts';
import { quitInOrder, type Quit, type QuitParts } from './desktop/quit.ts';
import { complainOf, refuseEarlyStart, refuseStart } from './desktop/refusal.ts';
import { RefusedStart } from './desktop/refused-start.ts';
import { Restarter } from './desktop/restart.ts';
import { lockDown, lockSession } from './desktop/security.ts';
import { assertHandover, holdInstance } from './desktop/single-instance.ts';
import { fillSkeleton, withoutThemeScript } from './desktop/skeleton.ts';
import { ThemeChoice } from './desktop/theme-choice.ts';
import { STEP_PHRASES } from './desktop/tray-view.ts';
import { WindowOwner } from './desktop/window-owner.ts';
import { headlessArguments, runWithoutWindow } from './desktop/without-window.ts';
import { focusWindow, openWindow, rememberWindow } from './desktop/window.ts';
import { dataPathsOf } from './store/data-paths.ts';

/*
 * The desktop application: one window onto one node. Wires the parts of desktop/. The window opens first; what is behind
 * it, most of the program, is loaded after its first paint. At the top level only the command line is awaited: Electron is
 * ready after this module has run.
 */

/** The build's folders: out/main, out/preload, out/renderer. */
const OUT = join(import.meta.dirname, '..');
const PLACES = {
  preload: join(OUT, 'preload', 'preload.cjs'),
  page: join(OUT, 'renderer'),
  icon: join(OUT, '..', 'build', 'icons', 'linux', '256x256.png'),
  trayIcons: join(OUT, '..', 'build', 'icons', 'tray'),
};

/** Where a refusal to start is reported. */
const REFUSAL = { app, dialog, stderr: process.stderr, environment: process.env };

/** Whether the page is served, so that a window may be opened. */
let isServed = false;
/** Whether the window was asked for before: a link also opens it in a hidden start. */
let isAskedFor = false;

/** Its lines wait until the data folder, which has the log, is open. */
const logger = new LateLogger();
/** Answers the window's page, also before the node's data is open. */
const api = new EarlyApi(systemClock, logger.child('desktop'));

/** Commands to the page of the window: those of the menu, the tray, notifications, links and opened files. */
const commands = new PageCommands();
const files = new OpenedFiles();
const opener = new Opener(commands, files, showWindow);

const restarter = new Restarter(app, process, () => node.program?.settings.overridden() ?? []);

const updates = createOwnUpdates({
  ...{ app, restarter, dialog, process },
  prepareEnd: stopNode,
  logger: () => logger.child('desktop'),
});

/** The theme of the last run, which the page can change. */
const theme = new ThemeChoice(nativeTheme, () => app.getPath('userData'));

const desktop = createDesktopControl({
  ...{ commands, files, updates, restarter, theme, app, process },
  program: () => node.program,
  presence: () => presence,
  refusal: () => refused?.reason,
  now: () => systemClock.now(),
});

const node = new NodeStart({
  compose: async (options) => {
    const { composeProgram } = await import('./program.ts');
    openOutside = (await import('./desktop/open-presence.ts')).openPresence;
    return await composeProgram(options, {
      environment: process.env,
      protector: createKeyProtector(process.platform),
      pageFolder: PLACES.page,
      choosePath: (kind, title) => windows.choosePath(kind, title),
      desktop,
    });
  },
  serve: serveProgram,
  clock: systemClock,
  stdout: process.stdout,
  stderr: process.stderr,
});

const windows = new WindowOwner({
  open: openMainWindow,
  focus: focusWindow,
  remember: (window) => {
    rememberWindow(window, { stateFolder: app.getPath('userData') });
  },
  shown: () => {
    api.wake();
  },
  dialog,
});

async function stopNode(): Promise<void> {
  windows.remember();
  await node.stop();
  presence?.stop();
}

/** Opens what is outside the window; loaded with the program. */
let openOutside: typeof openPresence | undefined;
/** Tray, notifications and start at login; undefined until the program is constructed. */
let presence: Presence | undefined;

/** The window of the documentation; loaded when it is asked for. */
let docs: DocsWindow | undefined;

/** Enables the items of the menu; undefined until there is one. */
let menu: ReturnType<typeof installMenu> | undefined;

/** The start that was refused, or may be; main() prepares it. */
let refused: RefusedStart | undefined;

/** Whether the window has the page: the refusal of a start has its URL too. */
const page = new PageWatch(
  (url) => url.startsWith(PAGE_URL) && refused?.reason === undefined,
  (hasPage) => menu?.offerPage(hasPage),
);

/** The quit of the application, which main() prepares. */
let quit: Quit = { hasBegun: false };

/** Stops the node, and says in the window how that goes on. */
const quitParts = (exitCode: () => number): QuitParts => ({
  clock: systemClock,
  stop: stopNode,
  onSlow: () => presence?.stopIsSlow(),
  left: () => node.program?.stopProgress().left.map((step) => STEP_PHRASES[step]) ?? [],
  complain: (line) => process.stderr.write(`enodeck: ${line}\n`),
  exitCode,
});

function openMainWindow(): BrowserWindow {
  const window = openWindow(
    { preload: PLACES.preload, icon: PLACES.icon, stateFolder: app.getPath('userData') },
    nativeTheme.shouldUseDarkColors,
  );
  handleClose(window, {
    platform: process.platform,
    keepsInTray: () => presence?.keepsInTray() === true,
    quit: () => {
      app.quit();
    },
  });
  const onVisibility = (): void => presence?.windowChanged();
  window.on('show', onVisibility);
  window.on('hide', onVisibility);
  window.on('page-title-updated', (event) => {
    event.preventDefault();
  });
  const endRecovery = recoverPage(
    window.webContents,
    { page: PAGE_URL, plain: PLAIN_PAGE_URL },
    { clock: systemClock, logger: logger.child('desktop') },
  );
  window.on('closed', endRecovery);
  page.follow(window);
  return window;
}

/** The facts of the last run, until the node's data is open. */
const lastRunFile = (): string => join(app.getPath('userData'), 'last-run.json');

/** Serves the window with the program, which is constructed now. */
function serveProgram(program: DesktopProgram, options: LaunchOptions): void {
  logger.open(program.logger);
  api.open(program);
  writeLastRun(lastRunFile(), lastRunOf(program.backend));
  presence = openOutside?.(program, {
    ...{ options, windows, commands, quit },
    icons: PLACES.trayIcons,
    offerActions: (possible) => menu?.offerActions(possible),
  });
}

/** Shows the window, or opens it: at once, or as soon as the page is served. */
function showWindow(): void {
  if (isServed) windows.show();
  else isAskedFor = true;
}

/** Opens links and files. @param folder that relative paths start from */
function openItems(operands: readonly string[], folder: string): void {
  opener.open(operands, folder).catch((error: unknown) => {
    complainOf(error, process.stderr);
  });
}

/** Shows a document that a page links to. */
function openDocs(url: string): void {
  showDocs(url).catch((error: unknown) => {
    logger.child('desktop').warn('the documentation was not shown', { reason: String(error) });
  });
}

async function showDocs(url?: string): Promise<void> {
  const { DocsWindow } = await import('./desktop/docs-window.ts');
  docs ??= new DocsWindow(PLACES);
  await docs.show(url);
}

function prepareMenu({ demo }: LaunchOptions, folder: string): void {
  const { platform } = process;
  const actions = createMenuActions({
    ...{ shell, commands, opener, restarter },
    folders: { data: folder, logs: dataPathsOf(folder).logs },
    logger: logger.child('desktop'),
    window: () => windows.current,
    show: showWindow,
    chooseFile: (title) => windows.choosePath('file', title),
    hasPage: () => page.hasPage,
    saveReport: async () => {
      const { saveReport } = await import('./desktop/report-saver.ts');
      await saveReport({
        files: () => desktop.problemReport(false),
        ...{ windows, folder: app.getPath('downloads'), now: () => systemClock.now() },
      });
    },
    showDocs,
    complain: (message, detail) => windows.tell('error', message, detail),
  });
  menu = installMenu({ platform, demo, development: !app.isPackaged }, actions);
}

/** Opens the window, and what is behind it after the first paint. */
async function onReady(
  options: LaunchOptions,
  { folder }: LaunchPlace,
  refused: RefusedStart,
): Promise<void> {
  await lockSession(session.defaultSession);
  servePage(protocol, {
    folder: PLACES.page,
    ownPage: (path) => (path === PLAIN_PAGE_PATH ? plainPage(dataPathsOf(folder).logs) : refused.page(path)),
    fill: (html) => {
      const themed = withoutThemeScript(html);
      return node.program === undefined ? fillSkeleton(themed, readLastRun(lastRunFile())) : themed;
    },
  });
  lockDown(app, { shell, openDocs }, logger.child('desktop'));
  serveIpc({
    ...{ ipcMain, api, publisher: api, logger: logger.child('desktop') },
    isTrustedFrame: (frame) => windows.isOwnFrame(frame),
    isVisible: (contents) => windows.isSeen(contents),
  });
  prepareMenu(options, folder);
  isServed = true;
  const hidden = isHiddenStart(options, app, process.platform);
  theme.restore();
  if (!hidden || isAskedFor) windows.show();
  if (windows.current !== undefined) await firstPaint(windows.current, systemClock);
  await node.run({ ...options, hidden }).catch((error: unknown) => {
    api.abandon();
    refused.report(error);
  });
}

/** A later start of the program. @param args its arguments @param folder its current folder */
function onLaterStart(args: readonly string[], folder: string): void {
  if (quit.hasBegun) {
    if (!restarter.startLater(args, folder))
      process.stderr.write('enodeck: A further start was ignored: Enodeck quits, and starts again anyway.\n');
    return;
  }
  void readLaterStart(args).then(({ operands, hidden }) => {
    if (!hidden) showWindow();
    openItems(operands, folder);
  });
}

async function main(): Promise<void> {
  const headless = headlessArguments(process.argv);
  if (headless !== undefined) {
    void runWithoutWindow(app, headless, PLACES.page);
    return;
  }
  const launch = await readOptions(app, process);
  if (launch === undefined) return;
  const { options, operands } = launch;
  const args = ownArguments(app, process.argv);
  let place: LaunchPlace;
  try {
    place = openPlace(options, app, process);
    assertHandover(process.argv, args, process.cwd());
  } catch (error) {
    refuseEarlyStart(error, { ...REFUSAL, platform: process.platform });
    return;
  }
  if (!holdInstance(app, args, onLaterStart)) {
    const front = options.hidden ? '' : '; its window has come to the front';
    process.stderr.write(`enodeck: It is running already${front}.\n`);
    app.exit(0);
    return;
  }
  void keepCrashReports(app, crashReporter, app.getPath('userData')).prune();
  nameForWindows(app, process);
  registerPageScheme(protocol);
  // As root there is no sandbox; this call would override the switch that disables it.
  if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
  app.on('activate', () => {
    if (isServed) windows.show();
  });
  openFromSystem(app, process, (operand) => {
    openItems([operand], '/');
  });
  openItems(operands, process.cwd());
  const { folder } = place;
  const start = new RefusedStart({
    ...{ ...REFUSAL, restarter, page: PAGE_URL, folder },
    window: () => windows.current,
  });
  refused = start;
  quit = quitInOrder(
    app,
    process,
    quitParts(() => start.exitCode),
  );
  app
    .whenReady()
    .then(() => onReady(options, place, start))
    .catch((error: unknown) => {
      refuseStart(error, REFUSAL);
    });
}

await main();
