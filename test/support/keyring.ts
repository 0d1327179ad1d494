import type { SecretProtector } from '../../src-main/store/key-file.ts';

/** A keyring that changes each byte. */
export const keyring: SecretProtector = {
  available: true,
  protect: (text) => new TextEncoder().encode(text).map((byte) => byte ^ 0xa5),
  unprotect: (bytes) => new TextDecoder().decode(bytes.map((byte) => byte ^ 0xa5)),
};
