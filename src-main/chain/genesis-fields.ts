/** Reads the fields of a genesis file like go-ethereum. Errors have the path of the invalid field. */
import { bytesToHex } from '../base/bytes.ts';
import { EnodeckError } from '../base/errors.ts';
import { JsonTextError, parseJsonTree, type JsonMember, type JsonNode } from '../base/json-tree.ts';
import { parseHex } from '../../shared/hex.ts';

/** An invalid genesis file; `field` is the path of the invalid field ("config.londonBlock"), "" for the whole file. */
export class GenesisError extends EnodeckError<'invalid-genesis'> {
  readonly field: string;

  constructor(field: string, problem: string, options?: ErrorOptions) {
    super(
      'settings',
      'invalid-genesis',
      field === '' ? `The genesis file ${problem}` : `Genesis field "${field}" ${problem}`,
      options,
    );
    this.field = field;
  }
}

/**
 * Parses the JSON of a genesis file. Integers of any size keep their digits; comments are ignored, as in Besu.
 * @throws GenesisError
 */
export function parseGenesisJson(text: string): FieldReader {
  let root: JsonNode;
  try {
    ({ root } = parseJsonTree(text, { comments: true }));
  } catch (cause) {
    if (!(cause instanceof JsonTextError)) throw cause;
    const { line, column } = cause;
    throw new GenesisError(
      '',
      `is not JSON: ${cause.message} (line ${String(line)}, column ${String(column)})`,
      { cause },
    );
  }
  return FieldReader.over([root], '');
}

/**
 * The fields of an object. As in go-ethereum (encoding/json), names are case-insensitive, and of duplicate members the last
 * one counts; duplicate objects are merged.
 */
export class FieldReader {
  readonly path: string;
  readonly #members: readonly JsonMember[];
  /** By name in lower case, in the order of the file. */
  readonly #byName = new Map<string, JsonMember[]>();

  /** A reader of the merged members of `values`. @throws GenesisError when one of them is not an object */
  static over(values: readonly JsonNode[], path: string): FieldReader {
    const members = values.flatMap((value) => {
      if (value.kind === 'object') return value.members;
      throw new GenesisError(path, path === '' ? 'is not a JSON object' : 'must be an object');
    });
    return new FieldReader(members, path);
  }

  private constructor(members: readonly JsonMember[], path: string) {
    this.path = path;
    this.#members = members;
    for (const member of members) {
      const key = member.name.toLowerCase();
      const same = this.#byName.get(key);
      if (same === undefined) this.#byName.set(key, [member]);
      else same.push(member);
    }
  }

  /** All members in their order, duplicates included. */
  members(): readonly JsonMember[] {
    return this.#members;
  }

  /** Whether the field exists and is not null. */
  has(name: string): boolean {
    return this.#value(name) !== undefined;
  }

  /** The object in a field; undefined when it is missing. */
  object(name: string): FieldReader | undefined {
    if (this.#value(name) === undefined) return undefined;
    const values = (this.#byName.get(name.toLowerCase()) ?? []).map(({ value }) => value);
    // A null resets the values before it.
    const last = values.findLastIndex(isNull);
    return FieldReader.over(values.slice(last + 1), this.#pathOf(name));
  }

  requiredObject(name: string): FieldReader {
    return this.object(name) ?? this.#fail(name, 'is missing');
  }

  /** Whether the field is `true`. */
  isTrue(name: string): boolean {
    const value = this.#value(name);
    return value?.kind === 'plain' && value.value === true;
  }

  /**
   * An unsigned integer of at most `bits` bits: a number, decimal text or 0x hex text; empty text is 0 (geth common/math
   * HexOrDecimal64 and HexOrDecimal256). Undefined when it is missing.
   */
  uint(name: string, bits: 64 | 256): bigint | undefined {
    const value = this.#value(name);
    if (value === undefined) return undefined;
    const parsed = value.kind === 'plain' && value.value === '' ? 0n : parseUint(value);
    return this.#checkUint(name, parsed, bits);
  }

  requiredUint(name: string, bits: 64 | 256): bigint {
    return this.uint(name, bits) ?? this.#fail(name, 'is missing');
  }

  /** An unsigned integer of the chain configuration, where empty text is invalid. Undefined when it is missing. */
  configUint(name: string, bits: 64 | 256): bigint | undefined {
    const value = this.#value(name);
    return value === undefined ? undefined : this.#checkUint(name, parseUint(value), bits);
  }

  /** The bytes of 0x hex text; none for empty text (geth common/hexutil). Undefined when the field is missing. */
  bytes(name: string): Uint8Array | undefined {
    const value = this.#value(name);
    if (value === undefined) return undefined;
    const text = value.kind === 'plain' ? value.value : undefined;
    if (text === '') return new Uint8Array(0);
    const bytes = typeof text === 'string' && /^0x/i.test(text) ? parseHex(text.slice(2)) : undefined;
    return bytes ?? this.#fail(name, 'must be 0x and an even number of hex digits');
  }

  /** Exactly `length` bytes of 0x hex text. Undefined when the field is missing. */
  fixedBytes(name: string, length: number): Uint8Array | undefined {
    const bytes = this.bytes(name);
    if (bytes === undefined || bytes.length === length) return bytes;
    return this.#fail(name, `must have ${String(length)} bytes, not ${String(bytes.length)}`);
  }

  /** The error for a field, or for the object itself when `name` is "". */
  problem(name: string, problem: string): GenesisError {
    return new GenesisError(name === '' ? this.path : this.#pathOf(name), problem);
  }

  #checkUint(name: string, value: bigint | undefined, bits: 64 | 256): bigint {
    if (value === undefined)
      return this.#fail(name, 'must be an unsigned integer (a number, or 0x hex or decimal text)');
    if (value >> BigInt(bits) > 0n) return this.#fail(name, `must fit ${String(bits)} bits`);
    return value;
  }

  #fail(name: string, problem: string): never {
    throw this.problem(name, problem);
  }

  /** The last value of a field; undefined for null. */
  #value(name: string): JsonNode | undefined {
    const value = this.#byName.get(name.toLowerCase())?.at(-1)?.value;
    return value === undefined || isNull(value) ? undefined : value;
  }

  #pathOf(name: string): string {
    const written = this.#byName.get(name.toLowerCase())?.at(-1)?.name ?? name;
    return this.path === '' ? written : `${this.path}.${written}`;
  }
}

const isNull = (node: JsonNode): boolean => node.kind === 'plain' && node.value === null;

/** BOUNDED: characters of an integer; one of 256 bits has at most 78 digits. */
const MAX_UINT_LENGTH = 80;

function parseUint(node: JsonNode): bigint | undefined {
  const text = textOf(node);
  if (text === undefined || text.length > MAX_UINT_LENGTH) return undefined;
  if (node.kind === 'number') return /^\d+$/.test(text) ? BigInt(text) : undefined;
  return /^(?:0[xX][0-9a-fA-F]+|[0-9]+)$/.test(text) ? BigInt(text.toLowerCase()) : undefined;
}

function textOf(node: JsonNode): string | undefined {
  if (node.kind === 'number') return node.text;
  return node.kind === 'plain' && typeof node.value === 'string' ? node.value : undefined;
}

/**
 * Parses an address of the allocation: 20 bytes in hex, with or without 0x (geth common.UnprefixedAddress).
 * @throws GenesisError
 */
export function parseAddress(text: string, path: string): Uint8Array {
  const bytes = parseHex(text.replace(/^0x/i, ''));
  if (bytes?.length !== 20) throw new GenesisError(path, 'must be 20 bytes as hex digits');
  return bytes;
}

/**
 * Parses a storage key or value: at most 32 bytes in hex, with or without 0x, left-padded with zeros to 32 bytes; null is
 * zero (geth core/types storageJSON).
 * @throws GenesisError
 */
export function parseStorageWord(node: JsonNode, path: string): Uint8Array {
  const word = new Uint8Array(32);
  if (isNull(node)) return word;
  const text = node.kind === 'plain' ? node.value : undefined;
  const bytes = typeof text === 'string' ? parseHex(text.replace(/^0x/, '')) : undefined;
  if (bytes === undefined || bytes.length > word.length)
    throw new GenesisError(path, 'must be text with at most 32 bytes as an even number of hex digits');
  word.set(bytes, word.length - bytes.length);
  return word;
}

/** The path segment of an address: 0x and 40 hex digits. */
export function addressSegment(address: Uint8Array): string {
  return `0x${bytesToHex(address)}`;
}
