import type { WireFormField, WireJson } from '../../shared/model/wire.ts';

/** The type of a field and its bounds in short: "uint64", "hash, 32 bytes", "list of hash". */
export function boundsOf(field: WireFormField): string {
  const { type, kind, minBytes, maxBytes, item } = field;
  if (kind === 'list') return item === undefined ? type : `list of ${item.type}`;
  if (kind === 'choice') return (field.fields ?? []).map(({ name }) => name).join(' or ');
  if (kind !== 'bytes' || maxBytes === undefined) return type;
  return minBytes === maxBytes ? `${type}, ${String(maxBytes)} bytes` : type;
}

/** The room of a field's input in the form: a row, half of one, or a third. */
export function widthOf({ kind }: WireFormField): 'wide' | 'half' | 'short' {
  if (kind === 'list' || kind === 'choice') return 'wide';
  return kind === 'uint' || kind === 'boolean' ? 'short' : 'half';
}

/** The items of a list, one a line; items that are lists or structs as JSON. */
export function linesOf(value: WireJson): string {
  if (!Array.isArray(value)) return '';
  return (value as readonly WireJson[])
    .map((item) => (typeof item === 'string' ? item : JSON.stringify(item)))
    .join('\n');
}

/** The items of the lines. A line of JSON that cannot be read stays text, which the node refuses with the field's name. */
export function valuesOfLines(text: string, { item }: WireFormField): readonly WireJson[] {
  const isPlain = item === undefined || ['uint', 'bytes', 'text', 'raw'].includes(item.kind);
  return text
    .split(/[\n,]/.test(text) && isPlain ? /[\n,]/ : '\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => (isPlain ? line : jsonOf(line)));
}

function jsonOf(line: string): WireJson {
  try {
    return JSON.parse(line) as WireJson;
  } catch {
    return line;
  }
}

/** Hex digits in groups of two: "cb 29 c9". */
export function groupedHex(hex: string): string {
  return hex.replace(/(..)(?=.)/g, '$1 ');
}
