import { formatBytes } from '../../shared/format.ts';
import { MAX_RECORDING_CHARACTERS, type RecordRow } from '../../shared/model/recording.ts';
import type { Translate } from '../composables/use-messages.ts';
import type { ImportFile } from './import-file.ts';

/** The kinds of files of a recording, as for an input of type `file`. */
export const RECORDING_FILES = '.jsonl,application/jsonl,application/x-ndjson';

/** A browser page sends its file in one message of the WebSocket, of at most this many bytes; the rest is room for the frame. */
const MAX_BROWSER_BYTES = 12 * 1_048_576;

/** Which records are exported. */
export const EXPORT_SCOPES = ['all', 'shown', 'session', 'chosen'] as const;

/** One of EXPORT_SCOPES. */
export type ExportScope = (typeof EXPORT_SCOPES)[number];

/** What the scopes are taken from. */
export interface ExportRows {
  readonly all: readonly RecordRow[];
  readonly shown: readonly RecordRow[];
  readonly chosen: RecordRow | null;
}

/** The rows of a scope; `session` has those of the chosen message's connection. Null for a scope that has none to be taken from. */
export function rowsOfScope(
  scope: ExportScope,
  { all, shown, chosen }: ExportRows,
): readonly RecordRow[] | null {
  switch (scope) {
    case 'all':
      return all;
    case 'shown':
      return shown;
    case 'session':
      return chosen === null || chosen.connection === null
        ? null
        : all.filter(({ connection }) => connection === chosen.connection);
    case 'chosen':
      return chosen === null ? null : [chosen];
  }
}

/**
 * Reads a chosen recording. Its size is checked before it is read.
 * @param isBrowser whether the window is a page in a browser, whose messages are smaller
 */
export async function readRecordingFile(
  file: Pick<File, 'name' | 'size' | 'text'>,
  isBrowser: boolean,
  t: Translate,
): Promise<ImportFile> {
  // A character has at least one byte.
  if (file.size > MAX_RECORDING_CHARACTERS) return tooLarge(file.size, MAX_RECORDING_CHARACTERS, t);
  const isLarge = isBrowser && file.size > MAX_BROWSER_BYTES;
  const text = isLarge ? '' : await file.text().catch(() => null);
  if (text === null) return { ok: false, problem: t('common.unreadable', { file: file.name }) };
  const sent = isLarge ? file.size : isBrowser ? new Blob([JSON.stringify(text)]).size : 0;
  if (sent <= MAX_BROWSER_BYTES) return { ok: true, name: file.name, text };
  const problem = t('inspector.tooLargeHere', {
    size: formatBytes(sent),
    max: formatBytes(MAX_BROWSER_BYTES),
  });
  return { ok: false, problem };
}

function tooLarge(size: number, max: number, t: Translate): ImportFile {
  return { ok: false, problem: t('common.tooLarge', { size: formatBytes(size), max: formatBytes(max) }) };
}

/** The bytes of a base64 text. */
export function bytesOfBase64(base64: string): Uint8Array<ArrayBuffer> {
  const binary = atob(base64);
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < bytes.length; at++) bytes[at] = binary.charCodeAt(at);
  return bytes;
}
