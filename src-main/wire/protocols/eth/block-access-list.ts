/**
 * Schema of block access lists.
 * @see https://eips.ethereum.org/EIPS/eip-7928
 */
import { formatQuantity } from '../../../../shared/format.ts';
import { bytes, choice, list, struct, uint, type ValueOf } from '../../schema.ts';
import { address, MAX_BYTES, MAX_ITEMS } from './common.ts';

const index = uint(32);
const slot = uint(256);

/** What a block read and changed, by account. @internal for tests */
export const blockAccessList = list(
  struct({
    address,
    storageChanges: list(
      struct({ slot, changes: list(struct({ blockAccessIndex: index, value: uint(256) }), MAX_ITEMS) }),
      MAX_ITEMS,
    ),
    storageReads: list(slot, MAX_ITEMS),
    balanceChanges: list(struct({ blockAccessIndex: index, balance: uint(256, 'wei') }), MAX_ITEMS),
    nonceChanges: list(struct({ blockAccessIndex: index, nonce: uint(64) }), MAX_ITEMS),
    codeChanges: list(struct({ blockAccessIndex: index, code: bytes(MAX_BYTES) }), MAX_ITEMS),
  }),
  MAX_ITEMS,
);

/** The lists of an answer. A block whose list is not available has an empty byte string. */
export const blockAccessLists = list(
  choice({ list: blockAccessList, unavailable: bytes(0) }, ({ isList }) => (isList ? 'list' : 'unavailable')),
  MAX_ITEMS,
);

/** "2 of 3 lists". */
export function accessListsText(lists: ValueOf<typeof blockAccessLists>): string {
  const available = lists.filter(({ option }) => option === 'list').length;
  return `${String(available)} of ${formatQuantity(lists.length, 'list')}`;
}
