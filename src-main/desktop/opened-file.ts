import { basename } from 'node:path';
import type { OpenedFile } from '../../shared/model/desktop.ts';
import { MAX_RECORDING_CHARACTERS } from '../../shared/model/recording.ts';
import { ApiError } from '../api/api-error.ts';
import { FileError, readRegularFile, type FileContent } from '../base/regular-file.ts';

/** BOUNDED: characters of a file's name that are shown. */
const MAX_NAME = 256;

/** The text of a file for the page. */
export interface FileText {
  readonly name: string;
  readonly text: string;
}

/** The file that the user opened last, until the page takes it. BOUNDED: one, as large as the largest recording. */
export class OpenedFiles {
  readonly #read: (path: string, maxBytes: number) => Promise<FileContent>;
  #lastId = 0;
  #held: (FileText & { readonly id: number }) | undefined;

  constructor(read = readRegularFile) {
    this.#read = read;
  }

  /** Reads a file and holds it in place of an earlier one. @throws FileError with a phrase that follows the name */
  async hold(path: string): Promise<OpenedFile> {
    const { bytes } = await this.#read(path, MAX_RECORDING_CHARACTERS);
    const name = basename(path).slice(0, MAX_NAME);
    const text = textOf(bytes);
    this.#lastId += 1;
    const id = this.#lastId;
    this.#held = { id, name, text };
    return { id, name };
  }

  /** Hands out the text of a file, once. @throws ApiError `not-found` */
  take(id: number): FileText {
    const held = this.#held;
    if (held?.id !== id) throw new ApiError('not-found', 'This file is no longer open. Open it again.', 'id');
    this.#held = undefined;
    return { name: held.name, text: held.text };
  }
}

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new FileError('file-unreadable', 'is not text', { cause });
  }
}
