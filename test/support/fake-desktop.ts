import type { Theme } from '../../shared/model/theme.ts';
import type { AboutFacts } from '../../shared/model/about.ts';
import {
  NO_DESKTOP_STATUS,
  type DesktopControl,
  type RestartTarget,
} from '../../src-main/api/desktop-control.ts';
import type { PageCommands } from '../../src-main/desktop/page-commands.ts';

/** Facts of a working copy. */
export const SOME_ABOUT: AboutFacts = {
  ...{ version: '1.2.3', commit: '4df8996a12bc', electron: '45.4.1', chromium: '148.0.1.2', node: '24.1.0' },
  ...{ system: 'linux 6.1.0, x64', packaged: false, outdatedElectron: false, fuses: null },
};

/** The desktop of a window that has opened no file. */
export class FakeDesktop implements DesktopControl {
  readonly #commands: PageCommands;

  constructor(commands: PageCommands) {
    this.#commands = commands;
  }

  pending(): ReturnType<DesktopControl['pending']> {
    return this.#commands.pending();
  }

  taken(seq: number): void {
    this.#commands.taken(seq);
  }

  about(): Promise<AboutFacts> {
    return Promise.resolve(SOME_ABOUT);
  }

  licences(): Promise<string | null> {
    return Promise.resolve(null);
  }

  problemReport(addresses: boolean): ReturnType<DesktopControl['problemReport']> {
    return Promise.resolve([{ name: 'readme.txt', text: String(addresses) }]);
  }

  crashReports(): ReturnType<DesktopControl['crashReports']> {
    return Promise.resolve([{ name: 'a.dmp', bytes: 3, at: 1 }]);
  }

  crashReport(): Promise<Uint8Array> {
    return Promise.resolve(Uint8Array.of(1, 2, 3));
  }

  openFile(id: number): ReturnType<DesktopControl['openFile']> {
    return { name: 'nodes.txt', text: `file ${String(id)}` };
  }

  /** The restarts that were asked for. */
  readonly restarts: RestartTarget[] = [];

  restart(target: RestartTarget): void {
    this.restarts.push(target);
  }

  readonly electronVersion = undefined;
  readonly updates: DesktopControl['updates'] = {
    state: () => ({ kind: 'idle' }),
    check: () => undefined,
    download: () => undefined,
    install: () => Promise.resolve(),
  };
  status(): ReturnType<DesktopControl['status']> {
    return NO_DESKTOP_STATUS;
  }

  /** The theme that was chosen last. */
  theme: Theme = 'system';

  chooseTheme(theme: Theme): void {
    this.theme = theme;
  }

  startAtLogin(on: boolean): ReturnType<DesktopControl['startAtLogin']> {
    return Promise.resolve({ state: on ? 'on' : 'off', note: null });
  }
}
