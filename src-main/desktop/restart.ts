import { join } from 'node:path';
import type { App } from 'electron';
import type { RestartTarget } from '../api/desktop-control.ts';
import { SETTING_KEYS, type SettingKey } from '../../shared/settings-table.ts';
import { withoutSettings, type LaunchOptions } from '../app/launch-options.ts';
import type { Launch } from '../cli/launch.ts';
import { programFile } from './program-file.ts';

/**
 * The switch of a start that follows another one: what it runs, and the settings of the command line that count no more,
 * as in `--enodeck-restart=same,network`. The other arguments are those of the first start, unchanged.
 */
const SWITCH = '--enodeck-restart=';
const TARGETS: readonly RestartTarget[] = ['same', 'demo', 'own'];

/** What a start that follows another one runs. */
export interface Restart {
  readonly target: RestartTarget;
  /** Settings that the user has changed after the command line had given them. */
  readonly changed: readonly SettingKey[];
}

/**
 * Takes the switch of a restart out of a command line.
 * @param args without the name of the program
 * @returns the other arguments, and the restart; undefined for a start that is none
 */
export function splitRestart(args: readonly string[]): {
  readonly args: readonly string[];
  readonly restart: Restart | undefined;
} {
  const end = args.indexOf('--');
  const at = (end === -1 ? args : args.slice(0, end)).findIndex((arg) => arg.startsWith(SWITCH));
  const [name, ...keys] = (args[at] ?? '').slice(SWITCH.length).split(',');
  const target = TARGETS.find((known) => known === name);
  if (target === undefined) return { args, restart: undefined };
  const changed = SETTING_KEYS.filter((key) => keys.includes(key));
  return { args: args.toSpliced(at, 1), restart: { target, changed } };
}

/**
 * The arguments of a restart.
 * @param args those of this run, without the name of the program
 * @param changed settings that the user has changed after the command line had given them
 */
export function restartArguments(
  args: readonly string[],
  target: RestartTarget,
  changed: readonly SettingKey[],
): string[] {
  const run = splitRestart(args);
  const earlier = run.restart?.changed ?? [];
  // What was changed in the demo is not about the network that follows it.
  const keys = target === 'own' ? earlier : new Set([...earlier, ...changed]);
  const next = target === 'same' ? (run.restart?.target ?? target) : target;
  return [`${SWITCH}${[next, ...keys].join(',')}`, ...run.args];
}

/** A parsed command line that runs a node. */
type RunLaunch = Extract<Launch, { kind: 'run' }>;

/** What a restart runs. The first start has opened the links and files, and the user of a restart looks at the window. */
export function launchAfterRestart({ kind, options }: RunLaunch, { target, changed }: Restart): RunLaunch {
  const settings = withoutSettings(options.settings, changed);
  return {
    ...{ kind, operands: [] },
    options: { ...optionsFor({ ...options, settings }, target), hidden: false },
  };
}

function optionsFor(options: LaunchOptions, target: RestartTarget): LaunchOptions {
  if (target === 'own') return { ...options, demo: false };
  if (target === 'same' || options.demo) return options;
  const { dataFolder } = options;
  return {
    ...options,
    demo: true,
    // Settings and nodes of the command line are those of another network, and so is the data folder.
    settings: { values: {}, sources: {} },
    ...{ staticNodes: [], trustedNodes: [] },
    dataFolder: dataFolder === undefined ? undefined : join(dataFolder, 'demo'),
  };
}

/** What Restarter needs of Electron. */
type RestartedApp = Pick<App, 'isPackaged' | 'getAppPath' | 'relaunch' | 'quit'>;

/** What Restarter needs of the process. */
type RestartedProcess = Pick<NodeJS.Process, 'argv' | 'execPath' | 'env' | 'send' | 'chdir'>;

/** Starts the program again after its end. */
export class Restarter {
  readonly #app: RestartedApp;
  readonly #process: RestartedProcess;
  readonly #changed: () => readonly SettingKey[];
  #isPlanned = false;

  /** @param changed settings that the user has changed after the command line had given them */
  constructor(app: RestartedApp, process: RestartedProcess, changed: () => readonly SettingKey[]) {
    this.#app = app;
    this.#process = process;
    this.#changed = changed;
  }

  /** Stops the node, ends the program and starts it again. */
  restart(target: RestartTarget): void {
    this.startAgain(target);
    this.#app.quit();
  }

  /** The program starts again when this process ends; only the first call counts. */
  startAgain(target: RestartTarget): void {
    if (this.#isPlanned) return;
    this.#plan(restartArguments(this.#process.argv.slice(1), target, this.#changed()));
  }

  /**
   * A later start found this process while it quits: it is made again when this process ends.
   * @param args its arguments, without the program's name and the project's folder
   * @param folder its current folder
   * @returns false, and nothing is planned, when the program starts again anyway
   */
  startLater(args: readonly string[], folder: string): boolean {
    if (this.#isPlanned) return false;
    const project = this.#app.isPackaged ? [] : [this.#app.getAppPath()];
    this.#plan([...project, ...args], this.#enter(folder));
    return true;
  }

  /** Makes a folder the current one, which a process that Electron starts inherits; undefined where that fails. */
  #enter(folder: string): string | undefined {
    try {
      this.#process.chdir(folder);
      return folder;
    } catch {
      // A folder that is gone has no files to open.
      return undefined;
    }
  }

  /** @param folder the current folder of the next process; undefined: that of this one */
  #plan(args: readonly string[], folder?: string): void {
    this.#isPlanned = true;
    const { execPath, env } = this.#process;
    const { isPackaged } = this.#app;
    if (!isPackaged && this.#process.send !== undefined) {
      // The launcher starts it: a process that Electron starts is not in the terminal's group, where Ctrl+C would end it.
      this.#process.send({ startAgain: args, folder });
      return;
    }
    this.#app.relaunch({
      execPath: programFile({ isPackaged, executable: execPath, environment: env }),
      args: [...args],
    });
  }
}
