import { ApiError } from '../api/api-error.ts';
import type { NodeListControl } from '../api/backend.ts';
import type { ApiDispatcher } from '../api/handlers.ts';
import type { RequestName } from '../../shared/api-contract.ts';
import type { DesktopStatus, LoginItemView, StopProgress } from '../../shared/model/desktop.ts';
import type { NodeStatus } from '../../shared/model/node.ts';
import type { TrafficNow } from '../../shared/model/series.ts';
import type { NodeSettings } from '../../shared/settings-table.ts';
import { describeError } from '../base/errors.ts';
import { Scope } from '../base/lifecycle.ts';
import type { Clock, Logger } from '../base/runtime.ts';
import type { EventSource } from '../events/events.ts';
import type { LoginItem } from './login-item.ts';
import { possibleActions, type PossibleActions } from './node-actions.ts';
import { NOTICE_SETTINGS, type Notice, type Notification } from './notice.ts';
import { Notifications } from './notifications.ts';
import type { Quit } from './quit.ts';
import { trayViewOf, type TrayAction, type TrayView } from './tray-view.ts';
import type { TrayIcon } from './tray.ts';

/** Interval at which the node is read for tray, title, menu and notifications, milliseconds (our choice). */
export const FACTS_MS = 5_000;

/** The same while the program ends, so that the tray follows it. */
export const STOPPING_MS = 500;

/** Interval at which the desktop is asked for its tray, milliseconds: a panel may start later, or crash. */
export const TRAY_CHECK_MS = 5_000;

/** The same in the first seconds: at login the panel starts at the same time as the application. */
export const EARLY_CHECKS = { intervalMs: 1_000, untilMs: 15_000 } as const;

/** How old the state of the login item may be when it is shown, milliseconds. */
export const LOGIN_ITEM_MS = 3_000;

/** The program behind the window. */
export interface PresenceProgram {
  readonly backend: {
    status(): NodeStatus;
    trafficNow(): TrafficNow;
    readonly lists: Pick<NodeListControl, 'find'>;
  };
  /** The requests of the window, which are in the audit log. */
  readonly api: ApiDispatcher;
  readonly settings: { current(): NodeSettings };
  readonly events: EventSource;
  readonly logger: Logger;
  stopProgress(): StopProgress;
}

/** The application's window, which may not exist. */
export interface PresenceWindow {
  isVisible(): boolean;
  show(): void;
  hide(): void;
  /** Whether the user looks at the place of a notice. */
  sees(notice: Notice): boolean;
  /** Shows the number of peers at the window's title, or wherever the system shows one; undefined while the node does not run. */
  showPeers(peers: number | undefined): void;
}

/** What the desktop presence needs. */
export interface PresenceParts {
  readonly clock: Clock;
  readonly program: PresenceProgram;
  readonly window: PresenceWindow;
  readonly loginItem: LoginItem;
  readonly quit: Quit;
  /** Whether the application was started without its window. */
  readonly hidden: boolean;
  hasTrayHost(): Promise<boolean>;
  openTray(view: TrayView, act: (action: TrayAction) => void): Pick<TrayIcon, 'update' | 'destroy'>;
  notify(notification: Notification): void;
  /** Offers in the application's menu what can be done with the node. */
  readonly offerActions: (possible: PossibleActions) => void;
  quitApplication(): void;
}

/** The application outside its window: tray, number of peers, items of the menu, notifications, start at login. */
export class Presence {
  readonly #parts: PresenceParts;
  readonly #scope: Scope;
  readonly #notifications: Notifications;
  #tray: Pick<TrayIcon, 'update' | 'destroy'> | undefined;
  #loginItem: LoginItemView = { state: 'unavailable', note: null };
  #loginItemAt = -Infinity;
  #isStopSlow = false;
  #hasTrayFailed = false;

  constructor(parts: PresenceParts) {
    const { clock, program, window } = parts;
    this.#parts = parts;
    this.#scope = new Scope(clock);
    this.#notifications = new Notifications({
      clock,
      isOn: (kind) => program.settings.current()[NOTICE_SETTINGS[kind]],
      isSeen: (notice) => window.sees(notice),
      show: (notification) => {
        parts.notify(notification);
      },
      staticNode: (idHex) => program.backend.lists.find('static', idHex),
    });
  }

  start(): void {
    const { clock, program } = this.#parts;
    const startedAt = clock.monotonic();
    this.#scope.own(
      program.events.subscribe((event) => {
        this.#notifications.apply(event);
        // The phase of the status is set by the time the timer runs.
        if (event.type === 'node/phase') this.#scope.after(0, () => this.#refresh());
      }),
    );
    this.#scope.own(() => {
      this.#notifications.stop();
    });
    this.#refresh();
    this.#scope.every(
      () => FACTS_MS,
      () => {
        this.#refresh();
      },
    );
    const isEarly = (): boolean =>
      this.#tray === undefined && clock.monotonic() - startedAt < EARLY_CHECKS.untilMs;
    const watch = (): void => {
      void this.#checkTray(isEarly).finally(() => {
        this.#scope.after(isEarly() ? EARLY_CHECKS.intervalMs : TRAY_CHECK_MS, watch);
      });
    };
    watch();
  }

  /** Whether the window is hidden instead of closed. */
  keepsInTray(): boolean {
    const { program, quit } = this.#parts;
    return this.#tray !== undefined && program.settings.current().closeToTray && !quit.hasBegun;
  }

  /** The window is hidden or shown. */
  windowChanged(): void {
    this.#refresh();
  }

  status(): DesktopStatus {
    if (this.#parts.clock.monotonic() - this.#loginItemAt > LOGIN_ITEM_MS) void this.#readLoginItem();
    return {
      hasTray: this.#tray !== undefined,
      loginItem: this.#loginItem,
      stopping: this.#isStopSlow ? this.#parts.program.stopProgress() : null,
    };
  }

  /** @throws ApiError `not-available` with the system's reason */
  async startAtLogin(on: boolean): Promise<LoginItemView> {
    try {
      await this.#parts.loginItem.set(on);
    } catch (cause) {
      const reason = describeError(cause);
      throw new ApiError('not-available', `The system refused: ${reason}.`, 'on', { cause });
    }
    await this.#readLoginItem();
    return this.#loginItem;
  }

  /** The stop takes long: window and tray show what is left. */
  stopIsSlow(): void {
    this.#isStopSlow = true;
    this.#refresh();
    this.#scope.every(
      () => STOPPING_MS,
      () => {
        this.#refresh();
      },
    );
  }

  /** Removes the icon and ends all timers. */
  stop(): void {
    this.#scope.close();
    this.#tray?.destroy();
    this.#tray = undefined;
  }

  async #readLoginItem(): Promise<void> {
    this.#loginItemAt = this.#parts.clock.monotonic();
    try {
      this.#loginItem = await this.#parts.loginItem.read();
    } catch (error) {
      this.#loginItem = { state: 'unavailable', note: { kind: 'unreadable', reason: describeError(error) } };
    }
  }

  #refresh(): void {
    // The window can still be hidden while the process ends.
    if (this.#scope.closed) return;
    const { program, quit, offerActions } = this.#parts;
    const status = program.backend.status();
    this.#notifications.observe(status);
    offerActions(possibleActions(status.phase, quit.hasBegun));
    this.#parts.window.showPeers(status.phase === 'running' ? status.peers.total : undefined);
    this.#tray?.update(this.#viewOf(status));
  }

  #viewOf({ phase, network, peers }: NodeStatus): TrayView {
    const { program, window } = this.#parts;
    return trayViewOf({
      ...{ phase, peers, network: network.demo ? 'demo' : network.name },
      traffic: program.backend.trafficNow(),
      isWindowVisible: window.isVisible(),
      stopping: this.#isStopSlow ? program.stopProgress().left[0] : undefined,
    });
  }

  async #checkTray(isEarly: () => boolean): Promise<void> {
    const { window, hidden } = this.#parts;
    const hadTray = this.#tray !== undefined;
    const hasTray = await this.#openTray().catch((error: unknown) => {
      this.#trayFailed(error);
      return false;
    });
    if (hasTray || this.#scope.closed) return;
    this.#tray?.destroy();
    this.#tray = undefined;
    // Without a tray nothing could bring a hidden window back.
    if ((hadTray || (hidden && !isEarly())) && !window.isVisible()) window.show();
  }

  /** Opens the tray where the desktop has one. @returns whether it has */
  async #openTray(): Promise<boolean> {
    const hasHost = await this.#parts.hasTrayHost();
    if (!hasHost || this.#scope.closed) return false;
    this.#tray ??= this.#parts.openTray(this.#viewOf(this.#parts.program.backend.status()), (action) => {
      this.#act(action);
    });
    return true;
  }

  /** Logs the first failure only: the tray is asked for again and again. */
  #trayFailed(error: unknown): void {
    if (!this.#hasTrayFailed) {
      this.#parts.program.logger.warn('the tray is not available', { reason: describeError(error) });
    }
    this.#hasTrayFailed = true;
  }

  #act(action: TrayAction): void {
    const { program, window } = this.#parts;
    switch (action) {
      case 'show':
        window.show();
        return;
      case 'hide':
        window.hide();
        return;
      case 'quit':
        this.#parts.quitApplication();
        return;
      case 'start':
        // The status and the notification have the reason of a failure.
        this.#request('node.start', () => undefined);
        return;
      case 'stop':
        this.#request('node.stop', (reason) => {
          program.logger.error('the node did not stop', { reason });
        });
        return;
    }
  }

  #request(name: RequestName, failed: (reason: string) => void): void {
    this.#parts.program.api.call(name, {}).then(
      (reply) => {
        if (!reply.ok) failed(reply.error.message);
      },
      (error: unknown) => {
        failed(describeError(error));
      },
    );
  }
}
