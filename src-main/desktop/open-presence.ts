import { app, Menu, nativeImage, Notification as SystemNotification, Tray } from 'electron';
import type { LaunchOptions } from '../app/launch-options.ts';
import { systemLocalSocket } from '../base/local-socket.ts';
import { systemClock } from '../base/system-runtime.ts';
import { replaceFile } from '../store/replace-file.ts';
import { autostartItem, loginCommand, systemLoginItem, type LoginItem } from './login-item.ts';
import { Notifier } from './notifier.ts';
import type { PageCommands } from './page-commands.ts';
import { PeerCount } from './peer-count.ts';
import { showsPlace } from './place-path.ts';
import type { PossibleActions } from './node-actions.ts';
import { Presence, type PresenceProgram, type PresenceWindow } from './presence.ts';
import type { Quit } from './quit.ts';
import { hasTrayHost } from './tray-host.ts';
import { TrayIcon } from './tray.ts';
import type { WindowOwner } from './window-owner.ts';

/** What the presence takes from the entry. */
export interface PresenceContext {
  readonly options: Pick<LaunchOptions, 'dataFolder' | 'hidden'>;
  readonly windows: WindowOwner;
  readonly commands: PageCommands;
  readonly quit: Quit;
  /** The folder of the tray's icons. */
  readonly icons: string;
  /** See PresenceParts. */
  readonly offerActions: (possible: PossibleActions) => void;
}

/** Opens the application's presence outside its window, with the parts of Electron and of this system. */
export function openPresence(program: PresenceProgram, context: PresenceContext): Presence {
  const { windows, commands, options, quit, icons, offerActions } = context;
  const { platform, env: environment } = process;
  const notifier = new Notifier({
    isSupported: () => SystemNotification.isSupported(),
    create: (texts) => new SystemNotification(texts),
    open: ({ place }) => {
      windows.show();
      commands.send({ kind: 'open-place', place });
    },
  });
  const presence = new Presence({
    ...{ clock: systemClock, program, quit, hidden: options.hidden, offerActions },
    window: presenceWindow(windows),
    loginItem: openLoginItem(options.dataFolder),
    hasTrayHost: async () =>
      platform !== 'linux' ||
      (await hasTrayHost({
        ...{ clock: systemClock, openSocket: systemLocalSocket, environment },
        userId: process.getuid?.() ?? 0,
      })),
    openTray: (view, act) =>
      new TrayIcon(view, {
        ...{ clock: systemClock, folder: icons, platform, act },
        createTray: (icon) => new Tray(icon),
        readIcon: (path) => nativeImage.createFromPath(path),
        setMenu: (tray, template) => {
          tray.setContextMenu(Menu.buildFromTemplate(template));
        },
      }),
    notify: (notification) => {
      notifier.show(notification);
    },
    quitApplication: () => {
      app.quit();
    },
  });
  presence.start();
  return presence;
}

function presenceWindow(windows: WindowOwner): PresenceWindow {
  const peerCount = new PeerCount(app);
  return {
    isVisible: () => windows.current?.isVisible() === true,
    show: () => {
      windows.show();
    },
    hide: () => {
      windows.current?.hide();
    },
    sees: ({ place }) =>
      windows.current?.isFocused() === true && showsPlace(windows.current.webContents.getURL(), place),
    showPeers: (peers) => {
      peerCount.update(windows.current, peers);
    },
  };
}

function openLoginItem(dataFolder: string | undefined): LoginItem {
  const { platform, env: environment } = process;
  const command = loginCommand({
    ...{ isPackaged: app.isPackaged, executable: app.getPath('exe'), appPath: app.getAppPath() },
    ...{ environment, dataFolder, noSandbox: app.commandLine.hasSwitch('no-sandbox') },
  });
  return platform === 'linux'
    ? autostartItem(environment, command, replaceFile)
    : systemLoginItem(app, platform, command);
}
