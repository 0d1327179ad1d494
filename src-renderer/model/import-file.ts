import { MAX_IMPORT_CHARACTERS } from '../../shared/api-contract.ts';
import { formatBytes } from '../../shared/format.ts';
import type { Translate } from '../composables/use-messages.ts';

/** A file that the user chose for an import, or a sentence with the reason why it cannot be imported. */
export type ImportFile =
  | { readonly ok: true; readonly name: string; readonly text: string }
  | { readonly ok: false; readonly problem: string };

/** The refusal of a text that is larger than a request accepts; null if it is not. */
export function tooLargeProblem(
  text: string,
  t: Translate,
  max: number = MAX_IMPORT_CHARACTERS,
): string | null {
  return text.length > max
    ? t('common.tooLarge', { size: formatBytes(text.length), max: formatBytes(max) })
    : null;
}

/** Reads a chosen file as text. */
export async function readImportFile(
  file: Pick<File, 'name' | 'text'>,
  t: Translate,
  max: number = MAX_IMPORT_CHARACTERS,
): Promise<ImportFile> {
  const text = await file.text().catch(() => null);
  if (text === null) return { ok: false, problem: t('common.unreadable', { file: file.name }) };
  const problem = tooLargeProblem(text, t, max);
  return problem === null ? { ok: true, name: file.name, text } : { ok: false, problem };
}
