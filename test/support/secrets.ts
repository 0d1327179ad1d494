import { bytesToHex, indexOfBytes, utf8ToBytes } from '../../src-main/base/bytes.ts';
import { bytesToBase64 } from '../../src-main/base/base64.ts';
import type { Random } from '../../src-main/base/runtime.ts';
import { systemRandom } from '../../src-main/base/system-runtime.ts';

/** Randomness that remembers what it gave. */
export class RememberingRandom implements Random {
  readonly given: Uint8Array[] = [];

  bytes(length: number): Uint8Array {
    const bytes = systemRandom.bytes(length);
    this.given.push(bytes.slice());
    return bytes;
  }

  below(bound: number): number {
    return systemRandom.below(bound);
  }
}

/** Whether a secret is in any of the outputs: as bytes, as hex of either case, as base64 or as a list of numbers. */
export function occursIn(outputs: readonly Uint8Array[], secret: Uint8Array): boolean {
  const hex = bytesToHex(secret);
  const texts = [hex, hex.toUpperCase(), bytesToBase64([secret]).replace(/=+$/, ''), secret.join()];
  const forms = [secret, ...texts.map(utf8ToBytes)];
  return outputs.some((output) => forms.some((form) => indexOfBytes(output, form) >= 0));
}
