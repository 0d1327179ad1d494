/**
 * Schemas of receipts: the consensus encoding up to eth/68, flat lists since eth/69.
 * @see https://github.com/ethereum/devp2p/blob/master/caps/eth.md#receipt-encoding-and-validity
 * @see https://eips.ethereum.org/EIPS/eip-7642
 */
import { bytes, bytesOf, choice, envelope, list, noted, struct, uint } from '../../schema.ts';
import { address, bloom, hash, MAX_BYTES, MAX_ITEMS } from './common.ts';
import { payloadType } from './payload-type.ts';

const log = struct({ address, topics: list(hash, 4), data: bytes(MAX_BYTES) });

/** The state root before Byzantium, since then the status: 0x01 or empty. */
const outcome = noted(bytesOf([0, 1, 32], 'status or hash'), (value) => {
  if (value.length === 32) return 'state root';
  if (value.length === 0) return 'failure';
  return value[0] === 1 ? 'success' : 'neither a status nor a state root';
});

const cumulativeGas = uint(64, 'gas');
const logs = list(log, MAX_ITEMS);
const consensus = { postStateOrStatus: outcome, cumulativeGas, logsBloom: bloom, logs };

const legacy = struct(consensus, { title: () => 'legacy' });

function typed(type: number) {
  const title = `type ${String(type)}`;
  return envelope(
    { type: 'receipt', prefixName: 'type', prefix: Uint8Array.of(type), body: struct(consensus) },
    { title: () => title },
  );
}

const options = {
  legacy,
  accessList: typed(1),
  dynamicFee: typed(2),
  blob: typed(3),
  setCode: typed(4),
  other: bytes(MAX_BYTES, 'typed receipt', { min: 2 }),
};

/** The receipts of one block in the consensus encoding (eth/68). */
export const consensusReceipts = list(choice(options, payloadType), MAX_ITEMS);

/** The receipts of one block as flat lists (eth/69 and later). */
export const flatReceipts = list(
  struct(
    { type: uint(8), postStateOrStatus: outcome, cumulativeGas, logs },
    { title: ({ type }) => (type === 0n ? 'legacy' : `type ${String(type)}`) },
  ),
  MAX_ITEMS,
);
