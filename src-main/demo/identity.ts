import { utf8ToBytes } from '../base/bytes.ts';
import { sha256 } from '../base/symmetric.ts';

/**
 * The private key of the demo node with this name: the same at every start, so that node lists stay valid between demos. It is
 * public and protects nothing.
 */
export function demoKey(name: string): Uint8Array {
  return sha256(utf8ToBytes(`enodeck demo ${name}`));
}
