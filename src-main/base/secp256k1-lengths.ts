/** Lengths of keys and signatures of secp256k1, bytes. */

/** A private key. */
export const PRIVATE_KEY_LENGTH = 32;
/** A public key, x and y. */
export const PUBLIC_KEY_LENGTH = 64;
/** A compressed public key. */
export const COMPRESSED_PUBLIC_KEY_LENGTH = 33;
/** A signature r | s. */
export const SIGNATURE_LENGTH = 64;
/** A signature r | s | v, where v is the recovery id. */
export const RECOVERABLE_SIGNATURE_LENGTH = 65;
