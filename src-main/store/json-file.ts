/** JSON files that people may edit: with a version, validated by a schema, replaced atomically. */
import type { z } from 'zod';
import { checkValue, type CheckedValue } from '../../shared/schema-check.ts';
import { describeError } from '../base/errors.ts';
import { JsonTextError } from '../base/json-tree.ts';
import { FileError, readRegularFile, readRegularFileNow, type FileErrorCode } from '../base/regular-file.ts';
import { diskFaultOf } from './disk-fault.ts';
import { SettingsError, type SettingsErrorCode } from './errors.ts';
import { parseJsonText, type JsonDocument } from './json-text.ts';
import { replaceFile, type ReplaceFile } from './replace-file.ts';

/** The format of a file, with its history. */
export interface JsonFileFormat<Content> {
  readonly schema: z.ZodType<Content>;
  /** Version of `schema`. */
  readonly version: number;
  /** Migrations from version n (the key) to version n + 1. */
  readonly migrations: Readonly<Record<number, (content: object) => object>>;
  /** BOUNDED: a larger file is refused, bytes. */
  readonly maxBytes: number;
  /** Members that are ignored as if they were missing. */
  readonly passOver?: readonly string[];
}

/**
 * Reads and validates a file; undefined when it does not exist.
 * @throws SettingsError when it cannot be read or is invalid; the file is not changed
 */
export async function readJsonFile<Content>(
  file: string,
  format: JsonFileFormat<Content>,
): Promise<Content | undefined> {
  const text = await readText(file, format.maxBytes);
  return text === undefined ? undefined : contentOf(file, text, format);
}

/** Synchronous `readJsonFile`, for use during startup. @throws SettingsError as `readJsonFile` */
export function readJsonFileNow<Content>(file: string, format: JsonFileFormat<Content>): Content | undefined {
  let text: string;
  try {
    text = utf8ToText(readRegularFileNow(file, format.maxBytes).bytes);
  } catch (cause) {
    throwUnlessAbsent(file, cause);
    return undefined;
  }
  return contentOf(file, text, format);
}

function contentOf<Content>(file: string, text: string, format: JsonFileFormat<Content>): Content {
  const document = parseDocument(file, text);
  const content = Object.entries(migrate(file, document, format));
  const current = Object.fromEntries(content.filter(([name]) => format.passOver?.includes(name) !== true));
  const checked = checkValue(format.schema, current);
  if (checked.ok) return checked.value;
  throw invalidValue(file, document, checked);
}

/**
 * Replaces a file atomically: a crash leaves either the old or the new content. Resolves after the content is on disk.
 * @throws SettingsError `not-writable`, `disk-full`, `disk-read-only` or `disk-failing`
 */
export async function writeJsonFile(
  file: string,
  content: object,
  replace: ReplaceFile = replaceFile,
): Promise<void> {
  try {
    await replace(file, `${JSON.stringify(content, undefined, 2)}\n`);
  } catch (cause) {
    const fault = diskFaultOf(cause);
    const why =
      fault === undefined
        ? `it cannot be written (${describeError(cause)})`
        : `${fault.reason}, so it cannot be written`;
    throw new SettingsError(fault?.code ?? 'not-writable', { file, reason: why }, { cause });
  }
}

async function readText(file: string, maxBytes: number): Promise<string | undefined> {
  try {
    return utf8ToText((await readRegularFile(file, maxBytes)).bytes);
  } catch (cause) {
    throwUnlessAbsent(file, cause);
    return undefined;
  }
}

const READ_FAULTS = {
  'file-not-regular': 'not-a-file',
  'file-too-large': 'too-large',
  'file-unreadable': 'unreadable',
} as const satisfies Record<Exclude<FileErrorCode, 'file-missing'>, SettingsErrorCode>;

const utf8ToText = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** Returns for a missing file. @throws SettingsError for any other failure to read it */
function throwUnlessAbsent(file: string, cause: unknown): void {
  if (!(cause instanceof FileError)) throw cause;
  if (cause.code === 'file-missing') return;
  const fault = diskFaultOf(cause);
  if (fault !== undefined) {
    const reason = `${fault.reason}, so it cannot be read`;
    throw new SettingsError(fault.code, { file, reason }, { cause });
  }
  throw new SettingsError(READ_FAULTS[cause.code], { file, reason: `it ${cause.message}` }, { cause });
}

function parseDocument(file: string, text: string): JsonDocument {
  try {
    return parseJsonText(text);
  } catch (cause) {
    if (!(cause instanceof JsonTextError)) throw cause;
    throw new SettingsError('invalid-json', { file, line: cause.line, reason: cause.message }, { cause });
  }
}

/** The version of a document; undefined when it is not an object with a valid version. */
function versionOf(value: unknown): number | undefined {
  if (typeof value !== 'object' || value === null || !('version' in value)) return undefined;
  const { version } = value;
  return typeof version === 'number' && Number.isSafeInteger(version) && version >= 0 ? version : undefined;
}

function migrate<Content>(file: string, document: JsonDocument, format: JsonFileFormat<Content>): object {
  const version = versionOf(document.value);
  if (version === undefined) {
    throw new SettingsError('invalid-value', {
      file,
      line: document.lineOf(['version']),
      reason: `it must be an object with "version": ${String(format.version)}`,
    });
  }
  let content = document.value as object;
  for (let at = version; at !== format.version; at++) {
    const step = format.migrations[at];
    if (at > format.version || step === undefined) {
      throw new SettingsError('newer-version', {
        file,
        line: document.lineOf(['version']),
        reason: `version ${String(version)} is not one that this Enodeck knows (it writes ${String(format.version)})`,
      });
    }
    content = step(content);
  }
  return content;
}

function invalidValue(
  file: string,
  document: JsonDocument,
  { path, reason, unknownKey }: Extract<CheckedValue<unknown>, { ok: false }>,
): SettingsError {
  const whole = unknownKey === undefined ? path : [...path, unknownKey];
  const name = whole.map(String).join('.');
  const words = unknownKey === undefined ? reason : 'is not a name that this Enodeck knows';
  return new SettingsError('invalid-value', {
    file,
    line: document.lineOf(whole),
    reason: `"${name}" ${words}`,
    member: unknownKey === undefined ? path[0]?.toString() : undefined,
  });
}
