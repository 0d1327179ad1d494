/** Nodes of the decoded tree while a message is read, and the faults and notes about them. */
import { are, count, Fault, type Item } from './item.ts';
import type { BytesSchema, Derived } from './schema.ts';

/** Note of additional data. */
export const IGNORED = 'ignored: additional data (EIP-8)';
/** Note of a value that is computed. */
export const COMPUTED = 'computed';
/** Note of text that is not UTF-8. */
export const NOT_UTF8 = 'not valid UTF-8';

/** A node while its children are read. */
export interface Draft {
  name: string;
  type: string;
  start: number;
  end: number;
  value: string | null;
  note: string | null;
  children: Draft[];
  omitted: number;
}

/** An empty node. */
export function draft(name: string, start: number, end: number): Draft {
  return { name, type: '', start, end, value: null, note: null, children: [], omitted: 0 };
}

/** The node of a computed value; it has no bytes. */
export function derivedNode({ name, type, value }: Derived, at: number): Draft {
  return { ...draft(name, at, at), type, value, note: COMPUTED };
}

/** A byte string whose length is not allowed. */
export function wrongLength(
  item: Item,
  length: number,
  { min, max, lengths }: Pick<BytesSchema, 'min' | 'max' | 'lengths'>,
): Fault {
  if (lengths !== undefined) {
    const allowed = `${lengths.slice(0, -1).join(', ')} or ${String(lengths.at(-1))}`;
    return new Fault('wrong-length', item.start, `has ${count(length)}, ${allowed} are allowed`);
  }
  if (min === max) {
    return new Fault('wrong-length', item.start, `has ${count(length)}, ${are(max)} required`);
  }
  const bound = length > max ? `at most ${are(max)} allowed` : `at least ${are(min)} required`;
  return new Fault(length > max ? 'too-long' : 'wrong-length', item.start, `has ${count(length)}, ${bound}`);
}
