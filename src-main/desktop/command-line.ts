import type { App } from 'electron';
import { VERSION } from '../app/version.ts';
import type { Launch } from '../cli/launch.ts';
import { readCommandLine } from '../cli/read-command-line.ts';
import { complainOf } from './refusal.ts';
import { launchAfterRestart, splitRestart } from './restart.ts';

const PROGRAM = { mode: 'desktop', version: VERSION } as const;

/**
 * The arguments after Electron's binary, without the switch of a restart. Unpackaged, the first one that is no switch is
 * the project's folder.
 */
export function ownArguments({ isPackaged }: Pick<App, 'isPackaged'>, argv: readonly string[]): string[] {
  const { args } = splitRestart(argv.slice(1));
  const project = isPackaged ? -1 : args.findIndex((arg) => !arg.startsWith('-'));
  return args.filter((_arg, at) => at !== project);
}

/** What a start of the window was given. */
export type DesktopLaunch = Extract<Launch, { kind: 'run' }>;

/** What a later start, whose process has ended, asks of this one. */
export interface LaterStart {
  /** Links and files to open. */
  readonly operands: readonly string[];
  /** Whether it asks for no window, as the login item does. */
  readonly hidden: boolean;
}

/** Reads the arguments of a later start. Arguments that are not for a window only ask for it. */
export async function readLaterStart(args: readonly string[]): Promise<LaterStart> {
  try {
    const launch = await readCommandLine(args, {}, PROGRAM);
    if (launch.kind === 'run') return { operands: launch.operands, hidden: launch.options.hidden };
  } catch {
    // The other process has refused them itself.
  }
  return { operands: [], hidden: false };
}

/**
 * Reads the command line. Undefined when it asks for no window: then the text is printed, or the command runs, and the
 * application ends.
 */
export async function readOptions(
  app: Pick<App, 'isPackaged' | 'exit'>,
  { argv, env, stdout, stderr }: Pick<NodeJS.Process, 'argv' | 'env' | 'stdout' | 'stderr'>,
): Promise<DesktopLaunch | undefined> {
  try {
    const launch = await readCommandLine(ownArguments(app, argv), env, PROGRAM);
    if (launch.kind === 'run') {
      const { restart } = splitRestart(argv.slice(1));
      return restart === undefined ? launch : launchAfterRestart(launch, restart);
    }
    if (launch.kind === 'print') stdout.write(launch.text);
    void endWith(launch, app);
  } catch (error) {
    complainOf(error, stderr);
    app.exit(1);
  }
  return undefined;
}

/** Runs the command, if there is one, and ends the application with its exit code. */
async function endWith(launch: Exclude<Launch, { kind: 'run' }>, app: Pick<App, 'exit'>): Promise<void> {
  const { complain, errorLine, EXIT, runTool } = await import('../cli/run-tool.ts');
  try {
    app.exit(launch.kind === 'tool' ? await runTool(launch.tool, process.env) : EXIT.ok);
  } catch (error) {
    complain(errorLine(error));
    app.exit(EXIT.failed);
  }
}
