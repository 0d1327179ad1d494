/** The members of a JSON schema that say what the type is; bounds of length are left out. */
export interface WordedSchema {
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly WordedSchema[];
  readonly oneOf?: readonly WordedSchema[];
  readonly not?: unknown;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: WordedSchema;
  readonly properties?: Readonly<Record<string, WordedSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | WordedSchema;
  readonly default?: unknown;
}

/** Most characters of a type. */
const LONGEST = 120;

/** A JSON schema in words, such as `integer ≥ 0` or `{id: hex, label?: string}`. A longer one loses details. */
export function schemaWords(schema: WordedSchema): string {
  const full = wordsOf(schema, wordsOf);
  return full.length <= LONGEST ? full : shortWords(schema);
}

/** Gives the words of the parts of a type. */
type Words = (schema: WordedSchema, inside: Words) => string;

/** An object by the names of its members, or as `object`. */
function shortWords(schema: WordedSchema): string {
  const named = wordsOf(schema, namesOf);
  return named.length <= LONGEST ? named : wordsOf(schema, kindOf);
}

/** @param inside gives the words of the members, items and alternatives */
function wordsOf(schema: WordedSchema, inside: Words): string {
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return enumWords(schema.enum, inside);
  if (alternatives !== undefined) return unionWords(alternatives.map((each) => inside(each, inside)));
  if (schema.not !== undefined) return 'none';
  if (schema.type === undefined) return 'any';
  if (typeof schema.type === 'string') return typeWords(schema.type, schema, inside);
  return unionWords(schema.type.map((type) => typeWords(type, schema, inside)));
}

function enumWords(values: readonly unknown[], inside: Words): string {
  const words = values.map((value) => JSON.stringify(value)).join(' or ');
  return words.length <= LONGEST || inside === wordsOf ? words : 'string';
}

const unionWords = (words: readonly string[]): string =>
  words.includes('any') ? 'any' : [...new Set(words)].join(' or ');

function typeWords(type: string, schema: WordedSchema, inside: Words): string {
  switch (type) {
    case 'string':
      return hexWords(schema.pattern ?? '');
    case 'integer':
    case 'number':
      return `${type}${rangeWords(schema)}`;
    case 'array':
      return `array of ${itemWords(schema.items ?? {}, inside)}`;
    case 'object':
      return objectWords(schema, inside);
    default:
      return type;
  }
}

function itemWords(item: WordedSchema, inside: Words): string {
  const words = inside(item, inside);
  const isUnion = typeof item.type !== 'string' || item.enum !== undefined;
  return isUnion && words.includes(' or ') ? `(${words})` : words;
}

function hexWords(pattern: string): string {
  if (pattern.startsWith('^0x')) return 'hex with 0x';
  return /^\^(?:\(\?:)?\[0-9a-f\]/.test(pattern) ? 'hex' : 'string';
}

/** Integers of JavaScript have bounds that say nothing. */
function rangeWords({ minimum, maximum }: WordedSchema): string {
  const least = minimum === undefined || minimum === Number.MIN_SAFE_INTEGER ? undefined : String(minimum);
  const most = maximum === undefined || maximum === Number.MAX_SAFE_INTEGER ? undefined : String(maximum);
  if (least !== undefined) return most === undefined ? ` ≥ ${least}` : ` ${least} to ${most}`;
  return most === undefined ? '' : ` ≤ ${most}`;
}

function objectWords(schema: WordedSchema, inside: Words): string {
  const members = Object.entries(schema.properties ?? {});
  const { additionalProperties: others } = schema;
  if (members.length === 0)
    return typeof others === 'object' && others.type !== undefined
      ? `object of ${itemWords(others, inside)}`
      : 'object';
  if (inside === kindOf) return 'object';
  const named = members.map(([name, member]) => {
    const key = `${name}${schema.required?.includes(name) === true ? '' : '?'}`;
    return inside === namesOf ? key : `${key}: ${inside(member, inside)}`;
  });
  return `{${[...named, ...(others === undefined || others === false ? [] : ['…'])].join(', ')}}`;
}

const namesOf: Words = (schema) => wordsOf(schema, namesOf);
const kindOf: Words = (schema) => wordsOf(schema, kindOf);
