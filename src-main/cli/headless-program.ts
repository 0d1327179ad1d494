import { OptionError, type LaunchOptions } from '../app/launch-options.ts';
import { VERSION } from '../app/version.ts';
import { compose, type Application } from '../compose/application.ts';
import { readCommandLine } from './read-command-line.ts';
import { complain, errorLine, EXIT, runTool } from './run-tool.ts';

/** A run of the program without a window. */
export interface HeadlessRun {
  /** The command line without the program. */
  readonly args: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  /** The folder of the page that is served. */
  readonly pageFolder: string;
  /** Resolves when the node is to stop; called before the node is constructed. */
  readonly untilStopped: () => Promise<void>;
  /** Registers what to do when the files of the node are to be read again. */
  readonly onReload: (reload: () => void) => void;
}

/**
 * Runs a node without a window, or the command that `args` name. A node prints `Ready <url>` and its enode URL when both
 * are available, and errors on standard error.
 * @returns the exit code: 0 after a stop, 1 when it cannot start, 2 for a bad option
 */
export async function runHeadless(run: HeadlessRun): Promise<number> {
  try {
    const program = { mode: 'headless', version: VERSION } as const;
    const launch = await readCommandLine(run.args, run.environment, program);
    switch (launch.kind) {
      case 'print':
        process.stdout.write(launch.text);
        return EXIT.ok;
      case 'tool':
        return await runTool(launch.tool, run.environment);
      case 'run':
        return await serve(launch.options, run);
    }
  } catch (error) {
    complain(errorLine(error));
    return exitCodeOf(error);
  }
}

async function serve(
  options: LaunchOptions,
  { environment, pageFolder, untilStopped, onReload }: HeadlessRun,
): Promise<number> {
  surviveClosedOutput();
  const stopped = untilStopped();
  let application: Application | undefined;
  try {
    application = await compose(options, {
      mode: 'headless',
      environment,
      pageFolder,
      terminal: { stream: process.stderr, from: 'debug' },
    });
    const { reloader } = application;
    onReload(() => void reloader.reload());
    await application.start();
    print(`Ready ${application.pageUrl ?? ''}`);
    print(application.backend.status().identity.enode);
  } catch (error) {
    complain(errorLine(error));
    await application?.stop();
    return exitCodeOf(error);
  }
  await stopped;
  await application.stop();
  return EXIT.ok;
}

/** A terminal or a reader of the log that goes away must not end the node, least of all before it has closed its database. */
function surviveClosedOutput(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
}

const exitCodeOf = (error: unknown): number => (error instanceof OptionError ? EXIT.badOption : EXIT.failed);

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
