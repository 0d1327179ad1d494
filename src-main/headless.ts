import { join } from 'node:path';
import { OptionError, type LaunchOptions } from './app/launch-options.ts';
import { VERSION } from './app/version.ts';
import { textSink } from './base/log-sinks.ts';
import { parseCommandLine } from './cli/cli.ts';
import { complain, errorLine, EXIT, runTool, untilSignal } from './cli/run-tool.ts';
import { compose, type Application } from './compose/application.ts';

/*
 * The node without a window: the same page and API over HTTP. It prints `Ready <url>` and the node's enode URL when both
 * are available. Exit codes: 0 after SIGINT or SIGTERM, 1 when it cannot start, 2 for a bad option. The other commands
 * (`enodeck --help` lists them) start no node.
 */

/** The folder of the page is a sibling of this file's folder: out/main and out/renderer. */
const PAGE_FOLDER = join(import.meta.dirname, '..', 'renderer');

const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

async function serve(options: LaunchOptions): Promise<number> {
  const ended = untilSignal();
  let application: Application | undefined;
  try {
    application = await compose(options, {
      mode: 'headless',
      environment: process.env,
      pageFolder: PAGE_FOLDER,
      logSinks: [textSink(process.stderr)],
    });
    await application.start();
    print(`Ready ${application.pageUrl ?? ''}`);
    print(application.backend.status().identity.enode);
  } catch (error) {
    complain(errorLine(error));
    await application?.stop();
    return EXIT.failed;
  }
  await ended;
  await application.stop();
  return EXIT.ok;
}

async function run(): Promise<number> {
  const launch = parseCommandLine(process.argv.slice(2), process.env, { mode: 'headless', version: VERSION });
  switch (launch.kind) {
    case 'print':
      process.stdout.write(launch.text);
      return EXIT.ok;
    case 'tool':
      return await runTool(launch.tool);
    case 'run':
      return await serve(launch.options);
  }
}

run().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    complain(errorLine(error));
    process.exitCode = error instanceof OptionError ? EXIT.badOption : EXIT.failed;
  },
);
