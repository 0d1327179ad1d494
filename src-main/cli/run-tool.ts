import { describeError, EnodeckError } from '../base/errors.ts';
import { textSink } from '../base/log-sinks.ts';
import { systemClock } from '../base/system-runtime.ts';
import type { TerminalLine, Tool } from './launch.ts';
import { withFlags } from './setting-options.ts';

/** Exit codes of the program. */
export const EXIT = { ok: 0, failed: 1, badOption: 2 } as const;

/** Writes a line to standard error. */
export function complain(line: string): void {
  process.stderr.write(`${line}\n`);
}

/**
 * Resolves on the first SIGINT, SIGTERM or SIGHUP; a second signal ends the process at once.
 * @param takesHangup called for a SIGHUP; true where that is no reason to stop
 */
export function untilSignal(takesHangup: () => boolean = () => false): Promise<void> {
  return new Promise((resolve) => {
    let asked = false;
    const onSignal = (): void => {
      if (asked) process.exit(EXIT.failed);
      asked = true;
      resolve();
    };
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, onSignal);
    process.on('SIGHUP', () => {
      if (!takesHangup()) onSignal();
    });
  });
}

/**
 * Runs a command that starts no node and prints its result.
 * @returns the exit code
 * @throws whatever the tool throws
 */
export async function runTool(tool: Tool, environment: NodeJS.ProcessEnv): Promise<number> {
  const result = await tool({
    now: () => systemClock.now(),
    interruption,
    say: complain,
    terminal: process.stderr.isTTY ? terminalLine(process.stderr) : undefined,
    environment,
    logSinks: [textSink(process.stderr)],
  });
  const { text, exitCode } = typeof result === 'string' ? { text: result, exitCode: EXIT.ok } : result;
  process.stdout.write(text);
  return exitCode;
}

function terminalLine(stream: typeof process.stderr): TerminalLine {
  return {
    get columns() {
      return stream.columns;
    },
    replace: (text) => {
      // Carriage return, the text, and "erase to the end of the line" (ECMA-48).
      stream.write(`\r${text}\u001b[K`);
    },
  };
}

function interruption(): AbortSignal {
  const ended = new AbortController();
  void untilSignal().then(() => {
    ended.abort();
  });
  return ended.signal;
}

/** The line for an error: its sentence if the error is the node's own, else the stack too, because it is a defect. */
export function errorLine(error: unknown): string {
  if (error instanceof EnodeckError) return `enodeck: ${withFlags(error.message)}`;
  const stack = error instanceof Error ? error.stack : undefined;
  return `enodeck: ${stack ?? describeError(error)}`;
}
