/**
 * The types of transactions and receipts.
 * @see https://eips.ethereum.org/EIPS/eip-2718
 */
import type { ItemForm } from '../../schema.ts';

/** Schemas of the types, by name: `legacy` is a list, `other` a type that is not known here. */
export type PayloadType = 'legacy' | 'accessList' | 'dynamicFee' | 'blob' | 'setCode' | 'other';

/** A first byte above it begins a list. */
const MAX_TYPE = 0x7f;

const NAMES: Readonly<Record<number, PayloadType>> = {
  1: 'accessList',
  2: 'dynamicFee',
  3: 'blob',
  4: 'setCode',
};

/** The type of an item; undefined where a byte string begins with none. */
export function payloadType({ isList, first }: ItemForm): PayloadType | undefined {
  if (isList) return 'legacy';
  if (first === undefined || first > MAX_TYPE) return undefined;
  return NAMES[first] ?? 'other';
}
