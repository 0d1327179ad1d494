/**
 * Codec of the messages of snap/1. Accounts and trie nodes stay encoded.
 * @see https://github.com/ethereum/devp2p/blob/master/caps/snap.md#protocol-messages
 */
import { CodecError } from '../base/errors.ts';
import { KECCAK_LENGTH } from '../base/keccak.ts';
import { encodeRlp, RawRlp, readRlp, type RlpInput, type RlpReader } from '../base/rlp.ts';
import { MAX_SNAP_LIST_ITEMS, SNAP_CODES, snapMessageName, type SnapMessageName } from './constants.ts';
import { SnapCodecError } from './errors.ts';

/** An account of a range. */
export interface RangeAccount {
  /** Hash of the address, 32 bytes. */
  readonly hash: Uint8Array;
  /** The account in slim format, one encoded RLP item. */
  readonly body: Uint8Array;
}

/** A storage slot of a range. */
export interface RangeSlot {
  /** Hash of the slot's key, 32 bytes. */
  readonly hash: Uint8Array;
  readonly data: Uint8Array;
}

/** A message, discriminated by its name in the specification. Hashes have 32 bytes; `responseBytes` is a soft limit. */
export type SnapMessage =
  | {
      readonly name: 'GetAccountRange';
      readonly requestId: bigint;
      readonly root: Uint8Array;
      readonly start: Uint8Array;
      readonly limit: Uint8Array;
      readonly responseBytes: bigint;
    }
  | {
      readonly name: 'AccountRange';
      readonly requestId: bigint;
      readonly accounts: readonly RangeAccount[];
      readonly proof: readonly Uint8Array[];
    }
  | {
      readonly name: 'GetStorageRanges';
      readonly requestId: bigint;
      readonly root: Uint8Array;
      readonly accounts: readonly Uint8Array[];
      /** At most 32 bytes; empty for no bound. */
      readonly start: Uint8Array;
      readonly limit: Uint8Array;
      readonly responseBytes: bigint;
    }
  | {
      readonly name: 'StorageRanges';
      readonly requestId: bigint;
      /** One list per account. */
      readonly slots: readonly (readonly RangeSlot[])[];
      readonly proof: readonly Uint8Array[];
    }
  | {
      readonly name: 'GetByteCodes';
      readonly requestId: bigint;
      readonly hashes: readonly Uint8Array[];
      readonly responseBytes: bigint;
    }
  | { readonly name: 'ByteCodes'; readonly requestId: bigint; readonly codes: readonly Uint8Array[] }
  | {
      readonly name: 'GetTrieNodes';
      readonly requestId: bigint;
      readonly root: Uint8Array;
      /** Each is a path in the account trie, followed by paths in the storage trie of that account. */
      readonly paths: readonly (readonly Uint8Array[])[];
      readonly responseBytes: bigint;
    }
  | { readonly name: 'TrieNodes'; readonly requestId: bigint; readonly nodes: readonly Uint8Array[] };

/** The message with a given name. */
export type SnapMessageOf<Name extends SnapMessageName> = Extract<SnapMessage, { readonly name: Name }>;

/** Encodes a message. The code is relative to the protocol. */
export function encodeSnapMessage(message: SnapMessage): { code: number; payload: Uint8Array } {
  return { code: SNAP_CODES[message.name], payload: encodeRlp(fieldsOf(message)) };
}

/**
 * Decodes a message; `code` is relative to the protocol.
 * @throws SnapCodecError `unknown-message` for an unknown code, else `malformed-message`
 */
export function decodeSnapMessage(code: number, payload: Uint8Array): SnapMessage {
  const name = snapMessageName(code);
  if (name === undefined) {
    throw new SnapCodecError('unknown-message', { protocol: 'snap/1', messageCode: code });
  }
  try {
    return readRlp(payload, (reader) => {
      const fields = reader.list();
      const message = READERS[name](fields);
      fields.end();
      return message;
    });
  } catch (cause) {
    if (!(cause instanceof CodecError)) throw cause;
    throw new SnapCodecError('malformed-message', { detail: `${name}: ${cause.message}` }, { cause });
  }
}

/** One reader per message; it reads the items of the message's list in order. */
const READERS: { readonly [Name in SnapMessageName]: (fields: RlpReader) => SnapMessageOf<Name> } = {
  GetAccountRange: (fields) => ({
    name: 'GetAccountRange',
    requestId: fields.uint64(),
    root: readHash(fields),
    start: readHash(fields),
    limit: readHash(fields),
    responseBytes: fields.uint64(),
  }),
  AccountRange: (fields) => ({
    name: 'AccountRange',
    requestId: fields.uint64(),
    accounts: fields.listOf(readAccount, MAX_SNAP_LIST_ITEMS),
    proof: readBlobs(fields),
  }),
  GetStorageRanges: (fields) => ({
    name: 'GetStorageRanges',
    requestId: fields.uint64(),
    root: readHash(fields),
    accounts: fields.listOf(readHash, MAX_SNAP_LIST_ITEMS),
    start: readBound(fields),
    limit: readBound(fields),
    responseBytes: fields.uint64(),
  }),
  StorageRanges: (fields) => ({
    name: 'StorageRanges',
    requestId: fields.uint64(),
    slots: fields.listOf((account) => account.listOf(readSlot, MAX_SNAP_LIST_ITEMS), MAX_SNAP_LIST_ITEMS),
    proof: readBlobs(fields),
  }),
  GetByteCodes: (fields) => ({
    name: 'GetByteCodes',
    requestId: fields.uint64(),
    hashes: fields.listOf(readHash, MAX_SNAP_LIST_ITEMS),
    responseBytes: fields.uint64(),
  }),
  ByteCodes: (fields) => ({ name: 'ByteCodes', requestId: fields.uint64(), codes: readBlobs(fields) }),
  GetTrieNodes: (fields) => ({
    name: 'GetTrieNodes',
    requestId: fields.uint64(),
    root: readHash(fields),
    paths: fields.listOf(readPathSet, MAX_SNAP_LIST_ITEMS),
    responseBytes: fields.uint64(),
  }),
  TrieNodes: (fields) => ({ name: 'TrieNodes', requestId: fields.uint64(), nodes: readBlobs(fields) }),
};

function readHash(reader: RlpReader): Uint8Array {
  return reader.fixedBytes(KECCAK_LENGTH);
}

function readBlobs(fields: RlpReader): Uint8Array[] {
  return fields.listOf((reader) => reader.bytes(), MAX_SNAP_LIST_ITEMS);
}

/** Reads the bound of a range of slots; clients send an empty string for no bound. */
function readBound(fields: RlpReader): Uint8Array {
  return fields.bytes(KECCAK_LENGTH);
}

/** Reads a path set. An empty set is refused, as in go-ethereum (eth/protocols/snap/handlers.go). */
function readPathSet(reader: RlpReader): Uint8Array[] {
  const paths = readBlobs(reader);
  if (paths.length === 0)
    throw new SnapCodecError('malformed-message', { detail: 'a set of paths is empty' });
  return paths;
}

function readAccount(reader: RlpReader): RangeAccount {
  const fields = reader.list();
  const account = { hash: readHash(fields), body: fields.raw() };
  fields.end();
  return account;
}

function readSlot(reader: RlpReader): RangeSlot {
  const fields = reader.list();
  const slot = { hash: readHash(fields), data: fields.bytes() };
  fields.end();
  return slot;
}

function fieldsOf(message: SnapMessage): RlpInput {
  switch (message.name) {
    case 'GetAccountRange':
      return [message.requestId, message.root, message.start, message.limit, message.responseBytes];
    case 'AccountRange': {
      const accounts = message.accounts.map(({ hash, body }) => [hash, new RawRlp(body)]);
      return [message.requestId, accounts, message.proof];
    }
    case 'GetStorageRanges': {
      const { requestId, root, accounts, start, limit, responseBytes } = message;
      return [requestId, root, accounts, start, limit, responseBytes];
    }
    case 'StorageRanges': {
      const slots = message.slots.map((account) => account.map(({ hash, data }) => [hash, data]));
      return [message.requestId, slots, message.proof];
    }
    case 'GetByteCodes':
      return [message.requestId, message.hashes, message.responseBytes];
    case 'ByteCodes':
      return [message.requestId, message.codes];
    case 'GetTrieNodes':
      return [message.requestId, message.root, message.paths, message.responseBytes];
    case 'TrieNodes':
      return [message.requestId, message.nodes];
  }
}
