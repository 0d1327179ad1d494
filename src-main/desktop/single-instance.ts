import type { App } from 'electron';
import { z } from 'zod';

/** BOUNDED: arguments of a second start, and characters of each; a longer list is handed over empty. */
const MAX_ARGUMENTS = 256;
const MAX_ARGUMENT_LENGTH = 4_096;

/** What a second start sends with Electron's own data: another process of this user wrote it, in any form. */
const handoverSchema = z.object({
  arguments: z.array(z.string().max(MAX_ARGUMENT_LENGTH)).max(MAX_ARGUMENTS),
});

/** What this process sends if another one holds the lock. */
export type Handover = z.output<typeof handoverSchema>;

/**
 * Takes the lock that allows one process per data folder. If another process has it, sends this process's arguments there.
 * @param onSecond called with the arguments of each later start, those after the program's name, unparsed, and with its
 *   current folder
 * @returns whether this process has the lock
 */
export function holdInstance(
  app: Pick<App, 'requestSingleInstanceLock' | 'on'>,
  ownArguments: readonly string[],
  onSecond: (args: readonly string[], folder: string) => void,
): boolean {
  const handover: Handover = { arguments: [...ownArguments] };
  if (!app.requestSingleInstanceLock({ ...handover })) return false;
  // Chromium adds switches to the command line of the event and reorders it; the data has the arguments as they were.
  app.on('second-instance', (_event, _commandLine, folder, data) => {
    onSecond(argumentsOf(data), folder);
  });
  return true;
}

/** The arguments in the data of a second start; none if it is no list of arguments. */
export function argumentsOf(data: unknown): readonly string[] {
  const result = handoverSchema.safeParse(data);
  return result.success ? result.data.arguments : [];
}
