import type { z } from 'zod';

/*
 * Checks untrusted values against a schema and describes the first error. Zod's own messages name types of JavaScript, so
 * they are not shown to users: only this file reads the issues of zod.
 */

/** The result of a check: the value, or the path of the first error and a phrase that begins with "must", "is" or "has". */
export type CheckedValue<Value> =
  | { readonly ok: true; readonly value: Value }
  | {
      readonly ok: false;
      readonly path: readonly PropertyKey[];
      readonly reason: string;
      /** The first key that the schema does not have, if that is the error. */
      readonly unknownKey: string | undefined;
    };

/** Checks `value`. A message that the schema itself gives takes precedence over those of this file. */
export function checkValue<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
): CheckedValue<z.output<Schema>> {
  const parsed = schema.safeParse(value, { error: phraseOf });
  if (parsed.success) return { ok: true, value: parsed.data };
  const [issue] = parsed.error.issues;
  const unknownKey = issue?.code === 'unrecognized_keys' ? issue.keys[0]?.slice(0, MAX_KEY) : undefined;
  return { ok: false, path: issue?.path ?? [], reason: issue?.message ?? NOT_VALID, unknownKey };
}

const NOT_VALID = 'is not valid';
const MAX_KEY = 80;
/** Choices listed at most. */
const MAX_CHOICES = 20;

const TYPES: Readonly<Record<string, string>> = {
  boolean: 'true or false',
  number: 'a number',
  int: 'a whole number',
  bigint: 'a whole number',
  string: 'text',
  array: 'a list',
  tuple: 'a list',
  object: 'an object',
  record: 'an object',
  null: 'null',
};

/** The phrase for one issue. */
function phraseOf(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      if (issue.input === undefined) return 'is missing';
      return `must be ${TYPES[issue.expected] ?? 'of a different type'}`;
    case 'invalid_value':
      return `must be ${choicesOf(issue.values)}`;
    case 'too_small':
      return boundOf('least', issue.origin, issue.minimum, issue.inclusive !== false);
    case 'too_big':
      return boundOf('most', issue.origin, issue.maximum, issue.inclusive !== false);
    case 'invalid_format':
      return issue.format === 'datetime'
        ? 'must be a time such as 2026-01-31T12:00:00Z'
        : 'has the wrong format';
    case 'unrecognized_keys':
      return `has the unknown name "${(issue.keys[0] ?? '').slice(0, MAX_KEY)}"`;
    case 'not_multiple_of':
      return `must be a multiple of ${String(issue.divisor)}`;
    default:
      return NOT_VALID;
  }
}

function choicesOf(values: readonly unknown[]): string {
  const shown = values.slice(0, MAX_CHOICES).map(String);
  return shown.length < values.length ? `one of ${shown.join(', ')} and others` : shown.join(' or ');
}

function boundOf(side: 'least' | 'most', origin: string, bound: number | bigint, inclusive: boolean): string {
  const number = bound.toString();
  if (origin === 'string') return `must have at ${side} ${number} character${number === '1' ? '' : 's'}`;
  if (origin === 'array' || origin === 'set' || origin === 'map') {
    return `must have at ${side} ${number} ${number === '1' ? 'entry' : 'entries'}`;
  }
  if (!inclusive) return `must be ${side === 'least' ? 'above' : 'below'} ${number}`;
  return `must be ${number} or ${side === 'least' ? 'more' : 'less'}`;
}
