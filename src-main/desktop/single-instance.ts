import type { App } from 'electron';
import { z } from 'zod';
import { formatBase64Url, parseBase64Url } from '../../shared/base64url.ts';
import { OptionError } from '../app/launch-options.ts';
import { bytesToUtf8, utf8ToBytes } from '../base/bytes.ts';

/**
 * BOUNDED: bytes of the message with which Chromium hands a start over (kMaxMessageLength of its process_singleton_posix.cc).
 * After a longer message it kills the process that holds the lock, and takes the lock.
 */
const MAX_MESSAGE_BYTES = 32 * 1_024;
/** Bytes of a message besides arguments, folder and text: numbers, and how V8 writes the data. */
const MESSAGE_OVERHEAD_BYTES = 1_024;

/** What a second start sends with Electron's own data: another process of this user wrote it, in any form. */
const handoverSchema = z.object({ arguments: z.string().max(MAX_MESSAGE_BYTES) });
const argumentsSchema = z.array(z.string());

/** What this process sends if another one holds the lock: its arguments as `textOf` writes them. */
export type Handover = z.output<typeof handoverSchema>;

/**
 * Checks that the arguments fit into a message to the process that may hold the lock.
 * @param argv the whole command line, which Chromium sends too
 * @param ownArguments the arguments that `holdInstance` sends
 * @param folder the current folder
 * @throws OptionError for longer ones
 */
export function assertHandover(
  argv: readonly string[],
  ownArguments: readonly string[],
  folder: string,
): void {
  const texts = [...argv, folder, textOf(ownArguments)];
  const bytes = texts.reduce((sum, text) => sum + utf8ToBytes(text).length + 1, MESSAGE_OVERHEAD_BYTES);
  if (bytes <= MAX_MESSAGE_BYTES) return;
  throw new OptionError(
    'The arguments are too long to hand them over to a running Enodeck: open fewer links and files at once, or put the nodes into one file.',
  );
}

/**
 * Takes the lock that allows one process per data folder. If another process has it, sends this process's arguments there.
 * @param ownArguments arguments that `assertHandover` accepts
 * @param onSecond called with the arguments of each later start, those after the program's name, unparsed, and with its
 *   current folder
 * @returns whether this process has the lock
 */
export function holdInstance(
  app: Pick<App, 'requestSingleInstanceLock' | 'on'>,
  ownArguments: readonly string[],
  onSecond: (args: readonly string[], folder: string) => void,
): boolean {
  const handover: Handover = { arguments: textOf(ownArguments) };
  if (!app.requestSingleInstanceLock({ ...handover })) return false;
  // Chromium adds switches to the command line of the event and reorders it; the data has the arguments as they were.
  app.on('second-instance', (_event, _commandLine, folder, data) => {
    onSecond(argumentsOf(data), folder);
  });
  return true;
}

/** The arguments in the data of a second start; none if it is no list of arguments. */
export function argumentsOf(data: unknown): readonly string[] {
  try {
    const bytes = parseBase64Url(handoverSchema.parse(data).arguments);
    return bytes === undefined ? [] : argumentsSchema.parse(JSON.parse(bytesToUtf8(bytes)));
  } catch {
    return [];
  }
}

/**
 * JSON in base64url: one text of ASCII. Chromium on Linux splits a message at zero bytes and trims white space there. In V8's format
 * that breaks lists of 9 to 13 entries and text of two bytes a character, and the data arrives as null.
 */
const textOf = (args: readonly string[]): string => formatBase64Url(utf8ToBytes(JSON.stringify(args)));
