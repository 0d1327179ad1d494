/** Values in the results of calls, which are hostile until they are read here. */
import { parseHex } from '../../shared/hex.ts';
import { to0x } from '../base/bytes.ts';
import { isObject } from './rpc-message.ts';

/** Most digits of a quantity: 64 bits. */
const QUANTITY = /^0x(0|[1-9a-f][0-9a-f]{0,15})$/i;

/** The bytes of a hex text with 0x; undefined for any other value. */
export function dataOf(value: unknown): Uint8Array | undefined {
  if (typeof value !== 'string' || !/^0x/i.test(value)) return undefined;
  return parseHex(value.slice(2));
}

/** The bytes of a hash; undefined for any other value. */
export function hashOf(value: unknown): Uint8Array | undefined {
  const bytes = dataOf(value);
  return bytes?.length === 32 ? bytes : undefined;
}

/** A quantity of at most 64 bits; undefined for any other value. */
export function quantityOf(value: unknown): bigint | undefined {
  return typeof value === 'string' && QUANTITY.test(value) ? BigInt(value) : undefined;
}

/** A quantity as a parameter. */
export function quantityText(value: bigint): string {
  return `0x${value.toString(16)}`;
}

/** Bytes as a parameter. */
export const dataText = to0x;

/** The member of an object at a path; undefined where there is none. */
export function memberOf(value: unknown, ...path: readonly string[]): unknown {
  let current = value;
  for (const name of path) {
    if (!isObject(current) || !Object.hasOwn(current, name)) return undefined;
    current = current[name];
  }
  return current;
}
