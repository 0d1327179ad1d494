import type { LogSink } from '../base/log.ts';
import type { LaunchOptions } from '../app/launch-options.ts';

/** A parsed command line. */
export type Launch =
  /** Run a node. `operands` are links and files to open in the window, as the desktop gives them. */
  | { readonly kind: 'run'; readonly options: LaunchOptions; readonly operands: readonly string[] }
  /** Do one task without a node. */
  | { readonly kind: 'tool'; readonly tool: Tool }
  /** Print help or the version. */
  | { readonly kind: 'print'; readonly text: string };

/**
 * A command that starts no node.
 * @returns the text for standard output, with an exit code where the result has one
 * @throws EnodeckError; OptionError names the option or the file at fault
 */
export type Tool = (context: ToolContext) => Promise<string | ToolResult>;

/** The result of a tool whose exit code says what it found. */
export interface ToolResult {
  readonly text: string;
  readonly exitCode: number;
}

/** The last line of a terminal, which is written again and again. */
export interface TerminalLine {
  /** Width, characters. */
  readonly columns: number;
  /** Replaces the line. An empty text removes it. */
  replace(text: string): void;
}

/** What a tool uses of the program. */
export interface ToolContext {
  /** Unix milliseconds. */
  readonly now: () => number;
  /** From this call on a signal to the process aborts the returned signal instead of ending the process. */
  readonly interruption: () => AbortSignal;
  /** Takes a line of progress. */
  readonly say: (line: string) => void;
  /** The terminal behind standard error; undefined where it is a file or a pipe. */
  readonly terminal: TerminalLine | undefined;
  readonly environment: NodeJS.ProcessEnv;
  readonly logSinks: readonly LogSink[];
}

/** Takes what the arguments ask for; the action of the chosen command calls it once. */
export type Choose = (launch: Launch) => void;
