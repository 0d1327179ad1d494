import { join } from 'node:path';
import { parseCommandLine } from '../../src-main/cli/cli.ts';
import { TOOL_COMMANDS } from '../../src-main/cli/tool-commands.ts';
import { compose, type Application } from '../../src-main/compose/application.ts';
import type { LogTerminal } from '../../src-main/compose/runtime.ts';
import { folderOfTest, type FolderOfTest } from './folder-of-test.ts';
import { CONFINED_FLAGS } from './start-flags.ts';

/** Keeps a node on loopback, at ports that the system chooses. A flag that follows replaces one of these. */
export const LOOPBACK_FLAGS: readonly string[] = [
  ...['--addr', '127.0.0.1', '--port', '0'],
  ...CONFINED_FLAGS,
];

/** How a program starts, besides its command line. */
export interface ProgramOptions {
  readonly mode?: 'desktop' | 'headless';
  readonly env?: NodeJS.ProcessEnv;
  /** The folder of the built page; default: none. */
  readonly pageFolder?: string;
  /** What takes the log of the terminal; default: nothing. */
  readonly terminal?: LogTerminal;
}

/** Composes the application of a command line in a data folder, without a built page. It is not started. */
export async function composeApplication(
  dataFolder: string,
  flags: readonly string[],
  { mode = 'headless', env = {}, pageFolder = join(dataFolder, 'no-page'), terminal }: ProgramOptions = {},
): Promise<Application> {
  const args = ['--datadir', dataFolder, '--http.port', '0', ...flags];
  const launch = parseCommandLine(args, env, { mode, version: '0' }, TOOL_COMMANDS);
  if (launch.kind !== 'run') throw new Error('These arguments start no node');
  return await compose(launch.options, { mode, environment: {}, pageFolder, ...(terminal && { terminal }) });
}

/** The applications of one test. Each has its data folder in the temporary folder of the test. */
export interface StartedApplications extends FolderOfTest {
  /** Composes an application with exactly these flags. */
  compose(folder: string, flags: readonly string[], options?: ProgramOptions): Promise<Application>;
  /** Starts an application on loopback. The demo is there by itself and refuses the flags for it. */
  start(folder: string, ...flags: readonly string[]): Promise<Application>;
}

/** Stops the applications after each test of the file, the last one first, and removes their folders. */
export function startedApplications(): StartedApplications {
  const tested = folderOfTest();
  const applications: StartedApplications = {
    ...tested,
    async compose(name, flags, options) {
      const application = await composeApplication(tested.path(name), flags, options);
      tested.atEnd(() => application.stop());
      return application;
    },
    async start(name, ...flags) {
      const loopback = flags.includes('--demo') ? [] : LOOPBACK_FLAGS;
      const application = await applications.compose(name, [...loopback, ...flags]);
      await application.start();
      return application;
    },
  };
  return applications;
}
