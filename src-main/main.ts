import { join } from 'node:path';
import { app, dialog, ipcMain, nativeTheme, protocol, session, shell, type BrowserWindow } from 'electron';
import { serveIpc } from './api/ipc.ts';
import type { LaunchPlace } from './app/data-location.ts';
import type { LaunchOptions } from './app/launch-options.ts';
import { fromLevel, textSink } from './base/log-sinks.ts';
import { systemClock } from './base/system-runtime.ts';
import { compose } from './compose/application.ts';
import { operandsOf, ownArguments, readOptions } from './desktop/command-line.ts';
import { openPlace } from './desktop/data-place.ts';
import { createKeyProtector } from './desktop/key-protector.ts';
import { createMenuActions } from './desktop/menu-actions.ts';
import { installMenu } from './desktop/menu.ts';
import { NodeStart, type DesktopProgram } from './desktop/node-start.ts';
import { OpenedFiles } from './desktop/opened-file.ts';
import { openFromSystem } from './desktop/open-from-system.ts';
import { Opener } from './desktop/opener.ts';
import { PageCommands } from './desktop/page-commands.ts';
import { PAGE_URL, registerPageScheme, servePage } from './desktop/page-protocol.ts';
import { recoverPage } from './desktop/page-recovery.ts';
import { plainPage, PLAIN_PAGE_URL } from './desktop/plain-page.ts';
import { createOwnUpdates } from './desktop/own-updates.ts';
import { quitInOrder } from './desktop/quit.ts';
import { complainOf, refuseStart } from './desktop/refusal.ts';
import { lockDown, lockSession } from './desktop/security.ts';
import { holdInstance } from './desktop/single-instance.ts';
import { WindowOwner } from './desktop/window-owner.ts';
import { headlessArguments, runWithoutWindow } from './desktop/without-window.ts';
import { focusWindow, openWindow, rememberWindow } from './desktop/window.ts';
import { dataPathsOf } from './store/data-folder.ts';

/*
 * The desktop application: one window onto one node. Wires the parts of desktop/. Nothing is awaited at the top level,
 * because Electron is ready only after this module has run.
 */

/** The build's folders: out/main, out/preload, out/renderer. */
const OUT = join(import.meta.dirname, '..');
const PLACES = {
  preload: join(OUT, 'preload', 'preload.cjs'),
  page: join(OUT, 'renderer'),
  icon: join(OUT, '..', 'build', 'icons', 'linux', '256x256.png'),
};

/** Where a refusal to start is reported. */
const REFUSAL = { app, dialog, stderr: process.stderr, environment: process.env };

/** Commands to the page of the window: those of the menu, the tray, notifications, links and opened files. */
const commands = new PageCommands();
const files = new OpenedFiles();
const opener = new Opener(commands, files, showWindow);

const updates = createOwnUpdates({
  ...{ app, dialog, process },
  prepareEnd: stopNode,
  logger: () => node.program?.logger.child('desktop'),
});

const node = new NodeStart({
  compose: (options) =>
    compose(options, {
      mode: 'desktop',
      environment: process.env,
      protector: createKeyProtector(process.platform),
      pageFolder: PLACES.page,
      choosePath: (kind, title) => windows.choosePath(kind, title),
      desktop: {
        pending: () => commands.pending(),
        taken: (seq) => {
          commands.taken(seq);
        },
        openFile: (id) => files.take(id),
        updates,
        electronVersion: process.versions.electron,
      },
      logSinks: [fromLevel('warn', textSink(process.stderr))],
    }),
  serve: serveWindow,
  stdout: process.stdout,
  stderr: process.stderr,
});

const windows = new WindowOwner({
  open: openMainWindow,
  focus: focusWindow,
  remember: (window) => {
    rememberWindow(window, { stateFolder: app.getPath('userData') });
  },
  dialog,
});

function stopNode(): Promise<void> {
  windows.remember();
  return node.stop();
}

function openMainWindow(): BrowserWindow {
  const window = openWindow(
    { preload: PLACES.preload, icon: PLACES.icon, stateFolder: app.getPath('userData') },
    nativeTheme.shouldUseDarkColors,
  );
  if (node.program !== undefined) {
    const endRecovery = recoverPage(
      window.webContents,
      { page: PAGE_URL, plain: PLAIN_PAGE_URL },
      { clock: systemClock, logger: node.program.logger.child('desktop') },
    );
    window.on('closed', endRecovery);
  }
  return window;
}

/** Serves the window with the program's API, and opens it. */
function serveWindow({ api, publisher, logger }: DesktopProgram): void {
  const ownLogger = logger.child('desktop');
  lockDown(app, shell, ownLogger);
  serveIpc({
    ...{ ipcMain, api, publisher, logger: ownLogger },
    isTrustedFrame: (frame) => windows.isOwnFrame(frame),
    isVisible: (contents) => windows.isSeen(contents),
  });
  windows.show();
}

/** The program opens the window when it is constructed; until then there is nothing to show. */
function showWindow(): void {
  if (node.program !== undefined) windows.show();
}

/** Opens links and files. @param folder that relative paths start from */
function openItems(operands: readonly string[], folder: string): void {
  opener.open(operands, folder).catch((error: unknown) => {
    complainOf(error, process.stderr);
  });
}

async function onReady(options: LaunchOptions, { folder }: LaunchPlace): Promise<void> {
  await lockSession(session.defaultSession);
  servePage(protocol, PLACES.page, () => plainPage(dataPathsOf(folder).logs));
  const { demo } = options;
  installMenu(process.platform, createMenuActions(app, shell, { demo, folder, argv: process.argv }));
  await node.run(options);
}

function main(): void {
  const headless = headlessArguments(process.argv);
  if (headless !== undefined) {
    void runWithoutWindow(app, headless, PLACES.page);
    return;
  }
  const launch = readOptions(app, process);
  if (launch === undefined) return;
  const { options, operands } = launch;
  let place: LaunchPlace;
  try {
    place = openPlace(options, app, process);
  } catch (error) {
    refuseStart(error, REFUSAL);
    return;
  }
  const onSecond = (args: readonly string[], folder: string): void => {
    showWindow();
    openItems(operandsOf(args), folder);
  };
  if (!holdInstance(app, ownArguments(app, process.argv), onSecond)) {
    process.stderr.write('enodeck: It is running already; its window has come to the front.\n');
    app.exit(0);
    return;
  }
  registerPageScheme(protocol);
  // As root there is no sandbox; this call would override the switch that disables it.
  if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
  app.on('activate', showWindow);
  openFromSystem(app, process, (operand) => {
    openItems([operand], '/');
  });
  openItems(operands, process.cwd());
  quitInOrder(app, process, stopNode);
  app
    .whenReady()
    .then(() => onReady(options, place))
    .catch((error: unknown) => {
      refuseStart(error, REFUSAL);
    });
}

main();
