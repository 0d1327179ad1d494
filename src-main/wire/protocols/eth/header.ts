/**
 * Schema of block headers, with the fields that later forks appended.
 * @see https://github.com/ethereum/devp2p/blob/master/caps/eth.md#block-encoding-and-validity
 */
import { formatNumber } from '../../../../shared/format.ts';
import { to0x } from '../../../base/bytes.ts';
import { keccak256 } from '../../../base/keccak.ts';
import { bytes, fixed, noted, optional, struct, uint, type ValueOf } from '../../schema.ts';
import { address, bloom, hash } from './common.ts';

/** Longest extraData in use: 32 bytes on mainnet; clique puts signers and a seal there. */
const MAX_EXTRA_DATA = 65_536;

const printable = /^[\x20-\x7e]+$/;

/** extraData is text in most blocks. */
function noteText(value: Uint8Array): string | null {
  const text = String.fromCharCode(...value.subarray(0, 64));
  return printable.test(text) ? `“${text}”` : null;
}

/** A block header. */
export const header = struct(
  {
    parentHash: hash,
    ommersHash: hash,
    coinbase: address,
    stateRoot: hash,
    transactionsRoot: hash,
    receiptsRoot: hash,
    logsBloom: bloom,
    difficulty: uint(256),
    number: uint(64, 'block'),
    gasLimit: uint(64, 'gas'),
    gasUsed: uint(64, 'gas'),
    timestamp: uint(64, 'timestamp'),
    extraData: noted(bytes(MAX_EXTRA_DATA), noteText),
    mixHash: hash,
    nonce: fixed(8, 'bytes8'),
    // London
    baseFeePerGas: optional(uint(256, 'wei')),
    // Shanghai
    withdrawalsRoot: optional(hash),
    // Cancun
    blobGasUsed: optional(uint(64, 'gas')),
    excessBlobGas: optional(uint(64, 'gas')),
    parentBeaconBlockRoot: optional(hash),
    // Prague
    requestsHash: optional(hash),
    // Amsterdam (EIP-7928)
    blockAccessListHash: optional(hash),
    // Amsterdam (EIP-7843)
    slotNumber: optional(uint(64)),
  },
  {
    title: ({ number }) => `block ${formatNumber(number)}`,
    derive: (_, raw) => [{ name: 'hash', type: 'hash', value: to0x(keccak256(raw)) }],
  },
);

/** Value of a block header. */
export type HeaderValue = ValueOf<typeof header>;
