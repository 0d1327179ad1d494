import * as fc from 'fast-check';

const hash = fc.uint8Array({ minLength: 32, maxLength: 32 });

/** Any receipt: with a status, with a state root, with neither. */
export const anyReceipt = fc.record({
  type: fc.nat(0x7f),
  postStateOrStatus: fc.oneof(hash, fc.constant(new Uint8Array(0)), fc.constant(Uint8Array.of(1))),
  cumulativeGas: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  logs: fc.array(
    fc.record({
      address: fc.uint8Array({ minLength: 20, maxLength: 20 }),
      topics: fc.array(hash, { maxLength: 4 }),
      data: fc.uint8Array({ maxLength: 300, size: 'max' }),
    }),
    { maxLength: 3 },
  ),
});
