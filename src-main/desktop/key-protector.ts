/* eslint-disable @typescript-eslint/no-deprecated -- the asynchronous forms are not there in the oldest Electron that must run this */
import { safeStorage } from 'electron';
import type { SecretProtector } from '../store/identity.ts';

/**
 * Protects the node key with the system's keyring. On Linux Electron falls back to a password that is in its source
 * where there is no keyring: that protects nothing, so it counts as none.
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
