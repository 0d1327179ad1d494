/* eslint-disable @typescript-eslint/no-deprecated -- the oldest supported Electron lacks the asynchronous forms */
import { safeStorage } from 'electron';
import type { SecretProtector } from '../store/key-file.ts';

/**
 * Protects the node key with the keyring of the operating system. Without a keyring, Electron on Linux uses a
 * hard-coded password, which protects nothing and counts as unavailable.
 */
export function createKeyProtector(platform: NodeJS.Platform): SecretProtector {
  const weak =
    platform === 'linux' && ['basic_text', 'unknown'].includes(safeStorage.getSelectedStorageBackend());
  return {
    available: safeStorage.isEncryptionAvailable() && !weak,
    protect: (text) => new Uint8Array(safeStorage.encryptString(text)),
    unprotect: (bytes) => safeStorage.decryptString(asBuffer(bytes)),
  };
}

type ElectronBytes = Parameters<typeof safeStorage.decryptString>[0];
const asBuffer = (bytes: Uint8Array): ElectronBytes =>
  globalThis.Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
