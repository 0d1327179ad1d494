import type { App } from 'electron';
import { VERSION } from '../app/version.ts';
import { parseCommandLine } from '../cli/cli.ts';
import type { Launch } from '../cli/launch.ts';
import { complain, errorLine, EXIT, runTool } from '../cli/run-tool.ts';
import { complainOf } from './refusal.ts';

/** The arguments after Electron's binary and, unpackaged, the project's folder. */
export function ownArguments({ isPackaged }: Pick<App, 'isPackaged'>, argv: readonly string[]): string[] {
  return argv.slice(isPackaged ? 1 : 2);
}

/** What a start of the window was given. */
export type DesktopLaunch = Extract<Launch, { kind: 'run' }>;

/** Links and files among the arguments of a later start; none where they are not for a window. */
export function operandsOf(args: readonly string[]): readonly string[] {
  try {
    const launch = parseCommandLine(args, {}, { mode: 'desktop', version: VERSION });
    return launch.kind === 'run' ? launch.operands : [];
  } catch {
    // The other process has refused them itself.
    return [];
  }
}

/**
 * Reads the command line. Undefined when it asks for no window: then the text is printed, or the command runs, and the
 * application ends.
 */
export function readOptions(
  app: Pick<App, 'isPackaged' | 'exit'>,
  { argv, env, stdout, stderr }: Pick<NodeJS.Process, 'argv' | 'env' | 'stdout' | 'stderr'>,
): DesktopLaunch | undefined {
  try {
    const launch = parseCommandLine(ownArguments(app, argv), env, { mode: 'desktop', version: VERSION });
    if (launch.kind === 'run') return launch;
    if (launch.kind === 'print') stdout.write(launch.text);
    void (launch.kind === 'tool' ? runTool(launch.tool) : Promise.resolve(EXIT.ok)).then(
      (code) => app.exit(code),
      (error: unknown) => {
        complain(errorLine(error));
        app.exit(EXIT.failed);
      },
    );
  } catch (error) {
    complainOf(error, stderr);
    app.exit(1);
  }
  return undefined;
}
