import type { App } from 'electron';
import type { LaunchOptions } from '../app/launch-options.ts';
import { VERSION } from '../app/version.ts';
import { parseCommandLine } from '../cli/cli.ts';
import { complain, errorLine, EXIT, runTool } from '../cli/run-tool.ts';
import { complainOf } from './refusal.ts';

/** The arguments after Electron's binary and, unpackaged, the project's folder. */
export function ownArguments({ isPackaged }: Pick<App, 'isPackaged'>, argv: readonly string[]): string[] {
  return argv.slice(isPackaged ? 1 : 2);
}

/**
 * Reads the command line. Undefined when it asks for no window: then the text is printed, or the command runs, and the
 * application ends.
 */
export function readOptions(
  app: Pick<App, 'isPackaged' | 'exit'>,
  { argv, env, stdout, stderr }: Pick<NodeJS.Process, 'argv' | 'env' | 'stdout' | 'stderr'>,
): LaunchOptions | undefined {
  try {
    const launch = parseCommandLine(ownArguments(app, argv), env, { mode: 'desktop', version: VERSION });
    if (launch.kind === 'run') return launch.options;
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
