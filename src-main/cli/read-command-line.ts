import { parseCommandLine, type CliProgram } from './cli.ts';
import type { Launch } from './launch.ts';

/** Arguments that only the commands besides `run` and the help have, or that are values of options. */
const OF_TOOLS: ReadonlySet<string> = new Set([
  ...['crawl', 'doctor', 'dns', 'nodeset', 'nodes', 'chain', 'token'],
  ...['help', '--help', '-h'],
]);

/**
 * Reads the command line as parseCommandLine does. Loads the commands that start no node only for arguments that may name
 * one or ask for help: they use most of the program, and the window would open later.
 * @throws OptionError names the option and the reason
 */
export async function readCommandLine(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  program: CliProgram,
): Promise<Launch> {
  const { TOOL_COMMANDS } = args.some((arg) => OF_TOOLS.has(arg))
    ? await import('./tool-commands.ts')
    : { TOOL_COMMANDS: [] };
  return parseCommandLine(args, env, program, TOOL_COMMANDS);
}
