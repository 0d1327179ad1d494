import { join } from 'node:path';
import { parseCommandLine, type Launch } from './cli/cli.ts';
import { compose, type Application } from './compose/application.ts';
import { runCrawl } from './cli/crawl-command.ts';
import { runDnsCommand } from './cli/dns-command.ts';
import { describeError, EnodeckError } from './base/errors.ts';
import { textSink } from './base/log-sinks.ts';
import { systemClock } from './base/system-runtime.ts';
import { OptionError, type LaunchOptions } from './app/launch-options.ts';
import { convertNodes } from './cli/node-convert.ts';
import { runNodeset } from './cli/nodeset-command.ts';
import { withFlags } from './cli/setting-options.ts';
import { VERSION } from './app/version.ts';

/*
 * The node without a window: the same page and API over HTTP. It prints `Ready <url>` and the node's enode URL when
 * both are there, and ends with 0 after SIGINT or SIGTERM, with 1 when it cannot start, with 2 for a bad option.
 * `nodes convert FILE --to FORMAT` prints a file of nodes in another form instead, `dns sign` and `dns to-txt` make DNS
 * node lists, `crawl FILE` walks through the network, `nodeset info FILE` and `nodeset filter FILE` look at what it found.
 */

const EXIT = { ok: 0, failed: 1, badOption: 2 } as const;

/** The page lies beside this file's folder: out/main and out/renderer. */
const PAGE_FOLDER = join(import.meta.dirname, '..', 'renderer');

const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};
const complain = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

/** What the program's end waits for: the first signal, and a second one that waits for nothing. */
function untilSignal(): Promise<void> {
  return new Promise((resolve) => {
    let asked = false;
    const onSignal = (): void => {
      if (asked) process.exit(EXIT.failed);
      asked = true;
      resolve();
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
  });
}

async function serve(options: LaunchOptions): Promise<number> {
  const ended = untilSignal();
  let application: Application | undefined;
  try {
    const composing = compose(options, {
      mode: 'headless',
      environment: process.env,
      pageFolder: PAGE_FOLDER,
      logSinks: [textSink(process.stderr)],
    });
    application = await composing;
    await application.start();
    print(`Ready ${application.pageUrl ?? ''}`);
    print(application.backend.status().identity.enode);
  } catch (error) {
    complain(sentenceOf(error));
    await application?.stop();
    return EXIT.failed;
  }
  await ended;
  await application.stop();
  return EXIT.ok;
}

/** The node's own errors are sentences; anything else is a defect, of which the place matters too. */
function sentenceOf(error: unknown): string {
  if (error instanceof EnodeckError) return `enodeck: ${withFlags(error.message)}`;
  const stack = error instanceof Error ? error.stack : undefined;
  return `enodeck: ${stack ?? describeError(error)}`;
}

/** What is done instead of running a node, by the first word of the command line; each says what to print. */
const COMMANDS: Readonly<Record<string, ((args: readonly string[]) => Promise<string>) | undefined>> = {
  nodes: convertNodes,
  nodeset: runNodeset,
  dns: (args) => runDnsCommand(args, () => systemClock.now()),
  crawl: (args) => {
    const ended = new AbortController();
    void untilSignal().then(() => {
      ended.abort();
    });
    return runCrawl(args, { signal: ended.signal, say: complain, logSinks: [textSink(process.stderr)] });
  },
};

async function run(): Promise<number> {
  let launch: Launch;
  try {
    const [command, ...rest] = process.argv.slice(2);
    const tool = COMMANDS[command ?? ''];
    if (tool !== undefined) {
      process.stdout.write(await tool(rest));
      return EXIT.ok;
    }
    launch = parseCommandLine(process.argv.slice(2), process.env, { mode: 'headless', version: VERSION });
  } catch (error) {
    complain(sentenceOf(error));
    return error instanceof OptionError ? EXIT.badOption : EXIT.failed;
  }
  if (launch.kind === 'print') {
    process.stdout.write(launch.text);
    return EXIT.ok;
  }
  return await serve(launch.options);
}

run().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    complain(sentenceOf(error));
    process.exitCode = EXIT.failed;
  },
);
