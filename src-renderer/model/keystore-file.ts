import { MAX_KEYSTORE_CHARACTERS } from '../../shared/identity-requests.ts';
import { isKeystoreText } from '../../shared/keystore-text.ts';
import type { Translate } from '../composables/use-messages.ts';
import { readImportFile, type ImportFile } from './import-file.ts';

/** Reads a chosen keystore. A key that is not encrypted stays in the page: it must not cross a connection. */
export async function readKeystoreFile(
  file: Pick<File, 'name' | 'size' | 'text'>,
  t: Translate,
): Promise<ImportFile> {
  if (file.size > MAX_KEYSTORE_CHARACTERS) {
    return { ok: false, problem: t('identity.import.tooLarge', { file: file.name }) };
  }
  const read = await readImportFile(file, t, MAX_KEYSTORE_CHARACTERS);
  if (!read.ok || isKeystoreText(read.text)) return read;
  return { ok: false, problem: t('identity.import.noKeystore', { file: file.name }) };
}
