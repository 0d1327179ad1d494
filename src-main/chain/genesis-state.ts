/**
 * Computes the state root of a genesis block.
 * @see https://ethereum.org/en/developers/docs/data-structures-and-encoding/patricia-merkle-trie/#state-trie
 */
import { createMPT } from '@ethereumjs/mpt';
import { RLP } from '@ethereumjs/rlp';
import { bytesToHex } from '../base/bytes.ts';
import { keccak256 } from '../base/keccak.ts';
import type { JsonMember } from '../base/json-tree.ts';
import { addressSegment, FieldReader, parseAddress, parseStorageWord } from './genesis-fields.ts';
import { EMPTY_TRIE_ROOT } from './header.ts';

/** BOUNDED: accounts of a genesis file, our choice; that of mainnet has 8,893. */
const MAX_ACCOUNTS = 200_000;

/** An account of the genesis allocation. */
interface GenesisAccount {
  /** 20 bytes. */
  readonly address: Uint8Array;
  /** Wei. */
  readonly balance: bigint;
  readonly nonce: bigint;
  readonly code: Uint8Array;
  /** Slots and non-zero values, 32 bytes each. */
  readonly storage: readonly (readonly [Uint8Array, Uint8Array])[];
}

/**
 * The state root (32 bytes) of the allocation `alloc`. Of a duplicate address, in any spelling, the last account counts.
 * @throws GenesisError with the invalid account and field
 */
export async function genesisStateRoot(alloc: FieldReader): Promise<Uint8Array> {
  const members = alloc.members();
  if (members.length > MAX_ACCOUNTS)
    throw alloc.problem('', `has more than ${String(MAX_ACCOUNTS)} accounts`);
  const accounts = new Map<string, GenesisAccount>();
  for (const member of members) {
    const account = readAccount(alloc, member);
    accounts.set(addressSegment(account.address), account);
  }
  const entries: (readonly [Uint8Array, Uint8Array])[] = [];
  for (const { address, nonce, balance, storage, code } of accounts.values()) {
    const storageRoot = await trieRoot(
      storage.map(([slot, value]) => [slot, RLP.encode(withoutZeros(value))]),
    );
    entries.push([address, RLP.encode([nonce, balance, storageRoot, keccak256(code)])]);
  }
  return trieRoot(entries);
}

function readAccount(alloc: FieldReader, { name, value }: JsonMember): GenesisAccount {
  const path = `${alloc.path}.${name.slice(0, 60)}`;
  const address = parseAddress(name, path);
  const fields = FieldReader.over([value], path);
  return {
    address,
    balance: fields.requiredUint('balance', 256),
    nonce: fields.uint('nonce', 64) ?? 0n,
    code: fields.bytes('code') ?? new Uint8Array(0),
    storage: readStorage(fields.object('storage'), `${alloc.path}.${addressSegment(address)}.storage`),
  };
}

/** The non-zero slots of an account. Of a duplicate slot, in any spelling, the last value counts. */
function readStorage(storage: FieldReader | undefined, path: string): (readonly [Uint8Array, Uint8Array])[] {
  const slots = new Map<string, readonly [Uint8Array, Uint8Array]>();
  for (const { name, offset, value } of storage?.members() ?? []) {
    const where = `${path}.${name.slice(0, 70)}`;
    const slot = parseStorageWord({ kind: 'plain', offset, value: name }, where);
    slots.set(bytesToHex(slot), [slot, parseStorageWord(value, where)]);
  }
  return [...slots.values()].filter(([, value]) => value.some((byte) => byte !== 0));
}

function withoutZeros(value: Uint8Array): Uint8Array {
  return value.subarray(value.findIndex((byte) => byte !== 0));
}

/** The root of a trie with hashed keys, as the state trie and storage tries are. */
async function trieRoot(entries: readonly (readonly [Uint8Array, Uint8Array])[]): Promise<Uint8Array> {
  if (entries.length === 0) return EMPTY_TRIE_ROOT;
  const trie = await createMPT({ useKeyHashing: true, useKeyHashingFunction: (bytes) => keccak256(bytes) });
  for (const [key, value] of entries) await trie.put(key, value);
  return trie.root();
}
