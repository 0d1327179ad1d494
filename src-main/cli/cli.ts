import { Command, CommanderError, Help } from 'commander';
import { OptionError } from '../app/launch-options.ts';
import type { Choose, Launch } from './launch.ts';
import { withDoubleDashes } from './nodeset-dashes.ts';
import { sentence } from './option-sentence.ts';
import { addRunCommand } from './run-command.ts';

/** What differs between the two programs that read the command line. */
export interface CliProgram {
  /** `headless` always serves the page. In `desktop` Electron has switches of its own. */
  readonly mode: 'desktop' | 'headless';
  readonly version: string;
}

/** Adds a command that starts no node, or a group of them. */
export type AddTool = (root: Command, choose: Choose) => void;

/**
 * Reads the command line and the ENODECK_… variables.
 * @param args without the name of the program
 * @param env the environment; only the command `run` uses it
 * @param tools the commands besides `run`
 * @throws OptionError names the option and the reason
 */
export function parseCommandLine(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  program: CliProgram,
  tools: readonly AddTool[],
): Launch {
  const output: string[] = [];
  let launch: Launch | undefined;
  const root = createRootCommand(
    env,
    program,
    (text) => output.push(text),
    (chosen) => (launch = chosen),
    tools,
  );
  try {
    root.parse(ownArguments(args, program), { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError) || error.exitCode !== 0) throw error;
  }
  return launch ?? { kind: 'print', text: output.join('') };
}

/**
 * The root command with all subcommands. `run` is the default: `enodeck --sepolia` is `enodeck run --sepolia`.
 * @param print takes the text of help and version
 * @param choose takes what the arguments ask for
 * @param tools the commands besides `run`, in the order of the help
 */
export function createRootCommand(
  env: NodeJS.ProcessEnv,
  { mode, version }: CliProgram,
  print: (text: string) => void,
  choose: Choose,
  tools: readonly AddTool[],
): Command {
  const root = new Command('enodeck')
    .description('A node of Ethereum’s peer-to-peer network, with a window that shows its work.')
    .version(version, '--version', 'print the version')
    .allowExcessArguments(false)
    .configureOutput({ writeOut: print, writeErr: () => undefined });
  addRunCommand(root, env, mode, choose);
  for (const add of tools) add(root, choose);
  nameCommandInErrors(root);
  return root.configureHelp({ visibleOptions: (command) => helpOptions(command, root) });
}

/** The help of the root also lists the options of its default command. */
function helpOptions(command: Command, root: Command): ReturnType<Help['visibleOptions']> {
  const own = new Help().visibleOptions(command);
  const run = root.commands.find((candidate) => candidate.name() === 'run');
  return command === root && run !== undefined ? [...run.options, ...own] : own;
}

/** Makes every command of the tree throw an OptionError instead of ending the process. */
function nameCommandInErrors(command: Command): void {
  command.exitOverride((error) => {
    if (error.exitCode === 0) throw error;
    const usage =
      error.code === 'commander.missingArgument' ? ` Usage: ${pathOf(command)} ${command.usage()}` : '';
    throw new OptionError(`${sentence(error.message)}${usage}`, { cause: error });
  });
  if (command.commands.length > 0 && command.parent !== null) refuseWithoutSubcommand(command);
  for (const inner of command.commands) nameCommandInErrors(inner);
}

/** A group such as `dns` does nothing without one of its subcommands. */
function refuseWithoutSubcommand(group: Command): void {
  group.allowExcessArguments().action(() => {
    const names = group.commands.map((command) => command.name()).join(' or ');
    const [given] = group.args;
    const fault = given === undefined ? 'needs a subcommand' : `has no subcommand "${given.slice(0, 60)}"`;
    throw new OptionError(`The command ${group.name()} ${fault}: use ${names}. See ${pathOf(group)} --help.`);
  });
}

function pathOf(command: Command): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
}

/**
 * Switches of Electron and Chromium that users, desktops and test drivers give. An option that is neither one of these
 * nor our own is refused: `--sepolai` must not join mainnet.
 */
const ELECTRON_SWITCH =
  /^--(no-sandbox|inspect|remote-debugging-|disable-|enable-|force-|use-|ozone-|log-|v=|lang=|password-store=|user-data-dir=|high-dpi-|gtk-version=|proxy-|allow-file-access|original-process-start-time)/;

function ownArguments(args: readonly string[], { mode }: CliProgram): string[] {
  const own = mode === 'desktop' ? args.filter((arg) => !ELECTRON_SWITCH.test(arg)) : args;
  return withDoubleDashes(own);
}
