import { join } from 'node:path';
import type { App } from 'electron';
import type { RestartTarget } from '../api/desktop-control.ts';
import type { LaunchOptions } from '../app/launch-options.ts';
import type { Launch } from '../cli/launch.ts';
import { programFile } from './program-file.ts';

/** The switch of a start that follows another one. Its other arguments are those of the first start, unchanged. */
const SWITCH = '--enodeck-restart=';
const TARGETS: readonly RestartTarget[] = ['same', 'demo', 'own'];

/**
 * Takes the switch of a restart out of a command line.
 * @param args without the name of the program
 * @returns the other arguments, and what the start runs; undefined for a start that is no restart
 */
export function splitRestart(args: readonly string[]): {
  readonly args: readonly string[];
  readonly target: RestartTarget | undefined;
} {
  const end = args.indexOf('--');
  const at = (end === -1 ? args : args.slice(0, end)).findIndex((arg) => arg.startsWith(SWITCH));
  const target = TARGETS.find((known) => args[at] === `${SWITCH}${known}`);
  return target === undefined ? { args, target } : { args: args.toSpliced(at, 1), target };
}

/**
 * The arguments of a restart.
 * @param args those of this run, without the name of the program
 */
export function restartArguments(args: readonly string[], target: RestartTarget): string[] {
  const run = splitRestart(args);
  const next = target === 'same' ? (run.target ?? target) : target;
  return [`${SWITCH}${next}`, ...run.args];
}

/** A parsed command line that runs a node. */
type RunLaunch = Extract<Launch, { kind: 'run' }>;

/** What a restart runs. The first start has opened the links and files, and the user of a restart looks at the window. */
export function launchAfterRestart(launch: RunLaunch, target: RestartTarget): RunLaunch {
  return { ...launch, operands: [], options: { ...optionsFor(launch.options, target), hidden: false } };
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

/** Starts the program again after its end. */
export class Restarter {
  readonly #app: Pick<App, 'isPackaged' | 'relaunch' | 'quit'>;
  readonly #process: Pick<NodeJS.Process, 'argv' | 'execPath' | 'env'>;
  #isPlanned = false;

  constructor(
    app: Pick<App, 'isPackaged' | 'relaunch' | 'quit'>,
    process: Pick<NodeJS.Process, 'argv' | 'execPath' | 'env'>,
  ) {
    this.#app = app;
    this.#process = process;
  }

  /** Stops the node, ends the program and starts it again. */
  restart(target: RestartTarget): void {
    this.startAgain(target);
    this.#app.quit();
  }

  /** The program starts again when this process ends; only the first call counts. */
  startAgain(target: RestartTarget): void {
    if (this.#isPlanned) return;
    this.#isPlanned = true;
    const { argv, execPath, env } = this.#process;
    // The new process inherits the environment. It is no child of the launcher, which would print why it does not start.
    delete env.ENODECK_LAUNCHER;
    this.#app.relaunch({
      execPath: programFile({ isPackaged: this.#app.isPackaged, executable: execPath, environment: env }),
      args: restartArguments(argv.slice(1), target),
    });
  }
}
