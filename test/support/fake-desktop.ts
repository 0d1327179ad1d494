import { NO_DESKTOP_STATUS, type DesktopControl } from '../../src-main/api/desktop-control.ts';
import type { PageCommands } from '../../src-main/desktop/page-commands.ts';

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

  openFile(id: number): ReturnType<DesktopControl['openFile']> {
    return { name: 'nodes.txt', text: `file ${String(id)}` };
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

  startAtLogin(on: boolean): ReturnType<DesktopControl['startAtLogin']> {
    return Promise.resolve({ state: on ? 'on' : 'off', note: null });
  }
}
