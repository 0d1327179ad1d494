import { z } from 'zod';
import { MAX_PASSWORD_LENGTH } from './key-password.ts';
import type { IdentityDetails, KeyCandidate } from './model/identity.ts';
import { nothing, request } from './request-spec.ts';

/*
 * The parameters of the requests about the node key. A plain private key is in none of them: a file that is not encrypted is
 * read by the main process.
 */

/** BOUNDED: characters of a keystore; those of geth and ethers have some 500. */
export const MAX_KEYSTORE_CHARACTERS = 16_384;

const candidateId = z.string().regex(/^[0-9a-f]{32}$/, 'must be the ID of a key');
const fileName = z.string().min(1).max(256);
/** Not the rules of a new password: other programs write keystores with any. */
const password = z.string().max(MAX_PASSWORD_LENGTH);

/** Where the new key comes from; `file` opens the system's dialog. */
const keySource = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('new') }),
  z.strictObject({ kind: z.literal('copy'), name: fileName }),
  z.strictObject({ kind: z.literal('keystore'), fileName, text: z.string().max(MAX_KEYSTORE_CHARACTERS) }),
  z.strictObject({ kind: z.literal('file') }),
]);

/** The requests about the node key. */
export const IDENTITY_REQUESTS = {
  /** Where the node key is, the kept copies, and what this page may do. */
  'identity.details': request<IdentityDetails>()(nothing),
  /** The node key as a keystore of version 3, encrypted with the password. */
  'identity.export': request<{ readonly text: string; readonly fileName: string }>()(
    z.strictObject({ password }),
  ),
  /** Holds a key that may replace the node's. Null when the user cancels the dialog. */
  'identity.prepare': request<KeyCandidate | null>()(keySource),
  /** Decrypts a held keystore, so that its node ID is known. */
  'identity.unlock': request<KeyCandidate>()(z.strictObject({ id: candidateId, password })),
  /** Stores the held key for the next start and keeps a copy of the key before it. */
  'identity.apply': request<IdentityDetails>()(z.strictObject({ id: candidateId })),
  'identity.discard': request<null>()(z.strictObject({ id: candidateId })),
} as const;
