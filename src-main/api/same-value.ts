type Fields = Readonly<Record<string, unknown>>;

/**
 * Whether two values have the same JSON content, without serialising them. Stops at the first difference.
 * @param a a value of JSON types: null, booleans, numbers, strings, arrays and plain objects
 * @param b as `a`; an absent field and an undefined one are the same
 */
export function sameValue(a: unknown, b: unknown): boolean {
  if (a === b || Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    return Array.isArray(a) && Array.isArray(b) && sameItems(a, b);
  }
  return sameFields(a as Fields, b as Fields);
}

function sameItems(a: readonly unknown[], b: readonly unknown[]): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at++) {
    if (a[at] !== b[at] && !sameValue(a[at], b[at])) return false;
  }
  return true;
}

function sameFields(a: Fields, b: Fields): boolean {
  // All fields of `a` are in `b`, and `b` has as many: then it has no other.
  let count = 0;
  for (const key in a) {
    const value = a[key];
    if (value === undefined) continue;
    count++;
    if (value !== b[key] && !sameValue(value, fieldOf(b, key))) return false;
  }
  for (const key in b) if (b[key] !== undefined) count--;
  return count === 0;
}

/** Own fields only: `constructor` is a name like any other. */
const fieldOf = (fields: Fields, key: string): unknown =>
  Object.hasOwn(fields, key) ? fields[key] : undefined;
