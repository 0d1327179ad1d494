import { parseCommandLine } from '../../src-main/cli/cli.ts';
import { TOOL_COMMANDS } from '../../src-main/cli/tool-commands.ts';
import type { ToolContext } from '../../src-main/cli/launch.ts';

/**
 * Runs a command that starts no node, as the program does with these arguments.
 * @returns what it prints
 */
export async function runToolCommand(
  args: readonly string[],
  context: Partial<ToolContext> = {},
): Promise<string> {
  const launch = parseCommandLine(args, {}, { mode: 'headless', version: '0' }, TOOL_COMMANDS);
  if (launch.kind === 'print') return launch.text;
  if (launch.kind === 'run') throw new Error('These arguments run a node');
  const printed = await launch.tool({
    now: () => 0,
    interruption: () => new AbortController().signal,
    say: () => undefined,
    terminal: undefined,
    environment: {},
    logSinks: [],
    ...context,
  });
  return typeof printed === 'string' ? printed : printed.text;
}
