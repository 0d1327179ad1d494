/**
 * The root of a list in a block: of transactions, receipts or withdrawals. It is the root of a Merkle Patricia trie with the
 * RLP of the positions as keys. A state trie has hashes as keys. All entries are known, so that the nodes are built from
 * sorted keys without a store.
 * @see https://ethereum.github.io/yellowpaper/paper.pdf appendix D
 */
import { compareBytes } from '../base/bytes.ts';
import { keccak256 } from '../base/keccak.ts';
import { encodeRlp, RawRlp, type RlpInput } from '../base/rlp.ts';
import { EMPTY_TRIE_ROOT } from './header.ts';

/** A node shorter than a hash is part of its parent. */
const HASH_LENGTH = 32;

/** Positions from here on have keys of more than one byte. */
const FIRST_LONG = 128;

interface Entry {
  /** Four-bit digits of the key. */
  readonly digits: Uint8Array;
  readonly value: Uint8Array;
}

/** The root (32 bytes) of the encoded items of a list. */
export function listRoot(items: readonly Uint8Array[]): Uint8Array {
  if (items.length === 0) return EMPTY_TRIE_ROOT;
  return keccak256(nodeOf(sortedEntries(items), 0));
}

/**
 * The root (32 bytes) of a trie with hashed keys, as a state trie is.
 * @param entries keys before they are hashed, each once, and values
 */
export function hashedTrieRoot(entries: readonly (readonly [Uint8Array, Uint8Array])[]): Uint8Array {
  if (entries.length === 0) return EMPTY_TRIE_ROOT;
  const hashed = entries.map(([key, value]) => ({ digits: digitsOf(keccak256(key)), value }));
  return keccak256(
    nodeOf(
      hashed.sort((a, b) => compareBytes(a.digits, b.digits)),
      0,
    ),
  );
}

/** The entries by ascending keys: 0x01 to 0x7f, 0x80 for position 0, then longer keys. */
function sortedEntries(items: readonly Uint8Array[]): Entry[] {
  const short = items.slice(1, FIRST_LONG).map((value, at) => entryOf(at + 1, value));
  const first = items.slice(0, 1).map((value) => entryOf(0, value));
  const long = items.slice(FIRST_LONG).map((value, at) => entryOf(at + FIRST_LONG, value));
  return [...short, ...first, ...long];
}

function entryOf(position: number, value: Uint8Array): Entry {
  return { digits: digitsOf(encodeRlp(position)), value };
}

function digitsOf(key: Uint8Array): Uint8Array {
  const digits = new Uint8Array(2 * key.length);
  for (const [at, byte] of key.entries()) {
    digits[2 * at] = byte >> 4;
    digits[2 * at + 1] = byte & 0x0f;
  }
  return digits;
}

/** The encoded node of sorted entries, whose keys have the same first `depth` digits. No key is the start of another. */
function nodeOf(entries: readonly Entry[], depth: number): Uint8Array {
  const [first] = entries;
  const last = entries.at(-1);
  if (first === undefined || last === undefined) return EMPTY_TRIE_ROOT;
  if (entries.length === 1) return encodeRlp([pathOf(first.digits.subarray(depth), true), first.value]);
  let fork = depth;
  while (first.digits[fork] === last.digits[fork]) fork++;
  if (fork > depth) {
    return encodeRlp([pathOf(first.digits.subarray(depth, fork), false), referenceTo(entries, fork)]);
  }
  const children: RlpInput[] = new Array<RlpInput>(17).fill('');
  for (let from = 0; from < entries.length;) {
    const digit = entries[from]?.digits[depth] ?? 0;
    let to = from + 1;
    while (to < entries.length && entries[to]?.digits[depth] === digit) to++;
    children[digit] = referenceTo(entries.slice(from, to), depth + 1);
    from = to;
  }
  return encodeRlp(children);
}

function referenceTo(entries: readonly Entry[], depth: number): RlpInput {
  const node = nodeOf(entries, depth);
  return node.length < HASH_LENGTH ? new RawRlp(node) : keccak256(node);
}

/** The hex-prefix encoding of a path (yellow paper, appendix C). */
function pathOf(digits: Uint8Array, isLeaf: boolean): Uint8Array {
  const isOdd = digits.length % 2 === 1;
  const flag = (isLeaf ? 2 : 0) + (isOdd ? 1 : 0);
  const all = isOdd ? [flag, ...digits] : [flag, 0, ...digits];
  return Uint8Array.from(
    { length: all.length / 2 },
    (_, at) => ((all[2 * at] ?? 0) << 4) | (all[2 * at + 1] ?? 0),
  );
}
