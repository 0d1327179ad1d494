/** Reads the fields of a genesis file as go-ethereum does, and names the field that is wrong. */
import { bytesToHex } from '../leaf/bytes.ts';
import { EnodeckError } from '../leaf/errors.ts';
import { parseHex } from '../../shared/hex.ts';

/** A genesis file that cannot be used; `field` is the path of what is wrong ("config.londonBlock"), "" for the whole. */
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

/** Integers longer than this many digits lose digits as numbers; 10^15 is the largest power of ten below 2^53. */
const LONG_INTEGER = /"(?:[^"\\]|\\.)*"|-?\d{16,}(?![\d.eE])/g;

/**
 * Parses JSON, with integers that a number cannot hold turned into text.
 * @throws GenesisError
 */
export function parseGenesisJson(text: string): FieldReader {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(LONG_INTEGER, (match) => (match.startsWith('"') ? match : `"${match}"`)));
  } catch (cause) {
    const where = cause instanceof Error ? `: ${cause.message}` : '';
    throw new GenesisError('', `is not JSON${where}`, { cause });
  }
  return FieldReader.over(value, '');
}

/** The fields of one object of the file. Names are found in any case, as go-ethereum finds them ("mixhash"). */
export class FieldReader {
  readonly path: string;
  readonly #fields: ReadonlyMap<string, { readonly name: string; readonly value: unknown }>;

  /** @throws GenesisError when `value` is no object */
  static over(value: unknown, path: string): FieldReader {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new GenesisError(path, path === '' ? 'is not a JSON object' : 'must be an object');
    }
    return new FieldReader(value as Readonly<Record<string, unknown>>, path);
  }

  private constructor(fields: Readonly<Record<string, unknown>>, path: string) {
    this.path = path;
    this.#fields = new Map(
      Object.entries(fields).map(([name, value]) => [name.toLowerCase(), { name, value }]),
    );
  }

  /** The names that the object has, as they are written. */
  names(): string[] {
    return [...this.#fields.values()].map(({ name }) => name);
  }

  /** Whether the field is there and not null. */
  has(name: string): boolean {
    return this.#value(name) !== undefined;
  }

  /** The object in a field, undefined when it is absent. */
  object(name: string): FieldReader | undefined {
    const value = this.#value(name);
    return value === undefined ? undefined : FieldReader.over(value, this.#pathOf(name));
  }

  requiredObject(name: string): FieldReader {
    return this.object(name) ?? this.#fail(name, 'is missing');
  }

  /** An unsigned integer of at most `bits` bits: a number, decimal text or 0x hex text. */
  uint(name: string, bits: 64 | 256): bigint | undefined {
    const value = this.#value(name);
    if (value === undefined) return undefined;
    const parsed = parseUint(value);
    if (parsed === undefined)
      return this.#fail(name, 'must be an unsigned integer (a number, or 0x hex or decimal text)');
    if (parsed >> BigInt(bits) > 0n) return this.#fail(name, `must fit ${String(bits)} bits`);
    return parsed;
  }

  requiredUint(name: string, bits: 64 | 256): bigint {
    return this.uint(name, bits) ?? this.#fail(name, 'is missing');
  }

  /** Bytes of 0x hex text. */
  bytes(name: string): Uint8Array | undefined {
    const value = this.#value(name);
    if (value === undefined) return undefined;
    const bytes = typeof value === 'string' && /^0x/i.test(value) ? parseHex(value.slice(2)) : undefined;
    return bytes ?? this.#fail(name, 'must be 0x and an even number of hex digits');
  }

  /** Exactly `length` bytes of 0x hex text. */
  fixedBytes(name: string, length: number): Uint8Array | undefined {
    const bytes = this.bytes(name);
    if (bytes === undefined || bytes.length === length) return bytes;
    return this.#fail(name, `must have ${String(length)} bytes, not ${String(bytes.length)}`);
  }

  /** Text of any kind. */
  text(name: string): string | undefined {
    const value = this.#value(name);
    if (value === undefined || typeof value === 'string') return value;
    return this.#fail(name, 'must be text');
  }

  /** The error that refuses a field, or the object itself when `name` is "". */
  problem(name: string, problem: string): GenesisError {
    return new GenesisError(name === '' ? this.path : this.#pathOf(name), problem);
  }

  #fail(name: string, problem: string): never {
    throw this.problem(name, problem);
  }

  #value(name: string): unknown {
    return this.#fields.get(name.toLowerCase())?.value ?? undefined;
  }

  #pathOf(name: string): string {
    const written = this.#fields.get(name.toLowerCase())?.name ?? name;
    return this.path === '' ? written : `${this.path}.${written}`;
  }
}

function parseUint(value: unknown): bigint | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0 ? BigInt(value) : undefined;
  // BOUNDED: 80 characters hold every integer of 256 bits, decimal or hex.
  if (typeof value !== 'string' || value.length > 80) return undefined;
  if (/^0[xX][0-9a-fA-F]+$/.test(value) || /^[0-9]+$/.test(value)) return BigInt(value.toLowerCase());
  return undefined;
}

/**
 * Bytes of hex text, with or without 0x, padded with zeros on the left to `length` (storage keys and values of geth's
 * genesis files), or exactly that long.
 * @throws GenesisError
 */
export function parseUnprefixed(text: string, length: number, pad: boolean, path: string): Uint8Array {
  const digits = /^0x/i.test(text) ? text.slice(2) : text;
  const bytes = parseHex(pad && digits.length % 2 === 1 ? `0${digits}` : digits);
  if (bytes === undefined || bytes.length > length || (!pad && bytes.length !== length)) {
    throw new GenesisError(path, `must be ${pad ? 'at most ' : ''}${String(length)} bytes as hex digits`);
  }
  const padded = new Uint8Array(length);
  padded.set(bytes, length - bytes.length);
  return padded;
}

/** A path segment for an address: 0x and 40 digits. */
export function addressSegment(address: Uint8Array): string {
  return `0x${bytesToHex(address)}`;
}
