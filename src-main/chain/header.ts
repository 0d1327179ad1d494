/**
 * Encodes the header of a genesis block.
 * @see https://github.com/ethereum/devp2p/blob/master/caps/eth.md#block-encoding-and-validity
 */
import { RLP } from '@ethereumjs/rlp';
import { EMPTY_BYTES, hexToBytes } from '../base/bytes.ts';

/** Fields of a genesis header; a field of a fork is undefined when the fork is not active. */
export interface GenesisHeader {
  /** 32 bytes. */
  readonly parentHash: Uint8Array;
  /** 20 bytes. */
  readonly coinbase: Uint8Array;
  /** 32 bytes. */
  readonly stateRoot: Uint8Array;
  readonly difficulty: bigint;
  readonly number: bigint;
  readonly gasLimit: bigint;
  readonly gasUsed: bigint;
  /** Seconds since 1970. */
  readonly time: bigint;
  readonly extraData: Uint8Array;
  /** 32 bytes. */
  readonly mixHash: Uint8Array;
  /** 8 bytes. */
  readonly nonce: Uint8Array;
  /** London, EIP-1559; wei. */
  readonly baseFee?: bigint | undefined;
  /** Shanghai, EIP-4895: the genesis block has an empty list of withdrawals. */
  readonly withdrawals?: boolean | undefined;
  /** Cancun, EIP-4844 and EIP-4788; the parent beacon root of a genesis block is zero. */
  readonly blobGas?: { readonly used: bigint; readonly excess: bigint } | undefined;
  /** The excess blob gas of a file without Cancun, which geth encodes nevertheless. */
  readonly excessBlobGasAlone?: bigint | undefined;
  /** Prague, EIP-7685: the genesis block has an empty list of requests. */
  readonly requests?: boolean | undefined;
  /** Amsterdam, EIP-7928 and EIP-7843: the genesis block has an empty access list. */
  readonly blockAccessList?: { readonly slot: bigint } | undefined;
}

/** keccak-256 of the RLP of an empty list: no uncles, no block access list. */
const EMPTY_LIST_HASH = hexToBytes('1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347');

/** Root of an empty trie: no transactions, no receipts, no withdrawals. */
export const EMPTY_TRIE_ROOT = hexToBytes('56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421');

/** SHA-256 of no bytes: no requests (EIP-7685). */
const EMPTY_REQUESTS_HASH = hexToBytes('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');

const ZERO_HASH = new Uint8Array(32);
const EMPTY_BLOOM = new Uint8Array(256);

type HeaderField = Uint8Array | bigint;

/** Encodes the header of a block without transactions as RLP; its keccak-256 is the block hash. */
export function encodeGenesisHeader(header: GenesisHeader): Uint8Array {
  const fields: HeaderField[] = [
    header.parentHash,
    EMPTY_LIST_HASH,
    header.coinbase,
    header.stateRoot,
    EMPTY_TRIE_ROOT,
    EMPTY_TRIE_ROOT,
    EMPTY_BLOOM,
    header.difficulty,
    header.number,
    header.gasLimit,
    header.gasUsed,
    header.time,
    header.extraData,
    header.mixHash,
    header.nonce,
  ];
  fields.push(...optionalFields(header));
  return RLP.encode(fields);
}

/** Fields of forks up to the last active one; missing fields before it are empty. */
function optionalFields(header: GenesisHeader): HeaderField[] {
  const { blobGas, blockAccessList } = header;
  const fields = [
    header.baseFee,
    header.withdrawals === true ? EMPTY_TRIE_ROOT : undefined,
    blobGas?.used,
    blobGas?.excess ?? header.excessBlobGasAlone,
    blobGas && ZERO_HASH,
    header.requests === true ? EMPTY_REQUESTS_HASH : undefined,
    blockAccessList && EMPTY_LIST_HASH,
    blockAccessList?.slot,
  ];
  const last = fields.findLastIndex((field) => field !== undefined);
  return fields.slice(0, last + 1).map((field) => field ?? EMPTY_BYTES);
}
