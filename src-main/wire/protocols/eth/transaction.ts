/**
 * Schemas of transactions by type.
 * @see https://github.com/ethereum/devp2p/blob/master/caps/eth.md#transaction-encoding-and-validity
 * @see https://eips.ethereum.org/EIPS/eip-2718
 */
import { concatBytes, to0x } from '../../../base/bytes.ts';
import { keccak256 } from '../../../base/keccak.ts';
import { BYTES_OFFSET, LIST_OFFSET, RawRlp, RlpReader, type RlpInput } from '../../../base/rlp.ts';
import { encodeMessage } from '../../encode.ts';
import {
  bytes,
  choice,
  envelope,
  fixed,
  list,
  struct,
  uint,
  type Derived,
  type Schema,
} from '../../schema.ts';
import { address, hash, MAX_BYTES, MAX_ITEMS } from './common.ts';
import { payloadType } from './payload-type.ts';
import { recoverSender } from './sender.ts';

/** A recipient; empty for the creation of a contract. */
const recipient = choice({ address, creation: bytes(0) }, ({ length }) =>
  length === 0 ? 'creation' : 'address',
);
const input = bytes(MAX_BYTES);
const gasLimit = uint(64, 'gas');
const nonce = uint(64);
const wei = uint(256, 'wei');
const signature = { r: uint(256), s: uint(256) };
const typedSignature = { yParity: uint(8), ...signature };

const accessList = list(struct({ address, storageKeys: list(hash, MAX_ITEMS) }), MAX_ITEMS);
const authorizations = list(struct({ chainId: uint(256), address, nonce, ...typedSignature }), MAX_ITEMS);

const feeMarket = {
  chainId: uint(256),
  nonce,
  maxPriorityFeePerGas: wei,
  maxFeePerGas: wei,
  gasLimit,
};

const legacy = struct(
  { nonce, gasPrice: wei, gasLimit, to: recipient, value: wei, data: input, v: uint(256), ...signature },
  { title: () => 'legacy', derive: (value, encoded, hashesOnly) => derive(0, value, encoded, hashesOnly) },
);

const accessListFields = struct({
  chainId: uint(256),
  nonce,
  gasPrice: wei,
  gasLimit,
  to: recipient,
  value: wei,
  data: input,
  accessList,
  ...typedSignature,
});

const dynamicFeeFields = struct({
  ...feeMarket,
  to: recipient,
  value: wei,
  data: input,
  accessList,
  ...typedSignature,
});

const blobFields = struct({
  ...feeMarket,
  to: address,
  value: wei,
  data: input,
  accessList,
  maxFeePerBlobGas: wei,
  blobVersionedHashes: list(hash, MAX_ITEMS),
  ...typedSignature,
});

const setCodeFields = struct({
  ...feeMarket,
  to: address,
  value: wei,
  data: input,
  accessList,
  authorizationList: authorizations,
  ...typedSignature,
});

/** Length of a commitment and of a proof, bytes (KZGCommitment and KZGProof of EIP-4844). */
const KZG_LENGTH = 48;
/** The blobs of a sidecar; since eth/72 they are left out (EIP-8070). */
const blobs = choice({ blobs: list(bytes(MAX_BYTES, 'blob'), MAX_ITEMS), elided: bytes(0) }, ({ isList }) =>
  isList ? 'blobs' : 'elided',
);
const sidecar = {
  blobs,
  commitments: list(fixed(KZG_LENGTH, 'KZG commitment'), MAX_ITEMS),
  proofs: list(fixed(KZG_LENGTH, 'KZG proof'), MAX_ITEMS),
};

/** The body of a blob transaction: alone in a block, in the pool with its sidecar (EIP-4844; EIP-7594 added its version). */
const sidecarFields = choice(
  {
    transaction: blobFields,
    pooled: struct({ transaction: blobFields, ...sidecar }),
    pooledWithVersion: struct({ transaction: blobFields, wrapperVersion: uint(8), ...sidecar }),
  },
  // The first item of a transaction is its chain ID, that of a pooled one a list.
  ({ first, second }) => {
    if (first === undefined || first < LIST_OFFSET) return 'transaction';
    const [next, isElided] = [second() ?? LIST_OFFSET, second() === BYTES_OFFSET];
    return next >= LIST_OFFSET || isElided ? 'pooled' : 'pooledWithVersion';
  },
);

function typed<Value extends Signature>(type: number, name: string, body: Schema<Value>): Schema<Value> {
  return envelope(
    { type: 'transaction', prefixName: 'type', prefix: Uint8Array.of(type), body },
    { title: () => name, derive: (value, encoded, hashesOnly) => derive(type, value, encoded, hashesOnly) },
  );
}

/** A blob transaction's hash and signature are those of the transaction without its sidecar. */
const blobTransaction = envelope(
  { type: 'transaction', prefixName: 'type', prefix: Uint8Array.of(3), body: sidecarFields },
  {
    title: ({ option }) => (option === 'transaction' ? 'blob (EIP-4844)' : 'blob (EIP-4844) with sidecar'),
    derive: ({ option, value }, encoded, hashesOnly) => {
      if (option === 'transaction') return derive(3, value, encoded, hashesOnly);
      const plain = concatBytes(Uint8Array.of(3), encodeMessage(blobFields, value.transaction));
      return derive(3, value.transaction, plain, hashesOnly);
    },
  },
);

const options = {
  legacy,
  accessList: typed(1, 'access list (EIP-2930)', accessListFields),
  dynamicFee: typed(2, 'dynamic fee (EIP-1559)', dynamicFeeFields),
  blob: blobTransaction,
  setCode: typed(4, 'set code (EIP-7702)', setCodeFields),
  /** A type that is not known here: its data stays opaque. */
  other: bytes(MAX_BYTES, 'typed transaction', { min: 2 }),
};

/** A transaction in either encoding. */
export const transaction = choice(options, payloadType);

interface Signature {
  readonly r: bigint;
  readonly s: bigint;
  /** Of a legacy transaction. */
  readonly v?: bigint;
  /** Of a typed transaction. */
  readonly yParity?: bigint;
}

/** Fields of a signature at the end of every transaction. */
const SIGNATURE_FIELDS = 3;

/** Hash and sender. `encoded` is the legacy list, or type byte and list of a typed transaction. */
function derive(
  type: number,
  { r, s, v, yParity }: Signature,
  encoded: Uint8Array,
  hashesOnly: boolean,
): readonly Derived[] {
  const derived: Derived[] = [{ name: 'hash', type: 'hash', value: to0x(keccak256(encoded)) }];
  if (hashesOnly) return derived;
  const fields = itemsOf(type === 0 ? encoded : encoded.subarray(1)).slice(0, -SIGNATURE_FIELDS);
  const sender = recoverSender({ type, fields, r, s, v: v ?? yParity ?? 0n });
  if (sender !== undefined) derived.push({ name: 'sender', type: 'address', value: to0x(sender) });
  return derived;
}

/** The items of an encoded list, as they are encoded. */
function itemsOf(encoded: Uint8Array): readonly RlpInput[] {
  const items = RlpReader.over(encoded).list();
  const result: RlpInput[] = [];
  while (!items.done) result.push(new RawRlp(items.raw()));
  return result;
}
