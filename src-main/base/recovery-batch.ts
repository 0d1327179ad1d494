/** Batches of signatures, as the recovery worker gets them, and the batches of keys that it answers. */
import { CryptoError } from './crypto-error.ts';
import { recover } from './secp256k1.ts';
import { PUBLIC_KEY_LENGTH, RECOVERABLE_SIGNATURE_LENGTH } from './secp256k1-lengths.ts';

const HASH_LENGTH = 32;

/** Bytes of one job: a hash, and the signature r | s | v of it. */
const JOB_LENGTH = HASH_LENGTH + RECOVERABLE_SIGNATURE_LENGTH;

/** Bytes of one result: 1 and the public key, or zeros for a signature that recovers none. */
const RESULT_LENGTH = 1 + PUBLIC_KEY_LENGTH;

/** A hash of 32 bytes and a signature r | s | v of it, 65 bytes. */
export interface SignedHash {
  readonly hash: Uint8Array;
  readonly signature: Uint8Array;
}

/** Writes jobs one after the other. */
export function encodeJobs(jobs: readonly SignedHash[]): Uint8Array<ArrayBuffer> {
  const batch = new Uint8Array(jobs.length * JOB_LENGTH);
  for (const [index, { hash, signature }] of jobs.entries()) {
    batch.set(hash, index * JOB_LENGTH);
    batch.set(signature, index * JOB_LENGTH + HASH_LENGTH);
  }
  return batch;
}

/** Recovers the keys of a batch of jobs. @returns the results, one after the other */
export function recoverJobs(batch: Uint8Array): Uint8Array<ArrayBuffer> {
  const count = Math.floor(batch.length / JOB_LENGTH);
  const results = new Uint8Array(count * RESULT_LENGTH);
  for (let index = 0; index < count; index += 1) {
    const job = batch.subarray(index * JOB_LENGTH, (index + 1) * JOB_LENGTH);
    const key = keyOf(job);
    if (key === undefined) continue;
    results[index * RESULT_LENGTH] = 1;
    results.set(key, index * RESULT_LENGTH + 1);
  }
  return results;
}

/** Result `index` of a batch: a public key of 64 bytes, or undefined for a signature that recovers none. A copy. */
export function readResult(results: Uint8Array, index: number): Uint8Array | undefined {
  const at = index * RESULT_LENGTH;
  return results[at] === 1 ? results.slice(at + 1, at + RESULT_LENGTH) : undefined;
}

function keyOf(job: Uint8Array): Uint8Array | undefined {
  try {
    return recover(job.subarray(0, HASH_LENGTH), job.subarray(HASH_LENGTH));
  } catch (error) {
    if (error instanceof CryptoError) return undefined;
    throw error;
  }
}
