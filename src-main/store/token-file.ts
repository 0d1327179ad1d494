/** The named tokens of the page and of JSON-RPC: tokens.json, which has their hashes only. */
import { z } from 'zod';
import { RIGHTS } from '../../shared/model/access.ts';
import type { Clock } from '../base/runtime.ts';
import { withFileLock } from './file-lock.ts';
import type { Owner } from './folder-owner.ts';
import { readJsonFile, writeJsonFile, type JsonFileFormat } from './json-file.ts';
import { replaceFileFor } from './replace-file.ts';

/** Version of tokens.json. */
const TOKENS_VERSION = 1;
/** BOUNDED: tokens of one data folder. */
export const MAX_TOKENS = 64;
/** The form of the name of a token. */
export const TOKEN_NAME = /^[\w.-]{1,64}$/;
/** The name of the token in the page's URL, which no named token has: the audit log tells them apart by name. */
export const PAGE_TOKEN_NAME = 'page';

const storedToken = z.strictObject({
  name: z
    .string()
    .regex(TOKEN_NAME, 'must have 1 to 64 characters: letters, digits, and . _ -')
    .refine((name) => name !== PAGE_TOKEN_NAME, `must not be "${PAGE_TOKEN_NAME}"`),
  right: z.enum(RIGHTS),
  created: z.iso.datetime(),
  /** SHA-256 of the token as UTF-8, hex. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 hex digits'),
});

/** A token without the token itself. */
export type StoredToken = z.output<typeof storedToken>;

const fileSchema = z.strictObject({
  version: z.literal(TOKENS_VERSION),
  tokens: z
    .array(storedToken)
    .max(MAX_TOKENS)
    .refine(
      (tokens) => new Set(tokens.map(({ name }) => name)).size === tokens.length,
      'must have each name once',
    ),
});

const TOKENS_FORMAT: JsonFileFormat<z.output<typeof fileSchema>> = {
  schema: fileSchema,
  version: TOKENS_VERSION,
  migrations: {},
  maxBytes: 65_536,
};

/** The tokens of a file, oldest first; none when there is no file. @throws SettingsError with the line and the reason */
export async function readTokens(file: string): Promise<readonly StoredToken[]> {
  return (await readJsonFile(file, TOKENS_FORMAT))?.tokens ?? [];
}

/**
 * Replaces the tokens of a file, which only its owner may read.
 * @param owner undefined: the user of this process, or that of the file which is replaced @throws SettingsError
 */
export async function writeTokens(
  file: string,
  tokens: readonly StoredToken[],
  owner?: Owner,
): Promise<void> {
  await writeJsonFile(file, { version: TOKENS_VERSION, tokens }, (path, text) =>
    replaceFileFor(owner, path, text),
  );
}

/**
 * Changes the tokens of a file; the changes of several processes follow one another.
 * @param change returns the new tokens; what it throws is passed on, and the file is unchanged
 * @throws SettingsError, StoreError `not-writable`
 */
export async function changeTokens(
  file: string,
  change: (tokens: readonly StoredToken[]) => readonly StoredToken[],
  { clock, owner }: { readonly clock: Clock; readonly owner: Owner | undefined },
): Promise<void> {
  await withFileLock(`${file}.lock`, clock, async () => {
    await writeTokens(file, change(await readTokens(file)), owner);
  });
}
